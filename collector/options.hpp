// SPDX-License-Identifier: Apache-2.0
// The collector's command line.
#pragma once

#include <string>
#include <variant>

#include "bpf/base/command_line.hpp"
#include "bpf/base/log.hpp"
#include "bpf/tree/pin_tree.hpp"

namespace podmeter {

struct Options {
  std::string listen_address = "127.0.0.1:9473";
  std::string telemetry_path = "/metrics";
  std::string web_config_file;  // may be empty
  std::string pin_root = kDefaultPinRoot;
  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kLogfmt;
};

// EarlyExit for --help, --version and usage errors.
std::variant<Options, EarlyExit> parse_options(int argc, const char* const* argv);

}  // namespace podmeter
