// SPDX-License-Identifier: Apache-2.0
#include "plugin/mend.hpp"

#include "bpf/attached.hpp"
#include "bpf/audit.hpp"
#include "bpf/directory.hpp"
#include "bpf/identity.hpp"
#include "bpf/symlink.hpp"
#include "plugin/cni_variables.hpp"
#include "plugin/interface.hpp"
#include "plugin/meter_audit.hpp"
#include "plugin/netns.hpp"

namespace podmeter {
namespace {

// Without a lock it only looks: whoever has one keeps DEL waiting, and each look waits for the kernel's own lock.
class Mending {
 public:
  Mending(const PinTree& tree, std::string name, Identity identity, CurrentPrograms& current, RepairsMade& repairs,
          const LiveMeter* locked)
      : tree_(tree),
        name_(std::move(name)),
        dir_(tree.live(name_)),
        identity_(std::move(identity)),
        how_(identity_.attach == attach_name(Attach::kTcx) ? Attach::kTcx : Attach::kClsact),
        current_(current),
        repairs_(repairs),
        locked_(locked) {}

  Metered run(const std::string& netns);
  // What was seen of a meter that needs no repair, or has got it.
  [[nodiscard]] const std::optional<Audit>& audit() const { return audit_; }

 private:
  enum class Namespace : std::uint8_t { kGone, kUnknown };
  Metered without(Namespace netns);
  // The others run in the pod's network namespace.
  Metered look();
  [[nodiscard]] Result<Interface> find_device() const;
  Metered put_right(const Interface& interface);
  // Whether there was nothing to do, or it was done.
  Result<bool, Failure> repair(const Interface& interface);
  [[nodiscard]] Metered replace(const Interface& interface) const;
  void make(Repair repair, const std::string& why, const std::function<Metered()>& fn) {
    repairs_.make({repair, subject_of(identity_.attachment), why}, fn);
  }
  void end(const std::string& why);

  const PinTree& tree_;
  std::string name_;
  MeterDir dir_;
  Identity identity_;
  Attach how_;
  CurrentPrograms& current_;
  RepairsMade& repairs_;
  const LiveMeter* locked_;
  std::optional<Audit> audit_;
};

// A path may by now be another pod's: the cookie tells.
Metered Mending::run(const std::string& netns) {
  auto place = Namespace::kUnknown;
  for (const auto& path : {identity_.netns, netns}) {
    if (path.empty())
      continue;
    const auto looked = in_netns(path, [&]() -> std::optional<Metered> {
      return netns_cookie() == identity_.netns_cookie ? std::optional(look()) : std::nullopt;
    });
    if (looked && *looked)
      return **looked;
    if (!looked && !is_gone(looked.error()))
      return Failure{FailureReason::kNetns, looked.error()};
    place = Namespace::kGone;
  }
  return without(place);
}

// A link tells whether its interface is still there, wherever it is; a filter doesn't.
Metered Mending::without(Namespace netns) {
  if (how_ == Attach::kClsact) {
    if (netns == Namespace::kGone)
      end("its network namespace or interface is gone");
    return {};
  }
  const auto linked = linked_interface(dir_);
  if (!linked)
    return Failure{FailureReason::kAttach, linked.error()};
  if (*linked == 0)
    end("its network namespace or interface is gone");
  return {};
}

Metered Mending::look() {
  const auto device = find_device();
  if (device)
    return put_right(*device);
  if (is_gone(device.error()))
    return without(Namespace::kGone);
  return Failure{FailureReason::kInterface, device.error()};
}

// By number first: who can make interfaces in the pod can give one the name of another.
Result<Interface> Mending::find_device() const {
  const auto attached = linked_interface(dir_);
  auto device = find_interface(attached && *attached != 0 ? *attached : identity_.ifindex);
  if (!device && is_gone(device.error()))
    device = find_interface(identity_.attachment.interface);
  return device;
}

Metered Mending::put_right(const Interface& interface) {
  const auto done = repair(interface);
  if (!done)
    return done.error();
  if (!*done)
    return {};
  const auto audited = audit_meter(dir_, identity_, interface);
  if (!audited)
    return Failure{FailureReason::kBpffs, audited.error()};
  audit_ = *audited;
  return {};
}

Result<bool, Failure> Mending::repair(const Interface& interface) {
  if (const auto whole = check_attached(dir_, interface.index, identity_.attach); !whole) {
    make(Repair::kReattach, whole.error().text, [&] { return replace(interface); });
    return locked_ != nullptr;
  }
  const auto wanted = current_.tags(interface.link_layer);
  const auto pinned = pinned_tags(dir_);
  if (!wanted || !pinned)
    return Failure{FailureReason::kLoad, wanted ? pinned.error() : wanted.error()};
  if (*wanted == *pinned)
    return true;
  make(Repair::kUpgrade, "it runs another version's programs", [&] { return replace(interface); });
  return locked_ != nullptr;
}

Metered Mending::replace(const Interface& interface) const {
  const auto scopes = ScopeTable::open(tree_.scope_table());
  if (!scopes)
    return Failure{FailureReason::kBpffs, scopes.error()};
  const auto meter = Meter::load_onto(dir_, interface.link_layer, *scopes);
  if (!meter)
    return Failure{FailureReason::kLoad, meter.error()};
  return because(FailureReason::kAttach, meter->replace(interface.index, how_, dir_));
}

void Mending::end(const std::string& why) {
  make(Repair::kEnd, why, [&] { return because(FailureReason::kBpffs, locked_->end(tree_, boot_clock_ns())); });
}

}  // namespace

Result<ProgramTags> CurrentPrograms::tags(LinkLayer link_layer) {
  auto& known = tags_[static_cast<std::size_t>(link_layer)];
  if (known)
    return *known;
  const auto scopes = ScopeTable::open(tree_.scope_table());
  if (!scopes)
    return scopes.error();
  const auto meter = Meter::load(link_layer, *scopes);
  if (!meter)
    return meter.error();
  auto tags = meter->tags();
  if (tags)
    known = *tags;
  return tags;
}

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

Metered mend(const PinTree& tree, const std::string& name, const std::string& netns, CurrentPrograms& current,
             RepairsMade& repairs) {
  const auto identity = identity_of(tree, name);
  if (!identity)
    return is_gone(identity.error()) && !exists(tree.live(name).path())
               ? Metered()
               : Failure{FailureReason::kIdentity, identity.error()};
  RepairsMade needed = repairs.as_dry_run();
  Mending look(tree, name, *identity, current, needed, nullptr);
  const auto looked = look.run(netns);
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
