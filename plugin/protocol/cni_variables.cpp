// SPDX-License-Identifier: Apache-2.0
#include "plugin/protocol/cni_variables.hpp"

#include <linux/limits.h>
#include <net/if.h>

#include <algorithm>

#include "bpf/base/printable.hpp"

namespace podmeter {
namespace {

using Environment = std::map<std::string, std::string>;

CniError invalid(const std::string& variable, const std::string& why) {
  return {CniCode::kInvalidEnvironment, variable + " " + why, ""};
}

std::string value_of(const Environment& environment, const std::string& variable) {
  const auto found = environment.find(variable);
  return found == environment.end() ? "" : found->second;
}

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// CNI specification, section "Parameters": a letter or digit first, then letters, digits, '_', '.' and '-'.
Result<void, CniError> check_container_id(const std::string& id) {
  if (id.empty())
    return invalid("CNI_CONTAINERID", "is missing");
  const bool valid = is_alphanumeric(id.front()) && std::ranges::all_of(id, [](char c) {
                       return is_alphanumeric(c) || c == '_' || c == '.' || c == '-';
                     });
  if (!valid)
    return invalid(
        "CNI_CONTAINERID",
        "'" + printable(id) +
            "' is not a container ID: it begins with a letter or digit and holds letters, digits, '_', '.' and '-'");
  return {};
}

// Linux's rule (net/core/dev.c, dev_valid_name) and the specification's: no '/', ':' or white space.
Result<void, CniError> check_interface(const std::string& name) {
  if (name.empty())
    return invalid("CNI_IFNAME", "is missing");
  if (name.size() >= IFNAMSIZ || name == "." || name == ".." ||
      name.find_first_of("/: \t\n\v\f\r") != std::string::npos)
    return invalid(
        "CNI_IFNAME",
        "'" + printable(name) +
            "' is not an interface name: it has at most 15 bytes, is not '.' or '..', and holds no '/', ':' or space");
  return {};
}

Result<void, CniError> check_length(const std::string& path) {
  if (path.size() >= PATH_MAX)
    return invalid("CNI_NETNS",
                   "has " + std::to_string(path.size()) + " bytes; a path has fewer than " + std::to_string(PATH_MAX));
  return {};
}

Result<void, CniError> check_netns(const std::string& path) {
  if (path.empty())
    return invalid("CNI_NETNS", "is missing");
  if (path.front() != '/')
    return invalid("CNI_NETNS", "'" + printable(path) + "' is not an absolute path");
  return check_length(path);
}

Result<void, CniError> check_name(const Attachment& attachment) {
  if (const auto name = encode_name(attachment); !name)
    return invalid("CNI_CONTAINERID", "is too long: " + name.error().text);
  return {};
}

Result<void, CniError> read_args(const std::string& text, std::map<std::string, std::string>& args) {
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find(';', start), text.size());
    const std::string pair = text.substr(start, end - start);
    const std::size_t equals = pair.find('=');
    if (!pair.empty() && (equals == std::string::npos || equals == 0))
      return invalid("CNI_ARGS", "holds '" + printable(pair) + "', which is not KEY=VALUE");
    if (!pair.empty())
      args[pair.substr(0, equals)] = pair.substr(equals + 1);
    start = end + 1;
  }
  return {};
}

}  // namespace

Result<void, CniError> read_variables(const Environment& environment, Request& request) {
  if (request.verb != Verb::kAdd && request.verb != Verb::kCheck)
    return {};
  request.attachment = {value_of(environment, "CNI_CONTAINERID"), value_of(environment, "CNI_IFNAME")};
  request.netns = value_of(environment, "CNI_NETNS");
  if (auto valid = check_container_id(request.attachment.container_id); !valid)
    return valid;
  if (auto valid = check_interface(request.attachment.interface); !valid)
    return valid;
  if (auto valid = check_name(request.attachment); !valid)
    return valid;
  if (auto valid = check_netns(request.netns); !valid)
    return valid;
  return read_args(value_of(environment, "CNI_ARGS"), request.args);
}

// Without CNI_ARGS, which DEL doesn't use. The namespace may be missing, and any path.
void read_del_variables(const Environment& environment, Request& request) {
  const auto read = [&](const char* variable, auto check) {
    auto value = value_of(environment, variable);
    const Result<void, CniError> valid = check(value);
    if (valid)
      return value;
    request.faults.push_back(valid.error());
    return std::string();
  };
  request.attachment = {read("CNI_CONTAINERID", check_container_id), read("CNI_IFNAME", check_interface)};
  request.netns = read("CNI_NETNS", check_length);
  if (const auto valid = check_name(request.attachment); !valid) {
    request.faults.push_back(valid.error());
    request.attachment.container_id.clear();
  }
}

std::string subject_of(const Attachment& attachment) {
  return attachment.container_id + '/' + printable(attachment.interface);
}

}  // namespace podmeter
