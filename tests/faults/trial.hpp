// SPDX-License-Identifier: Apache-2.0
// A case that goes wrong at one call after the other, and the proof that nothing comes of it.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "tests/faults/cases.hpp"

namespace podmeter::tests {

// PODMETER_FAULTS=all: every call fails with every error, and every state that it leaves is recovered from. Otherwise
// with one error of the seven, and a state that was recovered from is not recovered from again: it would go the same
// way.
bool all_faults();

// The sums that a test case tells at its end.
struct Tally {
  std::size_t trials = 0, recoveries = 0, leaks = 0;
  std::uint64_t bytes_lost = 0, bytes_doubled = 0;
};
std::string text_of(const Tally& tally);

class Trials {
 public:
  explicit Trials(const Case& about) : about_(about), traced_node_(about.attach) {}

  // False where the verb made no such call: it came to its end.
  bool run(const Fault& fault);
  // Those of that name among the calls that the verb makes where nothing goes wrong.
  std::vector<std::size_t> calls_of(const std::string& name);
  [[nodiscard]] const Tally& tally() const { return tally_; }

 private:
  void prepare();
  void look_at_answer(const Traced& traced, const Fault& fault) const;
  void look_at_failure(const Traced& traced) const;
  void look_at_state(const std::optional<Expected>& expected);
  void exchange_between();
  void recover();
  void exchange_after();
  // The counts added since the last time.
  Volume grown();
  void account(const Volume& counted, const Volume& sent);

  const Case& about_;
  TracedNode traced_node_;
  Tally tally_;
  std::string prepared_;
  std::set<std::string> recovered_;
  Volume last_;
  std::uint64_t failures_ = 0;
};

}  // namespace podmeter::tests
