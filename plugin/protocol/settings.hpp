// SPDX-License-Identifier: Apache-2.0
// The plugin's own fields of the network configuration.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "bpf/base/log.hpp"
#include "bpf/scopes/scope_source.hpp"
#include "bpf/tree/attach_mode.hpp"
#include "bpf/tree/pin_tree.hpp"
#include "plugin/host/group.hpp"

namespace podmeter {

enum class FailurePolicy : std::uint8_t { kOpen, kClosed };

struct Settings {
  std::string pin_root = kDefaultPinRoot;
  std::string scopes = kDefaultScopes;
  Attach attach = Attach::kAuto;
  FailurePolicy failure_policy = FailurePolicy::kOpen;
  std::map<std::string, std::string> annotation_labels;  // annotation to Prometheus label name
  std::chrono::nanoseconds ended_retention = std::chrono::minutes(15);
  std::string group = kDefaultGroup;  // a name or a number: who may read the pins; empty where the field is wrong
  std::string log_file;
  LogLevel log_level = LogLevel::kInfo;
};

// The settings, with the default for each field that is wrong (but `group`: a default would be another's), and what is
// wrong with those, each naming its field.
struct ReadSettings {
  Settings settings;
  std::vector<std::string> faults;
};
ReadSettings read_settings(const nlohmann::json& network);

}  // namespace podmeter
