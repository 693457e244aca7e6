// SPDX-License-Identifier: Apache-2.0
// The paths that the collector serves: from a request to a response.
#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "bpf/base/log.hpp"
#include "bpf/reading/tree_reading.hpp"
#include "bpf/tree/pin_tree.hpp"
#include "collector/http/auth.hpp"
#include "collector/read/problems.hpp"

namespace podmeter {

// The views are valid while the request is answered.
struct HttpRequest {
  std::string_view method;
  std::string_view path;
  std::string_view accept_encoding;
  std::string_view authorization;
};

struct HttpResponse {
  int status = 200;
  std::string type;
  std::string body;
  std::string headers;  // additional header fields, each ended by CR LF
};

// Safe to use from several threads.
class Site {
 public:
  // The log must outlive the site.
  Site(PinTree tree, std::string telemetry_path, std::map<std::string, std::string> users, const Log& log);

  // Never throws: an error inside is logged and becomes a response of status 500. HEAD is answered as GET; other
  // methods get status 405.
  HttpResponse answer(const HttpRequest& request) noexcept;

 private:
  HttpResponse route(const HttpRequest& request);
  HttpResponse page(const HttpRequest& request);
  HttpResponse readiness() const;
  TreeReading read_and_note();
  std::string metrics();

  PinTree tree_;
  std::string telemetry_path_;
  Authenticator authenticator_;
  const Log& log_;
  // One pass at a time, which bounds the memory. Passes need CPU time, so parallel ones would gain little.
  std::mutex passing_;
  ProblemHistory history_;
};

}  // namespace podmeter
