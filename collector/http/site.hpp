// SPDX-License-Identifier: Apache-2.0
// What is served at which path: a request in, a response out.
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

// Views into what the server holds while it is answered.
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
  std::string headers;  // more of them, each ended by CR LF
};

// Safe to use from several threads.
class Site {
 public:
  // The log has to outlive the site.
  Site(PinTree tree, std::string telemetry_path, std::map<std::string, std::string> users, const Log& log);

  // Never throws; what fails inside is a response of status 500, and logged. Any method is answered as GET, but those
  // that are neither GET nor HEAD are refused.
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
  // One pass at a time: it bounds the memory, and its time is the CPU's anyway.
  std::mutex passing_;
  ProblemHistory history_;
};

}  // namespace podmeter
