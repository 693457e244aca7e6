// SPDX-License-Identifier: Apache-2.0
#include "plugin/diagnosis/meter_facts.hpp"

#include "bpf/tree/meter_name.hpp"

namespace podmeter {
namespace {

// Links go with an interface that the pod takes elsewhere, and count there: another interface may have its name or
// number here by now.
Result<HookPlace> find_links(const MeterFacts& facts) {
  HookPlace links{HookPlace::Where::kNowhere};
  for (const auto direction : kDirections) {
    auto place = hook_of(facts.identity.attach).place(facts.dir, direction);
    if (!place)
      return place;
    if (place->where != HookPlace::Where::kNowhere)
      links = *place;
    if (links.where == HookPlace::Where::kElsewhere)
      break;
  }
  return links;
}

// By number first: the pod can give another interface the name.
Result<Interface> find_device(const MeterFacts& facts) {
  auto device = find_interface(facts.links.ifindex != 0 ? facts.links.ifindex : facts.identity.ifindex);
  if (!device && is_gone(device.error()))
    device = find_interface(facts.identity.attachment.interface);
  return device;
}

Metered find_attachment(MeterFacts& facts) {
  const auto attached = check_attached(facts.dir, facts.interface->index, facts.identity.attach);
  if (!attached)
    return Failure{FailureReason::kAttach, attached.error()};
  facts.detached = attached->why;
  return {};
}

// Links still tell whether their interface is there if no path leads to the namespace.
Metered look_from_outside(MeterFacts& facts) {
  const auto links = find_links(facts);
  if (!links)
    return Failure{FailureReason::kAttach, links.error()};
  facts.links = *links;
  return {};
}

Metered look_from_inside(MeterFacts& facts) {
  const auto links = find_links(facts);
  if (!links)
    return Failure{FailureReason::kAttach, links.error()};
  facts.links = *links;
  facts.whereabouts = Whereabouts::kMoved;
  if (links->where == HookPlace::Where::kElsewhere)
    return {};
  const auto device = find_device(facts);
  if (!device && !is_gone(device.error()))
    return Failure{FailureReason::kInterface, device.error()};
  if (!device) {
    facts.whereabouts = facts.same == SameNamespace::kYes ? Whereabouts::kGone : Whereabouts::kUnknown;
    return {};
  }
  facts.whereabouts = Whereabouts::kHere;
  facts.interface = *device;
  return find_attachment(facts);
}

enum class Found : std::uint8_t { kNothing, kOurs, kAnothers };

// A path may by now be another pod's: the cookie tells.
Result<Found, Failure> look_if_ours(MeterFacts& facts, const std::string& path, const Conclude& conclude) {
  const auto cookie = netns_cookie();
  if (!cookie)
    return Failure{FailureReason::kNetns, cookie.error()};
  facts.same = compare_cookies(*cookie, facts.identity.netns_cookie);
  if (facts.same == SameNamespace::kNo)
    return Found::kAnothers;
  facts.netns = path;
  facts.netns_cookie = *cookie;
  if (auto looked = look_from_inside(facts); !looked)
    return looked.error();
  if (auto concluded = conclude(facts); !concluded)
    return concluded.error();
  return Found::kOurs;
}

Result<Found, Failure> look_at_path(MeterFacts& facts, const std::string& path, const Conclude& conclude) {
  if (path.empty())
    return Found::kNothing;
  auto looked = in_netns(path, [&] { return look_if_ours(facts, path, conclude); });
  if (!looked && !is_gone(looked.error()))
    return Failure{FailureReason::kNetns, looked.error()};
  const bool is_anothers = looked && *looked && **looked == Found::kAnothers;
  if (is_anothers || (!looked && netns_has_ended(path)))
    facts.whereabouts = Whereabouts::kGone;
  return looked ? *looked : Result<Found, Failure>(Found::kNothing);
}

}  // namespace

Result<Identity> identity_of(const PinTree& tree, const std::string& name) {
  const auto attachment = decode_name(name);
  if (!attachment)
    return attachment.error();
  auto identity = read_identity(tree.live(name).identity());
  if (identity)
    identity->attachment = *attachment;
  return identity;
}

Result<MeterFacts, Failure> look_at_meter(const PinTree& tree, const std::string& name, const std::string& netns,
                                          const Conclude& conclude) {
  const auto identity = identity_of(tree, name);
  if (!identity)
    return Failure{FailureReason::kIdentity, identity.error()};
  MeterFacts facts{tree.live(name), *identity};
  for (const auto& path : {identity->netns, netns}) {
    const auto found = look_at_path(facts, path, conclude);
    if (!found)
      return found.error();
    if (*found == Found::kOurs)
      return facts;
  }
  if (auto looked = look_from_outside(facts); !looked)
    return looked.error();
  if (auto concluded = conclude(facts); !concluded)
    return concluded.error();
  return facts;
}

}  // namespace podmeter
