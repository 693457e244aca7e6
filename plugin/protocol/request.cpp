// SPDX-License-Identifier: Apache-2.0
#include "plugin/protocol/request.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "bpf/base/printable.hpp"
#include "plugin/protocol/cni_variables.hpp"

namespace podmeter {
namespace {

using nlohmann::json;

constexpr std::pair<const char*, Verb> kVerbs[] = {{"ADD", Verb::kAdd},       {"DEL", Verb::kDel},
                                                   {"CHECK", Verb::kCheck},   {"GC", Verb::kGc},
                                                   {"STATUS", Verb::kStatus}, {"VERSION", Verb::kVersion}};
// Far deeper than a real configuration. nlohmann::json recurses once a level when it writes JSON.
constexpr int kDepthMax = 200;

Result<Verb, CniError> parse_verb(const Invocation& invocation) {
  const auto found = invocation.environment.find("CNI_COMMAND");
  const std::string text = found == invocation.environment.end() ? "" : found->second;
  for (const auto& [name, verb] : kVerbs)
    if (text == name)
      return verb;
  return CniError{CniCode::kInvalidEnvironment,
                  "CNI_COMMAND '" + printable(text) + "' is not ADD, DEL, CHECK, GC, STATUS or VERSION", ""};
}

Result<json, CniError> parse_network(const std::string& input) {
  if (input.empty())
    return CniError{CniCode::kDecode, "no network configuration on stdin", ""};
  bool too_deep = false;
  const auto watch = [&](int depth, json::parse_event_t, json&) {
    too_deep = too_deep || depth > kDepthMax;
    return !too_deep;
  };
  try {
    auto network = json::parse(input, watch);
    if (too_deep)
      return CniError{CniCode::kDecode, "network configuration on stdin is nested too deeply",
                      "more than " + std::to_string(kDepthMax) + " levels"};
    if (!network.is_object())
      return CniError{CniCode::kDecode, "network configuration on stdin is not a JSON object", ""};
    return network;
  } catch (const json::exception& e) {
    return CniError{CniCode::kDecode, "network configuration on stdin is not JSON", printable(e.what())};
  }
}

std::string all_versions() {
  std::string all;
  for (const auto* version : kCniVersions)
    all += (all.empty() ? "" : ", ") + std::string(version);
  return all;
}

Result<std::string, CniError> parse_version(const json& network) {
  const auto field = network.find("cniVersion");
  if (field == network.end() || !field->is_string())
    return CniError{CniCode::kIncompatibleVersion, "network configuration has no cniVersion", ""};
  const auto& version = field->get_ref<const std::string&>();
  if (std::ranges::find(kCniVersions, version) == std::end(kCniVersions))
    return CniError{CniCode::kIncompatibleVersion, "cniVersion '" + printable(version) + "' is not supported",
                    "supported are " + all_versions()};
  return version;
}

std::string name_of(const json& network) {
  const auto name = network.find("name");
  return name != network.end() && name->is_string() ? name->get<std::string>() : "";
}

// CHECK exists since CNI 0.4.0, GC and STATUS since 1.1.0.
Result<void, CniError> check_verb_has_version(Verb verb, const std::string& version) {
  const bool too_old = (verb == Verb::kCheck && version.starts_with("0.3.")) ||
                       ((verb == Verb::kGc || verb == Verb::kStatus) && version != "1.1.0");
  if (too_old)
    return CniError{CniCode::kIncompatibleVersion,
                    std::string("cniVersion ") + version + " has no command " + verb_name(verb), ""};
  return {};
}

// A runtime may ask for VERSION before it has a configuration, so VERSION is answered whatever stdin holds.
Request version_request(const Invocation& invocation) {
  Request request;
  request.version = kNewestCniVersion;
  if (const auto network = parse_network(invocation.input); network)
    if (const auto version = parse_version(*network); version)
      request.version = *version;
  return request;
}

Request del_request(const Invocation& invocation) {
  Request request;
  request.verb = Verb::kDel;
  auto network = parse_network(invocation.input);
  if (!network)
    request.faults.push_back(network.error());
  auto config = network ? std::move(*network) : json::object();
  const auto version = network ? parse_version(config) : std::string(kNewestCniVersion);
  if (!version)
    request.faults.push_back(version.error());
  request.version = version ? *version : kNewestCniVersion;
  request.network = name_of(config);
  request.config = std::make_shared<const json>(std::move(config));
  read_del_variables(invocation.environment, request);
  return request;
}

Result<Request, CniError> checked_request(Verb verb, const Invocation& invocation) {
  auto network = parse_network(invocation.input);
  if (!network)
    return network.error();
  auto version = parse_version(*network);
  if (!version)
    return version.error();
  if (auto known = check_verb_has_version(verb, *version); !known)
    return known.error();

  Request request;
  request.verb = verb;
  request.version = *version;
  request.network = name_of(*network);
  request.config = std::make_shared<const json>(std::move(*network));
  if (auto read = read_variables(invocation.environment, request); !read)
    return read.error();
  return request;
}

}  // namespace

Result<Request, CniError> parse_request(const Invocation& invocation) {
  const auto verb = parse_verb(invocation);
  if (!verb)
    return verb.error();
  if (*verb == Verb::kVersion)
    return version_request(invocation);
  return *verb == Verb::kDel ? del_request(invocation) : checked_request(*verb, invocation);
}

const char* verb_name(Verb verb) {
  for (const auto& [name, one] : kVerbs)
    if (one == verb)
      return name;
  return "";
}

}  // namespace podmeter
