// SPDX-License-Identifier: Apache-2.0
// One look at one live meter, in its pod's network namespace, and what it takes to put it right.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "bpf/attach/attachment_check.hpp"
#include "bpf/attach/loaded_meter.hpp"
#include "bpf/tree/audit_record.hpp"
#include "bpf/tree/identity.hpp"
#include "bpf/tree/meter_store.hpp"
#include "plugin/host/interface.hpp"
#include "plugin/host/netns.hpp"
#include "plugin/reconcile/current_programs.hpp"
#include "plugin/reconcile/repair_log.hpp"
#include "plugin/verbs/failure.hpp"

namespace podmeter {

class Mending {
 public:
  // Without the meter's lock it can be run for a dry run alone.
  Mending(const PinTree& tree, const std::string& name, Identity identity, CurrentPrograms& current,
          RepairsMade& repairs, const LiveMeter* locked);
  // `netns` is where the pod's namespace may be, besides the path that the meter was made with.
  Metered run(const std::string& netns);
  // What was seen of a meter that needs no repair, or has got it.
  [[nodiscard]] const std::optional<Audit>& audit() const { return audit_; }

 private:
  enum class Namespace : std::uint8_t { kGone, kUnknown };
  Metered without(Namespace netns);
  // The others run in the pod's network namespace, or one that has its path.
  std::optional<Metered> look_if_ours();
  Metered look();
  [[nodiscard]] Result<LinkPlace> find_links() const;
  [[nodiscard]] Audit before_audit() const;
  [[nodiscard]] Result<Interface> find_device(std::uint32_t linked) const;
  Metered put_right(const Interface& interface);
  // Whether there was nothing to do, or it was done.
  Result<bool, Failure> repair(const Interface& interface);
  [[nodiscard]] Repaired replace(const Interface& interface) const;
  void make(Repair repair, const std::string& why, const std::function<Repaired()>& fn);
  void end();

  const PinTree& tree_;
  MeterDir dir_;
  Identity identity_;
  Attach how_;
  CurrentPrograms& current_;
  RepairsMade& repairs_;
  const LiveMeter* locked_;
  SameNamespace same_ = SameNamespace::kUnknown;
  std::optional<Audit> audit_;
};

}  // namespace podmeter
