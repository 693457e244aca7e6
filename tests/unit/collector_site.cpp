// SPDX-License-Identifier: Apache-2.0
#include "collector/http/site.hpp"

#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "collector/metrics/exposition.hpp"
#include "collector/read/readiness.hpp"
#include "tests/support/catch.hpp"

namespace podmeter {
namespace {

// A tree of ordinary directories: what an unprivileged process can make of one.
class Directory {
 public:
  Directory() {
    std::string path = (std::filesystem::temp_directory_path() / "podmeter-XXXXXX").string();
    REQUIRE(::mkdtemp(path.data()) != nullptr);
    path_ = path;
  }
  ~Directory() { std::filesystem::remove_all(path_); }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  [[nodiscard]] PinTree tree() const { return PinTree(path_); }

 private:
  std::string path_;
};

const Log kSilent(LogLevel::kError, LogFormat::kLogfmt);

HttpResponse get(Site& site, std::string_view path) {
  return site.answer({"GET", path, "", ""});
}

TEST_CASE("Each path has its page, and no other path has one") {
  const Directory directory;
  Site site(directory.tree(), "/metrics", {}, kSilent);
  struct Row {
    const char* path;
    int status;
    const char* type;
  };
  const Row rows[] = {{"/", 200, "text/html; charset=utf-8"},         {"/metrics", 200, kExpositionType},
                      {"/api/v1/pods", 200, "application/json"},      {"/api/v1/counters", 200, "application/x-ndjson"},
                      {"/healthz", 200, "text/plain; charset=utf-8"}, {"/metrics/", 404, "text/plain; charset=utf-8"},
                      {"", 404, "text/plain; charset=utf-8"}};
  for (const auto& row : rows) {
    CAPTURE(row.path);
    const HttpResponse response = get(site, row.path);
    CHECK(response.status == row.status);
    CHECK(response.type == row.type);
  }
}

TEST_CASE("The metrics are where the operator wants them, also in the place of another page") {
  const Directory directory;
  for (const auto* path : {"/", "/healthz", "/m"}) {
    Site site(directory.tree(), path, {}, kSilent);
    CHECK(get(site, path).type == kExpositionType);
    CHECK(get(site, "/metrics").status == 404);
  }
}

TEST_CASE("Only GET and HEAD are served") {
  const Directory directory;
  Site site(directory.tree(), "/metrics", {}, kSilent);
  CHECK(site.answer({"HEAD", "/metrics", "", ""}).status == 200);
  for (const auto* method : {"POST", "PUT", "DELETE", "OPTIONS", "get", ""}) {
    const HttpResponse response = site.answer({method, "/metrics", "", ""});
    CHECK(response.status == 405);
    CHECK(response.headers.find("Allow: GET, HEAD\r\n") != std::string::npos);
  }
}

TEST_CASE("A client that takes gzip gets it") {
  const Directory directory;
  Site site(directory.tree(), "/metrics", {}, kSilent);
  const HttpResponse response = site.answer({"GET", "/metrics", "gzip", ""});
  CHECK(response.headers.find("Content-Encoding: gzip\r\n") != std::string::npos);
  CHECK(response.body.starts_with("\x1F\x8B"));
  CHECK(get(site, "/metrics").headers.find("Content-Encoding") == std::string::npos);
}

TEST_CASE("With users, no page is shown to others") {
  const Directory directory;
  Site site(directory.tree(), "/metrics", {{"prom", "$2b$04$abcdefghijklmnopqrstuu"}}, kSilent);
  for (const auto* path : {"/", "/metrics", "/healthz", "/nothing"}) {
    const HttpResponse response = get(site, path);
    CHECK(response.status == 401);
    CHECK(response.headers.find("WWW-Authenticate: Basic") != std::string::npos);
  }
}

TEST_CASE("Unfinished meters are counted in every scrape and stop none") {
  const Directory directory;
  std::filesystem::create_directories(directory.tree().live("half+eth0").path());
  std::filesystem::create_directories(directory.tree().live("nothing").path());
  Site site(directory.tree(), "/metrics", {}, kSilent);
  (void)get(site, "/metrics");
  const std::string text = get(site, "/metrics").body;
  for (const auto* line :
       {"podmeter_meters{state=\"broken\"} 2\n", "podmeter_collect_errors_total{reason=\"name\"} 2\n",
        "podmeter_collect_errors_total{reason=\"identity\"} 2\n"}) {
    CAPTURE(line);
    CHECK(text.find(line) != std::string::npos);
  }
}

TEST_CASE("Scrapes at the same time are each whole") {
  const Directory directory;
  Site site(directory.tree(), "/metrics", {}, kSilent);
  std::vector<int> statuses(8);
  std::vector<std::thread> threads;
  for (auto& status : statuses)
    threads.emplace_back([&site, &status] { status = get(site, "/metrics").status; });
  for (auto& thread : threads)
    thread.join();
  CHECK(statuses == std::vector<int>(8, 200));
}

TEST_CASE("A tree that can be listed is ready, one that is missing from an ordinary filesystem is not") {
  const Directory directory;
  const PinTree tree = directory.tree();
  const auto missing = check_readiness(tree);
  REQUIRE_FALSE(missing);
  CHECK(missing.error().text.find("BPF filesystem") != std::string::npos);
  Site site(tree, "/metrics", {}, kSilent);
  CHECK(get(site, "/readyz").status == 503);
  std::filesystem::create_directories(tree.live_dir());
  std::filesystem::create_directories(tree.ended_dir());
  CHECK(check_readiness(tree));
  CHECK(get(site, "/readyz").status == 200);
}

}  // namespace
}  // namespace podmeter
