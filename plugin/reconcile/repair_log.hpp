// SPDX-License-Identifier: Apache-2.0
// The repairs that one pass of reconcile finds to make in a tree, and what becomes of them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bpf/events/repairs.hpp"
#include "plugin/reconcile/subject.hpp"
#include "plugin/reconcile/warning_history.hpp"
#include "plugin/verbs/context.hpp"
#include "plugin/verbs/failure.hpp"

namespace podmeter {

// A repair of a tree, made or, in a dry run, to be made.
struct RepairMade {
  Repair repair;
  Subject subject;
  std::string why;
};

// Something to repair, found by a look that changed nothing and had no lock.
struct Finding {
  RepairMade needed;
  // Looks again under the lock and repairs it.
  std::function<Repaired()> repair;
};

enum class DryRun : std::uint8_t { kNo, kYes };

// The repairs of one pass. Each that is made is logged and counted, and so is what fails.
class RepairsMade {
 public:
  RepairsMade(const Context& context, DryRun dry_run, WarningHistory& history)
      : context_(context), dry_run_(dry_run), history_(history) {}

  [[nodiscard]] bool is_dry_run() const { return dry_run_ == DryRun::kYes; }
  // Repairs what was found, or in a dry run notes it alone.
  void make(const Finding& finding);
  // Something could not be looked at or repaired.
  void fail(const std::string& subject, const Failure& failure);

  [[nodiscard]] const std::vector<RepairMade>& all() const { return all_; }
  // Needed, and left to another process or pass.
  [[nodiscard]] const std::vector<RepairMade>& put_off() const { return put_off_; }
  [[nodiscard]] const std::vector<std::string>& failures() const { return failures_; }

 private:
  const Context& context_;
  DryRun dry_run_;
  WarningHistory& history_;
  std::vector<RepairMade> all_, put_off_;
  std::vector<std::string> failures_;
};

}  // namespace podmeter
