// SPDX-License-Identifier: Apache-2.0
// The collector, running.
#pragma once

#include "tests/runtime/run.hpp"
#include "tests/runtime/series.hpp"

namespace podmeter::tests {

// The collector as it runs on a node: nobody, without a capability, in the group that may read the pins. It ends when
// this goes.
class Collector {
 public:
  // In the network namespace of the calling thread; ready when this returns.
  static Collector start();

  // From any thread that is in that namespace.
  [[nodiscard]] Result<Series> scrape() const;

 private:
  explicit Collector(Running running) : running_(std::move(running)) {}

  Running running_;
};

}  // namespace podmeter::tests
