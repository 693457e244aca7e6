// SPDX-License-Identifier: Apache-2.0
// Calls of the plugin, as a runtime makes them.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/pods/net_ns.hpp"
#include "tests/runtime/run.hpp"

namespace podmeter::tests {

using nlohmann::ordered_json;

// One call; valid as it comes, for a test to change what it is about.
struct Call {
  std::map<std::string, std::string> environment;
  ordered_json network;
};

Call add_call(const NetNs& netns, const std::string& container = "c1");
Call del_call(const NetNs& netns, const std::string& container = "c1");
Call check_call(const NetNs& netns, const std::string& container = "c1");
// A GC of everything but these containers' eth0.
Call gc_call(const std::vector<std::string>& valid_containers);
Call status_call();

// A call with some of its configuration changed or added.
Call with(Call call, const ordered_json& fields);
// Under failure policy `closed`.
Call closed(const Call& call);
Call with_variable(Call call, const std::string& name, const std::string& value);

struct Reply {
  Finished finished;

  [[nodiscard]] bool ok() const { return finished.status == 0; }
  // stdout, which must be one JSON document, and else is null.
  [[nodiscard]] ordered_json json() const;
  // The error's; 0 where stdout holds none.
  [[nodiscard]] int code() const;
  [[nodiscard]] std::string message() const;
};

Run run_of(const Call& call);
Reply make(const Call& call);
// The same, with what must be so after every error: exit status 1, an object with this code alone on stdout.
Reply make_failing(const Call& call, int code);
// And after success: exit status 0, stdout empty, or for ADD the previous result unchanged.
Reply make_succeeding(const Call& call);

}  // namespace podmeter::tests
