// SPDX-License-Identifier: Apache-2.0
#include "plugin/protocol/cni_cache.hpp"

#include <nlohmann/json.hpp>

#include "bpf/base/directory.hpp"
#include "bpf/base/text_file.hpp"
#include "plugin/protocol/cni_variables.hpp"

namespace podmeter {
namespace {

using nlohmann::json;

constexpr char kKind[] = "cniCacheV1";

// The interface's sandbox; libcni's own field where the result doesn't say.
std::string netns_of(const json& cached, const std::string& interface) {
  const json none = json::array();
  const json& result = cached.contains("result") ? cached.at("result") : none;
  for (const auto& each : result.contains("interfaces") ? result.at("interfaces") : none)
    if (each.value("name", "") == interface && !each.value("sandbox", "").empty())
      return each.at("sandbox");
  return cached.value("netns", "");
}

// The variables that ADD had, to be held against the same rules.
std::map<std::string, std::string> variables_of(const json& cached) {
  const std::string interface = cached.at("ifName");
  std::string args;
  if (const auto pairs = cached.find("cniArgs"); pairs != cached.end() && pairs->is_array())
    for (const auto& pair : *pairs)
      args += pair.at(0).get<std::string>() + '=' + pair.at(1).get<std::string>() + ';';
  return {{"CNI_CONTAINERID", cached.at("containerId")},
          {"CNI_IFNAME", interface},
          {"CNI_NETNS", netns_of(cached, interface)},
          {"CNI_ARGS", args}};
}

Result<Request> request_of(const json& cached) {
  if (cached.at("kind") != kKind)
    return Error{"is of kind '" + cached.at("kind").get<std::string>() + "', not " + kKind};
  Request request;
  request.verb = Verb::kAdd;
  request.network = cached.value("networkName", "");
  request.config =
      std::make_shared<const json>(json{{"runtimeConfig", cached.value("capabilityArgs", json::object())}});
  if (const auto read = read_variables(variables_of(cached), request); !read)
    return Error{read.error().message};
  return request;
}

void add_unless_gone(std::vector<Error>& errors, const Error& error) {
  if (!is_gone(error))
    errors.push_back(error);
}

}  // namespace

Result<Request> parse_cached(const std::string& text) {
  try {
    return request_of(json::parse(text));
  } catch (const json::exception& e) {
    return Error{e.what()};
  }
}

CniCache read_cni_cache(const std::string& dir) {
  CniCache cache;
  const std::string results = dir + "/results";
  const auto names = list_directory(results);
  if (!names) {
    add_unless_gone(cache.unread, names.error());
    return cache;
  }
  for (const auto& name : *names) {
    const std::string path = results + '/' + name;
    const auto text = read_regular_file(path);
    const auto request = text ? parse_cached(*text) : text.error();
    if (request)
      cache.attachments.push_back(*request);
    else if (!text && text.error().code != EPROTOTYPE)
      add_unless_gone(cache.unread, text.error());
    else
      cache.faults.push_back(request.error().in("attachment '" + path + "'"));
  }
  return cache;
}

}  // namespace podmeter
