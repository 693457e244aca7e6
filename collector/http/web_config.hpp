// SPDX-License-Identifier: Apache-2.0
// The file of --web.config.file: the part of the exporter toolkit's format that is served here, basic_auth_users.
// https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md
// tls_server_config is not: civetweb up to 1.16 calls a function that OpenSSL 3 has no more, at the first connection
// (https://github.com/civetweb/civetweb/issues/1334).
#pragma once

#include <map>
#include <string>

#include "bpf/base/result.hpp"

namespace podmeter {

struct WebConfig {
  std::map<std::string, std::string> users;  // name to bcrypt hash; with none, everybody may read
};

// Refuses every field that it doesn't know.
Result<WebConfig> parse_web_config(const std::string& yaml);
Result<WebConfig> read_web_config(const std::string& path);

}  // namespace podmeter
