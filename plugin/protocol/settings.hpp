// SPDX-License-Identifier: Apache-2.0
// The plugin's own fields of the network configuration.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
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
  std::optional<Attach> attach;  // none: "auto", the best that the kernel has
  FailurePolicy failure_policy = FailurePolicy::kOpen;
  std::map<std::string, std::string> annotation_labels;  // annotation to Prometheus label name
  std::chrono::nanoseconds ended_retention = std::chrono::minutes(15);
  std::string group = kDefaultGroup;  // readers of the pins, by name or number; empty where the field is wrong
  std::string log_file;
  LogLevel log_level = LogLevel::kInfo;
};

// A wrong field has its default in `settings`, and a message in `faults` that begins with "field 'NAME'". A wrong
// `group` is empty, because the default may be another group than the tree's.
struct ReadSettings {
  Settings settings;
  std::vector<std::string> faults;
};
ReadSettings read_settings(const nlohmann::json& network);

}  // namespace podmeter
