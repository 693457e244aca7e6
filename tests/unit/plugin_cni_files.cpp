// SPDX-License-Identifier: Apache-2.0
// The files that a runtime keeps on the node: libcni's cache and the networks' configuration.
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "plugin/protocol/cni_cache.hpp"
#include "plugin/protocol/cni_networks.hpp"
#include "tests/support/catch.hpp"

namespace podmeter {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

json cached() {
  return {{"kind", "cniCacheV1"},
          {"containerId", "c1"},
          {"ifName", "eth0"},
          {"networkName", "pods"},
          {"netns", "/run/netns/of-libcni"},
          {"cniArgs", json::array({json::array({"K8S_POD_NAME", "cart"}), json::array({"K8S_POD_UID", "u"})})},
          {"capabilityArgs", {{"io.kubernetes.cri.pod-annotations", {{"a", "b"}}}}},
          {"result", {{"interfaces", {{{"name", "veth1"}}, {{"name", "eth0"}, {"sandbox", "/run/netns/c1"}}}}}}};
}

// A directory of its own, which goes when this goes.
class Directory {
 public:
  Directory() {
    char name[] = "/tmp/podmeter-unit-XXXXXX";
    path_ = ::mkdtemp(name);
  }
  ~Directory() { fs::remove_all(path_); }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  void write(const std::string& name, const std::string& text) const {
    fs::create_directories(fs::path(path_ + '/' + name).parent_path());
    std::ofstream(path_ + '/' + name) << text;
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace

TEST_CASE("a cached attachment reads as ADD was asked for it") {
  const auto request = parse_cached(cached().dump());
  REQUIRE(request);
  CHECK(request->attachment == Attachment{"c1", "eth0"});
  CHECK(request->network == "pods");
  CHECK(request->netns == "/run/netns/c1");
  CHECK(request->args.at("K8S_POD_NAME") == "cart");
  CHECK(request->config->at("runtimeConfig").at("io.kubernetes.cri.pod-annotations").at("a") == "b");
}

TEST_CASE("a cached result that names no sandbox leaves libcni's own") {
  auto without = cached();
  without["result"] = {{"cniVersion", "0.2.0"}, {"ip4", {{"ip", "10.0.0.1/24"}}}};
  CHECK(parse_cached(without.dump())->netns == "/run/netns/of-libcni");
  without.erase("netns");
  CHECK_FALSE(parse_cached(without.dump()));
}

TEST_CASE("what is no cached attachment is refused") {
  const auto changed = [](const char* field, const json& value) {
    auto made = cached();
    made[field] = value;
    return made.dump();
  };
  for (const auto& text :
       {std::string(), std::string("[]"), changed("kind", "other"), changed("containerId", 1),
        changed("containerId", "../x"), changed("ifName", "a/b"),
        changed("cniArgs", json::array({json::array({"KEY"})})), changed("cniArgs", json::array({json::array({1, 2})})),
        changed("result", {{"interfaces", json::array({1})}}), changed("networkName", json::array())}) {
    INFO(text);
    CHECK_FALSE(parse_cached(text));
  }
}

TEST_CASE("a cache's bad files are told and its good ones read") {
  const Directory dir;
  dir.write("results/pods-c1-eth0", cached().dump());
  dir.write("results/pods-c2-eth0", "{");
  const auto cache = read_cni_cache(dir.path());
  CHECK(cache.attachments.size() == 1);
  REQUIRE(cache.faults.size() == 1);
  CHECK(cache.faults[0].text.find("pods-c2-eth0") != std::string::npos);
  CHECK(read_cni_cache(dir.path() + "/nowhere").faults.empty());
}

TEST_CASE("networks that list podmeter are found in lists, single files and drop-ins, in the files' order") {
  const Directory dir;
  dir.write("20-b.conflist", R"({"name":"b","plugins":[{"type":"ptp"},{"type":"podmeter","endedRetention":"1h"}]})");
  dir.write("10-a.conf", R"({"name":"a","type":"podmeter","pinRoot":"/sys/fs/bpf/other"})");
  dir.write("30-c.conflist", R"({"name":"c","plugins":[{"type":"ptp"}]})");
  dir.write("d/90-podmeter.conf", R"({"type":"podmeter","wrong":1})");
  dir.write("05-x.cilium_bak", R"({"name":"x","plugins":[{"type":"podmeter"}]})");
  dir.write("07-broken.conflist", "{");
  const auto found = read_cni_networks(dir.path());
  REQUIRE(found.networks.size() == 3);
  CHECK(found.networks[0].name == "a");
  CHECK(found.networks[0].read.settings.pin_root == "/sys/fs/bpf/other");
  CHECK(found.networks[1].name == "b");
  CHECK(found.networks[1].read.settings.ended_retention == std::chrono::hours(1));
  CHECK(found.networks[2].name == "d");
  CHECK(found.networks[2].read.faults.size() == 1);
  REQUIRE(found.faults.size() == 1);
  CHECK(found.faults[0].text.find("07-broken") != std::string::npos);
  CHECK(read_cni_networks(dir.path() + "/nowhere").faults.empty());
}

TEST_CASE("a FIFO among the runtime's files is told, and nobody waits for its writer") {
  const Directory dir;
  dir.write("10-pods.conflist", R"({"name": "pods", "plugins": [{"type": "podmeter"}]})");
  dir.write("results/pods-c1-eth0", cached().dump());
  for (const char* name : {"/70.conf", "/results/pods-c2-eth0"})
    REQUIRE(::mkfifo((dir.path() + name).c_str(), 0600) == 0);
  const auto found = read_cni_networks(dir.path());
  CHECK(found.networks.size() == 1);
  CHECK(found.faults.empty());
  REQUIRE(found.no_files.size() == 1);
  CHECK(found.no_files[0].text == "'" + dir.path() + "/70.conf' is not a file");
  const auto cache = read_cni_cache(dir.path());
  CHECK(cache.attachments.size() == 1);
  CHECK(cache.unread.empty());
  REQUIRE(cache.faults.size() == 1);
  CHECK(cache.faults[0].text.find("is not a file") != std::string::npos);
}

}  // namespace podmeter
