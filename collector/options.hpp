// SPDX-License-Identifier: Apache-2.0
// The command line.
#pragma once

#include <string>
#include <variant>

#include "bpf/base/log.hpp"
#include "bpf/tree/pin_tree.hpp"

namespace podmeter {

struct Options {
  std::string listen_address = "127.0.0.1:9473";
  std::string telemetry_path = "/metrics";
  std::string web_config_file;  // "" is none
  std::string pin_root = kDefaultPinRoot;
  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kLogfmt;
};

// What ends the program at once: the text of --help or --version with status 0, for stdout, or what is wrong with the
// command line with status 1, for stderr.
struct Farewell {
  int status = 0;
  std::string text;
};

std::variant<Options, Farewell> parse_options(int argc, const char* const* argv);

}  // namespace podmeter
