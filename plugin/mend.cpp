// SPDX-License-Identifier: Apache-2.0
#include "plugin/mend.hpp"

#include "bpf/attached.hpp"
#include "bpf/identity.hpp"
#include "plugin/cni_variables.hpp"
#include "plugin/interface.hpp"
#include "plugin/meter_audit.hpp"
#include "plugin/netns.hpp"

namespace podmeter {
namespace {

class Mending {
 public:
  Mending(const PinTree& tree, const LiveMeter& live, Identity identity, CurrentPrograms& current, RepairsMade& repairs)
      : tree_(tree),
        live_(live),
        identity_(std::move(identity)),
        how_(identity_.attach == attach_name(Attach::kTcx) ? Attach::kTcx : Attach::kClsact),
        current_(current),
        repairs_(repairs) {}

  Metered run(const std::string& netns);

 private:
  enum class Namespace : std::uint8_t { kGone, kUnknown };
  Metered without(Namespace netns);
  // The others run in the pod's network namespace.
  Metered look();
  [[nodiscard]] Result<Interface> find_device() const;
  Metered put_right(const Interface& interface);
  [[nodiscard]] Metered replace(const Interface& interface) const;
  void make(Repair repair, const std::string& why, const std::function<Metered()>& fn) {
    repairs_.make({repair, subject_of(identity_.attachment), why}, fn);
  }
  void end(const std::string& why);

  const PinTree& tree_;
  const LiveMeter& live_;
  Identity identity_;
  Attach how_;
  CurrentPrograms& current_;
  RepairsMade& repairs_;
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
  const auto linked = linked_interface(live_.dir());
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
  const auto attached = linked_interface(live_.dir());
  auto device = find_interface(attached && *attached != 0 ? *attached : identity_.ifindex);
  if (!device && is_gone(device.error()))
    device = find_interface(identity_.attachment.interface);
  return device;
}

Metered Mending::put_right(const Interface& interface) {
  const MeterDir& dir = live_.dir();
  if (const auto whole = check_attached(dir, interface.index, identity_.attach); !whole) {
    make(Repair::kReattach, whole.error().text, [&] { return replace(interface); });
  } else {
    const auto wanted = current_.tags(interface.link_layer);
    const auto pinned = pinned_tags(dir);
    if (!wanted || !pinned)
      return Failure{FailureReason::kLoad, wanted ? pinned.error() : wanted.error()};
    if (*wanted != *pinned)
      make(Repair::kUpgrade, "it runs another version's programs", [&] { return replace(interface); });
  }
  if (repairs_.is_dry_run())
    return {};
  return because(FailureReason::kBpffs, audit_meter(dir, identity_, interface));
}

Metered Mending::replace(const Interface& interface) const {
  const auto scopes = ScopeTable::open(tree_.scope_table());
  if (!scopes)
    return Failure{FailureReason::kBpffs, scopes.error()};
  const auto meter = Meter::load_onto(live_.dir(), interface.link_layer, *scopes);
  if (!meter)
    return Failure{FailureReason::kLoad, meter.error()};
  return because(FailureReason::kAttach, meter->replace(interface.index, how_, live_.dir()));
}

void Mending::end(const std::string& why) {
  make(Repair::kEnd, why, [&] { return because(FailureReason::kBpffs, live_.end(tree_, boot_clock_ns())); });
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

Metered mend(const PinTree& tree, const LiveMeter& live, const std::string& netns, CurrentPrograms& current,
             RepairsMade& repairs) {
  const auto attachment = decode_name(live.name());
  auto identity = read_identity(live.dir().identity());
  if (!identity || !attachment)
    return Failure{FailureReason::kIdentity, identity ? attachment.error() : identity.error()};
  identity->attachment = *attachment;
  return Mending(tree, live, std::move(*identity), current, repairs).run(netns);
}

}  // namespace podmeter
