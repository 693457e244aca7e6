// SPDX-License-Identifier: Apache-2.0
// The file of --web.config.file. It supports basic_auth_users of the exporter toolkit's format:
// https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md
// tls_server_config is not supported: civetweb up to 1.16 calls, at the first connection, a function that OpenSSL 3
// removed (https://github.com/civetweb/civetweb/issues/1334).
#pragma once

#include <map>
#include <string>

#include "bpf/base/result.hpp"

namespace podmeter {

struct WebConfig {
  std::map<std::string, std::string> users;  // name to bcrypt hash; if empty, every request is admitted
};

// Fails on unknown fields; the error has the line.
Result<WebConfig> parse_web_config(const std::string& yaml);
Result<WebConfig> read_web_config(const std::string& path);

}  // namespace podmeter
