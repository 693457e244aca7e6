// SPDX-License-Identifier: Apache-2.0
#include "collector/http/web_config.hpp"

#include <crypt.h>
#include <yaml-cpp/yaml.h>

#include "bpf/base/text_file.hpp"

namespace podmeter {
namespace {

// Throws as yaml-cpp does, so that one handler catches both. No exception leaves this file.
[[noreturn]] void refuse(const YAML::Node& where, const std::string& why) {
  throw YAML::Exception(where.Mark(), why);
}

void expect_map(const YAML::Node& node, const std::string& name) {
  if (!node.IsMap())
    refuse(node, "'" + name + "' must be a map");
}

std::string text_of(const YAML::Node& node, const std::string& name) {
  if (!node.IsScalar() || node.Scalar().empty())
    refuse(node, "'" + name + "' must be text that is not empty");
  return node.Scalar();
}

std::map<std::string, std::string> users_of(const YAML::Node& node) {
  expect_map(node, "basic_auth_users");
  std::map<std::string, std::string> users;
  for (const auto& field : node) {
    const std::string name = text_of(field.first, "name of a field");
    const std::string hash = text_of(field.second, "basic_auth_users." + name);
    if (!hash.starts_with("$2") || hash.size() != 60 || ::crypt_checksalt(hash.c_str()) != CRYPT_SALT_OK)
      refuse(field.second, "'basic_auth_users." + name + "' is not a bcrypt hash; make one: htpasswd -nBC 10 USER");
    if (!users.emplace(name, hash).second)
      refuse(field.first, "'basic_auth_users." + name + "' is given twice");
  }
  return users;
}

WebConfig config_of(const YAML::Node& root) {
  WebConfig config;
  if (root.IsNull())
    return config;
  expect_map(root, "web configuration");
  for (const auto& field : root) {
    const std::string name = text_of(field.first, "name of a field");
    if (name == "basic_auth_users")
      config.users = users_of(field.second);
    else if (name == "tls_server_config")
      refuse(field.first, "field '" + name + "' is not supported; use a proxy that serves TLS");
    else
      refuse(field.first, "field '" + name + "' is not supported");
  }
  return config;
}

}  // namespace

Result<WebConfig> parse_web_config(const std::string& yaml) {
  try {
    return config_of(YAML::Load(yaml));
  } catch (const YAML::Exception& e) {
    return Error{"line " + std::to_string(e.mark.line + 1) + ": " + e.msg};
  }
}

Result<WebConfig> read_web_config(const std::string& path) {
  const std::string doing = "web configuration";
  const auto yaml = read_text_file(path);
  if (!yaml)
    return yaml.error().in(doing);
  auto config = parse_web_config(*yaml);
  return config ? config : config.error().in(doing + " '" + path + "'");
}

}  // namespace podmeter
