// SPDX-License-Identifier: Apache-2.0
// The cases of calls that go wrong: a verb, in a state, and what is done about it afterwards.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tests/faults/inspection.hpp"
#include "tests/faults/traced_node.hpp"

namespace podmeter::tests {

// A command line, an environment, an input; and what it answers on stdout (null: nothing).
struct Verb {
  Run run;
  std::optional<nlohmann::json> answer;  // none: whatever it says
  int worst_status = 0;                  // where a call fails
};

struct Case {
  std::string name;
  std::string attach;
  std::function<void(TracedNode&)> prepare;
  std::function<Verb(const TracedNode&)> verb;
  std::function<Verb(const TracedNode&)> again;
  Expected recovered;                // after `again`
  std::optional<Expected> unharmed;  // and right after `verb`, where it came to its end
};

const std::vector<Case>& cases();
const Case& case_named(const std::string& name);

}  // namespace podmeter::tests
