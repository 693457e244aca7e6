// SPDX-License-Identifier: Apache-2.0
#include "plugin/reconcile/diagnosis.hpp"

#include <sys/stat.h>

#include "bpf/base/clock.hpp"
#include "bpf/base/directory.hpp"
#include "plugin/protocol/cni_variables.hpp"
#include "plugin/reconcile/meter_audit.hpp"

namespace podmeter {
namespace {

// Whether a namespace of which nothing is at its path any more has ended: not where the path is on a mount that this
// process doesn't see, or the process IDs are not those of the node.
bool has_ended(const std::string& path) {
  constexpr ino_t kFirstPidNamespace = 0xEFFFFFFC;  // PROC_PID_INIT_INO, include/linux/proc_ns.h
  struct stat pids {};
  if (path.starts_with("/proc/"))
    return ::stat("/proc/self/ns/pid", &pids) == 0 && pids.st_ino == kFirstPidNamespace;
  return !exists(path) && exists(path.substr(0, path.rfind('/')));
}

}  // namespace

Mending::Mending(const PinTree& tree, const std::string& name, Identity identity, CurrentPrograms& current,
                 RepairsMade& repairs, const LiveMeter* locked)
    : tree_(tree),
      dir_(tree.live(name)),
      identity_(std::move(identity)),
      how_(identity_.attach == attach_name(Attach::kTcx) ? Attach::kTcx : Attach::kClsact),
      current_(current),
      repairs_(repairs),
      locked_(locked) {}

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
      end();
    return {};
  }
  const auto links = find_links();
  if (!links)
    return Failure{FailureReason::kAttach, links.error()};
  if (links->ifindex == 0)
    end();
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
  const auto links = find_links();
  if (!links)
    return Failure{FailureReason::kAttach, links.error()};
  if (links->is_elsewhere) {
    audit_ = before_audit();
    for (auto& direction : *audit_)
      direction.fault = MeterFault::kMoved;
    return {};
  }
  const auto device = find_device(links->ifindex);
  if (device)
    return put_right(*device);
  if (!is_gone(device.error()))
    return Failure{FailureReason::kInterface, device.error()};
  return same_ == SameNamespace::kYes ? without(Namespace::kGone) : Metered();
}

// They go with an interface that the pod takes elsewhere, and count there: what has its name or number here is another.
// Nowhere, for a meter by filters.
Result<LinkPlace> Mending::find_links() const {
  LinkPlace links;
  for (const auto direction : kDirections) {
    const auto place = place_of_link(dir_.link(direction), direction);
    if (!place)
      return place;
    if (place->ifindex != 0)
      links = *place;
    if (links.is_elsewhere)
      break;
  }
  return links;
}

Audit Mending::before_audit() const {
  const auto before = read_audit(dir_.audit());
  return before ? *before : Audit{};
}

// By number first: who can make interfaces in the pod can give one the name of another.
Result<Interface> Mending::find_device(std::uint32_t linked) const {
  auto device = find_interface(linked != 0 ? linked : identity_.ifindex);
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

Repaired Mending::replace(const Interface& interface) const {
  const auto scopes = ScopeTable::open(tree_.scope_table());
  if (!scopes)
    return Failure{FailureReason::kBpffs, scopes.error()};
  const auto meter = Meter::load_onto(dir_, interface.link_layer, *scopes);
  if (!meter)
    return Failure{FailureReason::kLoad, meter.error()};
  if (const auto replaced = meter->replace(interface.index, how_, dir_); !replaced)
    return Failure{FailureReason::kAttach, replaced.error()};
  return true;
}

void Mending::make(Repair repair, const std::string& why, const std::function<Repaired()>& fn) {
  repairs_.make({repair, subject_of(identity_.attachment), why}, fn);
}

void Mending::end() {
  make(Repair::kEnd, "its network namespace or interface is gone", [&]() -> Repaired {
    if (const auto ended = locked_->end(tree_, boot_clock_ns()); !ended)
      return Failure{FailureReason::kBpffs, ended.error()};
    return true;
  });
}

}  // namespace podmeter
