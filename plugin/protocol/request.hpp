// SPDX-License-Identifier: Apache-2.0
// A runtime's request to the plugin: the CNI protocol's input, checked.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "bpf/tree/meter_name.hpp"
#include "plugin/protocol/cni_error.hpp"

namespace podmeter {

// The input of the process: the environment's CNI variables and stdin.
struct Invocation {
  std::map<std::string, std::string> environment;
  std::string input;
};

enum class Verb : std::uint8_t { kAdd, kDel, kCheck, kGc, kStatus, kVersion };

struct Request {
  Verb verb = Verb::kVersion;
  std::string version;                           // cniVersion of the configuration
  Attachment attachment;                         // ADD, DEL, CHECK
  std::string netns;                             // a path; may be empty on DEL
  std::map<std::string, std::string> args;       // CNI_ARGS: the last of a repeated key
  std::string network;                           // the network's name; empty where the configuration has none
  std::shared_ptr<const nlohmann::json> config;  // stdin; null for VERSION
  std::vector<CniError> faults;                  // DEL alone: what breaks the protocol, and is left out of the above
};

inline constexpr const char* kCniVersions[] = {"0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"};
inline constexpr const char* kNewestCniVersion = "1.1.0";

// Fails with the specification's code where the input breaks the protocol; the message names the variable or field. A
// DEL never fails: an error of one plugin keeps those before it in the chain from cleaning up. It has what can be read.
Result<Request, CniError> parse_request(const Invocation& invocation);

// "ADD", "DEL" …
const char* verb_name(Verb verb);

}  // namespace podmeter
