// SPDX-License-Identifier: Apache-2.0
#include "collector/http/site.hpp"

#include <exception>

#include "collector/http/encoding.hpp"
#include "collector/metrics/exposition.hpp"
#include "collector/metrics/families.hpp"
#include "collector/read/readiness.hpp"
#include "collector/views/api.hpp"
#include "collector/views/page.hpp"

namespace podmeter {
namespace {

constexpr char kPlain[] = "text/plain; charset=utf-8";

// For smaller responses gzip saves less than its header fields take.
constexpr std::size_t kSmallest = 1024;

HttpResponse plain(int status, std::string text, std::string headers = {}) {
  return {status, kPlain, std::move(text) + '\n', std::move(headers)};
}

HttpResponse compressed(HttpResponse response, const HttpRequest& request) {
  if (response.body.size() < kSmallest)
    return response;
  response.headers += "Vary: Accept-Encoding\r\n";
  if (!accepts_gzip(request.accept_encoding))
    return response;
  if (auto body = gzip(response.body)) {
    response.body = std::move(*body);
    response.headers += "Content-Encoding: gzip\r\n";
  }
  return response;
}

}  // namespace

Site::Site(PinTree tree, std::string telemetry_path, std::map<std::string, std::string> users, const Log& log)
    : tree_(std::move(tree)), telemetry_path_(std::move(telemetry_path)), authenticator_(std::move(users)), log_(log) {}

HttpResponse Site::answer(const HttpRequest& request) noexcept {
  try {
    if (request.method != "GET" && request.method != "HEAD")
      return plain(405, "only GET and HEAD are served", "Allow: GET, HEAD\r\n");
    if (!authenticator_.admits(request.authorization))
      return plain(401, "unauthorized", "WWW-Authenticate: Basic\r\n");
    return route(request);
  } catch (const std::exception& e) {
    log_.error("cannot answer a request", {{"path", std::string(request.path)}, {"err", e.what()}});
    return {500, {}, {}, {}};
  }
}

HttpResponse Site::route(const HttpRequest& request) {
  if (request.path == "/healthz" && telemetry_path_ != request.path)
    return plain(200, "ok");
  if (request.path == "/readyz" && telemetry_path_ != request.path)
    return readiness();
  const std::scoped_lock lock(passing_);
  return compressed(page(request), request);
}

HttpResponse Site::page(const HttpRequest& request) {
  if (request.path == telemetry_path_)
    return {200, kExpositionType, metrics(), {}};
  if (request.path == "/api/v1/pods")
    return {200, "application/json", to_pods_json(read_and_note()), {}};
  if (request.path == "/api/v1/counters")
    return {200, "application/x-ndjson", to_counter_lines(read_and_note()), {}};
  if (request.path == "/")
    return {200, "text/html; charset=utf-8", to_page(read_and_note(), telemetry_path_), {}};
  return plain(404, "not found");
}

HttpResponse Site::readiness() const {
  if (auto ready = check_readiness(tree_); !ready)
    return plain(503, ready.error().text);
  return plain(200, "ok");
}

TreeReading Site::read_and_note() {
  TreeReading reading = read_tree(tree_);
  for (const auto& problem : history_.add(reading.problems))
    log_.warn("cannot read part of the tree",
              {{"reason", std::string(kProblemReasons[static_cast<std::size_t>(problem.reason)])},
               {"path", problem.path},
               {"err", problem.error.text}});
  log_.debug("read the tree", {{"meters", std::to_string(reading.meters.size())},
                               {"broken", std::to_string(count_broken_meters(reading))},
                               {"seconds", std::to_string(reading.took.count())}});
  return reading;
}

std::string Site::metrics() {
  const TreeReading reading = read_and_note();
  const auto usage = read_process_usage();
  if (!usage)
    log_.debug("cannot read the collector's own usage", {{"err", usage.error().text}});
  return to_exposition(to_families(reading, history_.totals(), usage ? std::optional(*usage) : std::nullopt));
}

}  // namespace podmeter
