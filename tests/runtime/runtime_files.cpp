// SPDX-License-Identifier: Apache-2.0
#include "tests/runtime/runtime_files.hpp"

#include <filesystem>
#include <fstream>

#include "tests/support/catch.hpp"

namespace podmeter::tests {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

constexpr char kConf[] = "/run/cni/net.d", kCache[] = "/run/cni/cache";

std::string results() {
  return std::string(kCache) + "/results/";
}

void write_network(const std::string& file, const std::string& network, const ordered_json& fields) {
  ordered_json plugin = {{"type", "podmeter"}};
  plugin.update(fields);
  const ordered_json list = {
      {"cniVersion", "1.0.0"}, {"name", network}, {"plugins", {ordered_json{{"type", "ptp"}}, plugin}}};
  std::ofstream(std::string(kConf) + '/' + file) << list;
}

}  // namespace

RuntimeFiles::RuntimeFiles(const ordered_json& fields) {
  fs::create_directories(kConf);
  fs::create_directories(results());
  configure(fields);
}

RuntimeFiles::~RuntimeFiles() {
  fs::remove_all("/run/cni");
}

void RuntimeFiles::configure(const ordered_json& fields) const {
  write_network("10-pods.conflist", "pods", fields);
}

void RuntimeFiles::configure_another(const std::string& network, const ordered_json& fields) const {
  write_network("20-" + network + ".conflist", network, fields);
}

void RuntimeFiles::remember(const std::string& container, const NetNs& netns, const std::string& network) const {
  const ordered_json args = {{"IgnoreUnknown", "1"},
                             {"K8S_POD_NAMESPACE", "shop"},
                             {"K8S_POD_NAME", "cart"},
                             {"K8S_POD_UID", "u-" + container}};
  ordered_json pairs = ordered_json::array();
  for (const auto& [key, value] : args.items())
    pairs.push_back({key, value});
  const ordered_json cached = {
      {"kind", "cniCacheV1"},
      {"containerId", container},
      {"config", "e30="},
      {"ifName", "eth0"},
      {"networkName", network},
      {"cniArgs", pairs},
      {"capabilityArgs", {{"io.kubernetes.cri.pod-annotations", {{"billing/tenant", "acme"}}}}},
      {"result",
       {{"cniVersion", "1.0.0"},
        {"interfaces", {{{"name", "veth7"}}, {{"name", "eth0"}, {"sandbox", netns.path()}}}}}}};
  write_cached(network + "-" + container + "-eth0", cached.dump());
}

void RuntimeFiles::forget(const std::string& container) const {
  fs::remove(results() + "pods-" + container + "-eth0");
}

void RuntimeFiles::write_cached(const std::string& name, const std::string& text) const {
  std::ofstream(results() + name) << text;
}

Run RuntimeFiles::reconcile(const std::vector<std::string>& arguments) const {
  Run run(PODMETER_BINARY);
  for (const auto* argument : {"reconcile", "--cni-conf-dir", kConf, "--cni-cache-dir", kCache})
    run.argument(argument);
  for (const auto& argument : arguments)
    run.argument(argument);
  return run;
}

std::multiset<std::string> RuntimeFiles::repairs(const std::vector<std::string>& arguments) const {
  auto run = reconcile(arguments);
  const auto finished = run.argument("--output").argument("json").finish();
  INFO(finished.output << finished.log);
  REQUIRE(finished.status == 0);
  std::multiset<std::string> all;
  const auto reconciled = ordered_json::parse(finished.output);
  for (const auto& repair : reconciled.at("repairs"))
    all.insert(repair.at("repair").get<std::string>() + ' ' + repair.at("subject").get<std::string>());
  return all;
}

}  // namespace podmeter::tests
