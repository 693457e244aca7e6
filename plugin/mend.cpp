// SPDX-License-Identifier: Apache-2.0
#include "plugin/mend.hpp"

#include <sys/stat.h>

#include "bpf/attached.hpp"
#include "bpf/audit.hpp"
#include "bpf/directory.hpp"
#include "bpf/identity.hpp"
#include "bpf/pinned_info.hpp"
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
  // The others run in the pod's network namespace, or one that has its path.
  std::optional<Metered> look_if_ours();
  Metered look();
  [[nodiscard]] Result<bool> is_moved() const;
  [[nodiscard]] Audit before_audit() const;
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
  SameNamespace same_ = SameNamespace::kUnknown;
  std::optional<Audit> audit_;
};

// Whether a namespace of which nothing is at its path any more has ended: not where the path is on a mount that this
// process doesn't see, or the process IDs are not those of the node.
bool has_ended(const std::string& path) {
  constexpr ino_t kFirstPidNamespace = 0xEFFFFFFC;  // PROC_PID_INIT_INO, include/linux/proc_ns.h
  struct stat pids {};
  if (path.starts_with("/proc/"))
    return ::stat("/proc/self/ns/pid", &pids) == 0 && pids.st_ino == kFirstPidNamespace;
  return !exists(path) && exists(path.substr(0, path.rfind('/')));
}

// A path may by now be another pod's: the cookie tells.
Metered Mending::run(const std::string& netns) {
  auto place = Namespace::kUnknown;
  for (const auto& path : {identity_.netns, netns}) {
    if (path.empty())
      continue;
    const auto looked = in_netns(path, [&] { return look_if_ours(); });
    if (looked && *looked)
      return **looked;
    if (!looked && !is_gone(looked.error()))
      return Failure{FailureReason::kNetns, looked.error()};
    if (looked || has_ended(path))
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
  for (const auto direction : kDirections) {
    const auto link = info_of<bpf_link_info>(dir_.link(direction));
    if (!link && !is_gone(link.error()))
      return Failure{FailureReason::kAttach, link.error()};
    if (link && link->xdp.ifindex != 0)
      return {};
  }
  end("its network namespace or interface is gone");
  return {};
}

std::optional<Metered> Mending::look_if_ours() {
  const auto cookie = netns_cookie();
  if (!cookie)
    return Failure{FailureReason::kNetns, cookie.error()};
  same_ = compare_cookies(*cookie, identity_.netns_cookie);
  return same_ == SameNamespace::kNo ? std::nullopt : std::optional(look());
}

Metered Mending::look() {
  const auto moved = is_moved();
  if (!moved)
    return Failure{FailureReason::kAttach, moved.error()};
  if (*moved) {
    audit_ = before_audit();
    for (auto& direction : *audit_)
      direction.fault = MeterFault::kMoved;
    return {};
  }
  const auto device = find_device();
  if (device)
    return put_right(*device);
  if (!is_gone(device.error()))
    return Failure{FailureReason::kInterface, device.error()};
  return same_ == SameNamespace::kYes ? without(Namespace::kGone) : Metered();
}

// Its links go with an interface that the pod takes elsewhere, and count there. What has its name or number here is
// another.
Result<bool> Mending::is_moved() const {
  if (how_ == Attach::kClsact)
    return false;
  for (const auto direction : kDirections) {
    const auto place = place_of_link(dir_.link(direction), direction);
    if (!place)
      return place.error();
    if (place->is_elsewhere)
      return true;
  }
  return false;
}

Audit Mending::before_audit() const {
  const auto before = read_audit(dir_.audit());
  return before ? *before : Audit{};
}

// By number first: who can make interfaces in the pod can give one the name of another.
Result<Interface> Mending::find_device() const {
  std::uint32_t index = identity_.ifindex;
  for (const auto direction : kDirections)
    if (const auto place = place_of_link(dir_.link(direction), direction); place && place->ifindex != 0)
      index = place->ifindex;
  auto device = find_interface(index);
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
  const auto audited = audit_meter(dir_, identity_, interface, before_audit());
  if (!audited)
    return Failure{FailureReason::kBpffs, audited.error()};
  audit_ = *audited;
  return {};
}

Result<bool, Failure> Mending::repair(const Interface& interface) {
  if (const auto whole = check_attached(dir_, interface.index, identity_.attach); !whole) {
    if (whole.error().code != 0 && !is_gone(whole.error()))
      return Failure{FailureReason::kAttach, whole.error()};
    if (same_ != SameNamespace::kYes)  // it may be another pod's
      return false;
    make(Repair::kReattach, whole.error().text, [&] { return replace(interface); });
    return locked_ != nullptr;
  }
  const auto wanted = current_.tags(interface.link_layer);
  const auto pinned = pinned_tags(dir_);
  if (!wanted || !pinned)
    return Failure{FailureReason::kLoad, wanted ? pinned.error() : wanted.error()};
  const bool is_cut_short = exists(dir_.next_program(PM_EGRESS)) || exists(dir_.next_program(PM_INGRESS));
  if (*wanted == *pinned && !is_cut_short)
    return true;
  make(Repair::kUpgrade, is_cut_short ? "an upgrade was cut short" : "it runs another version's programs",
       [&] { return replace(interface); });
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
