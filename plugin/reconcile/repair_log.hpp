// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bpf/events/repairs.hpp"
#include "plugin/verbs/context.hpp"
#include "plugin/verbs/failure.hpp"

namespace podmeter {

// A repair of a tree, made or, in a dry run, to be made.
struct RepairMade {
  Repair repair;
  std::string subject;  // a meter's attachment, "container/interface", or what else was repaired
  std::string why;
};

enum class DryRun : std::uint8_t { kNo, kYes };

// The repairs of one pass. Each that is made is logged and counted, and so is what fails.
class RepairsMade {
 public:
  RepairsMade(const Context& context, DryRun dry_run) : context_(context), dry_run_(dry_run) {}

  [[nodiscard]] bool is_dry_run() const { return dry_run_ == DryRun::kYes; }
  // Makes it by `repair`, or in a dry run notes it alone.
  void make(const RepairMade& made, const std::function<Repaired()>& repair);
  // Of the same tree, for a look at what is needed; and what was seen, if there is no more to it.
  [[nodiscard]] RepairsMade as_dry_run() const { return {context_, DryRun::kYes}; }
  void take_from(const RepairsMade& other) { all_.insert(all_.end(), other.all_.begin(), other.all_.end()); }
  void fail(const std::string& subject, const Failure& failure);

  [[nodiscard]] const std::vector<RepairMade>& all() const { return all_; }
  [[nodiscard]] const std::vector<std::string>& failures() const { return failures_; }

 private:
  const Context& context_;
  DryRun dry_run_;
  std::vector<RepairMade> all_;
  std::vector<std::string> failures_;
};

}  // namespace podmeter
