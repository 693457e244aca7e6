// SPDX-License-Identifier: Apache-2.0
#include "plugin/reconcile/repair_meter.hpp"

#include "bpf/base/directory.hpp"
#include "bpf/base/symlink_text.hpp"
#include "bpf/base/symlink_write.hpp"
#include "bpf/tree/audit_record.hpp"
#include "bpf/tree/identity.hpp"
#include "bpf/tree/meter_store.hpp"
#include "plugin/reconcile/diagnosis.hpp"

namespace podmeter {
namespace {

Result<Identity> identity_of(const PinTree& tree, const std::string& name) {
  const auto attachment = decode_name(name);
  if (!attachment)
    return attachment.error();
  auto identity = read_identity(tree.live(name).identity());
  if (identity)
    identity->attachment = *attachment;
  return identity;
}

// Where the meter is still the one that was seen.
Metered keep(const PinTree& tree, const std::string& name, const Identity& identity, const Audit& audit) {
  const MeterDir dir = tree.live(name);
  if (const auto before = read_audit(dir.audit()); before && *before == audit)
    return {};
  const auto live = LiveMeter::take(tree, name, DirectoryLock::Wait::kNo);
  const auto now = read_identity(dir.identity());
  if (!live || !now || now->meter != identity.meter)
    return {};
  return because(FailureReason::kBpffs, replace_symlink(dir.audit(), to_text(audit)));
}

// Under the lock, all over again.
Metered mend_locked(const PinTree& tree, const std::string& name, const std::string& netns, CurrentPrograms& current,
                    RepairsMade& repairs) {
  const auto live = LiveMeter::take(tree, name, DirectoryLock::Wait::kNo);
  if (!live)
    return is_gone(live.error()) || live.error().code == EBUSY ? Metered()
                                                               : Failure{FailureReason::kBpffs, live.error()};
  auto identity = identity_of(tree, name);
  if (!identity)
    return Failure{FailureReason::kIdentity, identity.error()};
  Mending mending(tree, name, *identity, current, repairs, &*live);
  auto mended = mending.run(netns);
  if (mended && mending.audit())
    return because(FailureReason::kBpffs, replace_symlink(live->dir().audit(), to_text(*mending.audit())));
  return mended;
}

}  // namespace

// At first without the lock: who has it keeps DEL waiting, and each look waits for the kernel's own lock.
Metered mend(const PinTree& tree, const std::string& name, const std::string& netns, CurrentPrograms& current,
             RepairsMade& repairs) {
  const auto identity = identity_of(tree, name);
  if (!identity)
    return is_gone(identity.error()) && !exists(tree.live(name).path())
               ? Metered()
               : Failure{FailureReason::kIdentity, identity.error()};
  RepairsMade needed = repairs.as_dry_run();
  Mending look(tree, name, *identity, current, needed, nullptr);
  auto looked = look.run(netns);
  if (!exists(tree.live(name).path()))  // it ended meanwhile
    return {};
  if (!looked)
    return looked;
  if (repairs.is_dry_run())
    repairs.take_from(needed);
  else if (!needed.all().empty())
    return mend_locked(tree, name, netns, current, repairs);
  else if (look.audit())
    return keep(tree, name, *identity, *look.audit());
  return {};
}

}  // namespace podmeter
