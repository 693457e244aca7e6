// SPDX-License-Identifier: Apache-2.0
// The warnings that the passes of one process have told, so that each is told once and not in every pass.
#pragma once

#include <set>
#include <string>

#include "bpf/base/log.hpp"

namespace podmeter {

class WarningHistory {
 public:
  // A warning that the pass before didn't tell is new, also where an earlier one did.
  void begin_pass();
  [[nodiscard]] bool is_first_pass() const { return passes_ == 1; }

  void warn(const Log& log, const std::string& message, const LogFields& fields);
  void error(const Log& log, const std::string& message, const LogFields& fields);

 private:
  bool is_new(const std::string& message, const LogFields& fields);

  std::size_t passes_ = 0;
  std::set<std::string> before_, now_;
};

}  // namespace podmeter
