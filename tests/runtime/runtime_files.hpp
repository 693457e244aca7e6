// SPDX-License-Identifier: Apache-2.0
// A runtime's files on its node (its networks' configuration and libcni's cache), and podmeter's reconcile.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/pods/net_ns.hpp"
#include "tests/runtime/run.hpp"

namespace podmeter::tests {

// One network, "pods", that lists podmeter with these fields. All goes when this goes.
class RuntimeFiles {
 public:
  explicit RuntimeFiles(const nlohmann::ordered_json& fields = nlohmann::ordered_json::object());
  ~RuntimeFiles();
  RuntimeFiles(const RuntimeFiles&) = delete;
  RuntimeFiles& operator=(const RuntimeFiles&) = delete;

  void configure(const nlohmann::ordered_json& fields) const;
  // One more network, in a file behind the other's.
  void configure_another(const std::string& network, const nlohmann::ordered_json& fields) const;
  // As libcni does after ADD; pod cart of namespace shop, annotation billing/tenant acme.
  void remember(const std::string& container, const NetNs& netns, const std::string& network = "pods") const;
  void forget(const std::string& container) const;
  // Something else in its place.
  void write_cached(const std::string& name, const std::string& text) const;

  // `podmeter reconcile` with these files, further arguments after.
  [[nodiscard]] Run reconcile(const std::vector<std::string>& arguments = {}) const;
  // One pass that must succeed: what was repaired, "end c1/eth0".
  [[nodiscard]] std::multiset<std::string> repairs(const std::vector<std::string>& arguments = {}) const;
};

}  // namespace podmeter::tests
