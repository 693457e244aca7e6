// SPDX-License-Identifier: Apache-2.0
#include "bpf/attach/loaded_meter.hpp"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>

#include "bpf/attach/hook.hpp"
#include "bpf/attach/pinned_info.hpp"
#include "bpf/attach/tcx_chain.hpp"
#include "bpf/base/fd.hpp"
#include "meter.skel.h"

namespace podmeter {
namespace {

bpf_program* program_of(const meter_bpf& skeleton, LinkLayer link_layer, pm_direction direction) {
  const auto& programs = skeleton.progs;
  if (link_layer == LinkLayer::kEthernet)
    return direction == PM_EGRESS ? programs.pm_egress_eth : programs.pm_ingress_eth;
  return direction == PM_EGRESS ? programs.pm_egress_ip : programs.pm_ingress_ip;
}

Result<void> pin_object(int fd, const std::string& path) {
  if (bpf_obj_pin(fd, path.c_str()) != 0)
    return system_error("pin '" + path + "'");
  return {};
}

constexpr int kNewCounters = -1;

}  // namespace

Result<ProgramTags> pinned_tags(const MeterDir& dir) {
  ProgramTags tags{};
  for (const auto direction : kDirections) {
    const auto info = info_of<bpf_prog_info>(dir.program(direction));
    if (!info)
      return info.error();
    std::ranges::copy(info->tag, tags[direction].begin());
  }
  return tags;
}

void Meter::Unload::operator()(meter_bpf* skeleton) const {
  meter_bpf::destroy(skeleton);
}

Result<Meter> Meter::load(LinkLayer link_layer, const ScopeTable& scopes) {
  return load(link_layer, scopes, kNewCounters);
}

Result<Meter> Meter::load_onto(const MeterDir& dir, LinkLayer link_layer, const ScopeTable& scopes) {
  const Fd counters(bpf_obj_get(dir.counters().c_str()));
  if (!counters.valid())
    return system_error("open counters '" + dir.counters() + "'");
  return load(link_layer, scopes, counters.get());
}

Result<Meter> Meter::load(LinkLayer link_layer, const ScopeTable& scopes, int counters) {
  Skeleton skeleton(meter_bpf::open());
  if (!skeleton)
    return system_error("open the meter's programs");
  bpf_program* each = nullptr;
  bpf_object__for_each_program(each, skeleton->obj) bpf_program__set_autoload(each, false);
  for (const auto direction : kDirections) {
    bpf_program* program = program_of(*skeleton, link_layer, direction);
    bpf_program__set_autoload(program, true);
    bpf_program__set_expected_attach_type(program, tcx_type(direction));
  }
  if (const int failed = bpf_map__reuse_fd(skeleton->maps.scopes, scopes.fd()); failed != 0)
    return system_error("use the scope table", -failed);
  if (counters != kNewCounters)
    if (const int failed = bpf_map__reuse_fd(skeleton->maps.counters, counters); failed != 0)
      return system_error("use the meter's counters", -failed);
  if (const int failed = meter_bpf::load(skeleton.get()); failed != 0)
    return system_error("load the meter's programs", -failed);
  return Meter(std::move(skeleton), link_layer);
}

int Meter::program(pm_direction direction) const {
  return bpf_program__fd(program_of(*skeleton_, link_layer_, direction));
}

Result<void> Meter::pin(const MeterDir& dir) const {
  if (auto pinned = pin_object(bpf_map__fd(skeleton_->maps.counters), dir.counters()); !pinned)
    return pinned;
  for (const auto direction : kDirections)
    if (auto pinned = pin_object(program(direction), dir.program(direction)); !pinned)
      return pinned;
  return {};
}

// Also the one that failed is detached: the kernel's answer may be what was lost.
Result<void> Meter::attach(std::uint32_t ifindex, Attach how, const MeterDir& dir) const {
  const Hook& hook = hook_of(how);
  for (const auto direction : kDirections) {
    auto attached = hook.attach(dir, {ifindex, direction}, program(direction));
    if (attached)
      continue;
    for (const auto done : kDirections)
      (void)hook.detach(dir, {ifindex, done});
    return attached;
  }
  return {};
}

Result<ProgramTags> Meter::tags() const {
  ProgramTags tags{};
  for (const auto direction : kDirections) {
    bpf_prog_info info{};
    __u32 size = sizeof(info);
    if (bpf_obj_get_info_by_fd(program(direction), &info, &size) != 0)
      return system_error("ask the kernel about the meter's programs");
    std::ranges::copy(info.tag, tags[direction].begin());
  }
  return tags;
}

// The new program is pinned beside the older one first, so that a reader who finds it attached knows it for ours. A
// process that dies before the pin takes the other's place leaves a meter that is upgraded again. So does a filter that
// seems to be refused: it may be in place where only the kernel's answer was lost, and its pin stays to prove it ours.
Result<void> Meter::replace(std::uint32_t ifindex, Attach how, const MeterDir& dir) const {
  for (const auto direction : kDirections) {
    const std::string pin = dir.program(direction), next = dir.next_program(direction);
    ::unlink(next.c_str());  // of a process that died
    if (auto pinned = pin_object(program(direction), next); !pinned)
      return pinned;
    const Hook& hook = hook_of(how);
    auto replaced = hook.replace(dir, {ifindex, direction}, program(direction));
    if (!replaced && hook.held_by() == HeldBy::kLink)
      ::unlink(next.c_str());
    if (!replaced)
      return replaced;
    if (::rename(next.c_str(), pin.c_str()) != 0)
      return system_error("replace '" + pin + "'");
  }
  return {};
}

}  // namespace podmeter
