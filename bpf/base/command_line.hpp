// SPDX-License-Identifier: Apache-2.0
// Shared by the command lines of both programs: exit statuses, the form of --help, and messages for usage errors.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11's
class App;
class ParseError;
}  // namespace CLI

namespace podmeter {

inline constexpr int kExitDone = 0, kExitFailed = 1, kExitUsage = 2;

// A program that ends before it begins its work. The text goes to stdout with kExitDone (--help, --version), to stderr
// with kExitUsage.
struct EarlyExit {
  int status = kExitDone;
  std::string text;
};

// --help. Called before commands are added, which inherit it.
void add_help_flag(CLI::App& app);
// --version, of the app and of each command. Called after commands are added. The help needs both flags.
void add_version_flag(CLI::App& app, const std::string& version);
// A CLI11 check that accepts these words alone.
std::function<std::string(const std::string&)> one_of(std::vector<std::string> words);
// A CLI11 check that refuses an empty value.
std::string check_not_empty(const std::string& value);

// The text and status for an error that app.parse() threw. CLI11's own texts and statuses (105, 106, …) differ by
// version.
EarlyExit early_exit(const CLI::App& app, const CLI::ParseError& error);

}  // namespace podmeter
