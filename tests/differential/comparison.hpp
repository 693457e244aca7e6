// SPDX-License-Identifier: Apache-2.0
// The programs with one scope table, and the reference beside them.
#pragma once

#include <optional>
#include <string>

#include "bpf/tree/counters.hpp"
#include "tests/differential/reference.hpp"

namespace podmeter::tests {

class Comparison {
 public:
  // `name` is the table's, for people. The scopes are in slots 1, 2, …
  static Result<Comparison> open(std::string name, const ScopeSet& scopes);

  [[nodiscard]] Tally reference(const Packet& packet) const { return reference_.count(packet); }
  // Nothing where the program returns "next", leaves the frame as it was, and counts `expected` and nothing else;
  // otherwise what it did. EINVAL where the kernel wouldn't run a program on the frame.
  Result<std::optional<std::string>> differs(const Packet& packet, const Tally& expected);
  // The same with what the reference says; the text says all that there is to know, and ends in a line for the corpus.
  Result<std::optional<std::string>> compare(const Packet& packet);

 private:
  struct Programs {
    LoadedMeter meter;
    CounterMap counters;
    pm_counters last{};  // as read after the packet before
  };

  Comparison(std::string name, ScopeTable table, Programs ethernet, Programs none, Reference reference);
  static Result<Programs> load(LinkLayer link_layer, const ScopeTable& table);

  std::string name_;
  ScopeTable table_;
  Programs ethernet_, none_;
  Reference reference_;
};

}  // namespace podmeter::tests
