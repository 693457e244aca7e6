// SPDX-License-Identifier: Apache-2.0
#include "bpf/attached.hpp"

#include <bpf/bpf.h>

#include <algorithm>
#include <string>

#include "bpf/clsact.hpp"
#include "bpf/fd.hpp"
#include "bpf/tcx.hpp"

namespace podmeter {
namespace {

template <class Info>
Result<Info> info_of(const std::string& pin) {
  const Fd fd(bpf_obj_get(pin.c_str()));
  if (!fd.valid())
    return system_error("open pin '" + pin + "'");
  Info info{};
  __u32 size = sizeof(info);
  if (bpf_obj_get_info_by_fd(fd.get(), &info, &size) != 0)
    return system_error("ask the kernel about pin '" + pin + "'");
  return info;
}

Result<void> check_link(const std::string& pin, std::uint32_t ifindex, std::uint32_t program_id) {
  const auto link = info_of<bpf_link_info>(pin);
  if (!link)
    return link.error();
  // Every link to a network interface tells it first; it is 0 once the interface is gone (Linux, bpf_link_info).
  if (link->xdp.ifindex != ifindex)
    return Error{"link '" + pin + "' is on interface " + std::to_string(link->xdp.ifindex) + ", not on " +
                 std::to_string(ifindex)};
  if (link->prog_id != program_id)
    return Error{"link '" + pin + "' runs program " + std::to_string(link->prog_id) + ", not " +
                 std::to_string(program_id)};
  return {};
}

// A link tells the interface's number alone. Whose number that is, the chain of the interface itself tells.
Result<void> check_chain(std::uint32_t ifindex, pm_direction direction, std::uint32_t program_id) {
  constexpr __u32 kLongestChain = 64;  // BPF_MPROG_MAX, include/linux/bpf_mprog.h
  __u32 programs[kLongestChain] = {};
  struct bpf_prog_query_opts opts {};
  opts.sz = sizeof(opts);
  opts.prog_ids = programs;
  opts.prog_cnt = kLongestChain;
  const std::string chain =
      std::string(direction_name(direction)) + " tcx chain of interface " + std::to_string(ifindex);
  if (bpf_prog_query_opts(static_cast<int>(ifindex), tcx_type(direction), &opts) != 0)
    return system_error("list " + chain);
  __u32* const end = programs + opts.prog_cnt;
  if (std::find(programs, end, program_id) == end)
    return Error{chain + " doesn't hold program " + std::to_string(program_id)};
  return {};
}

Result<void> check_filter(const ClsactFilter& filter, std::uint32_t program_id) {
  const auto found = filter_program_id(filter);
  if (!found)
    return found.error();
  if (*found != program_id)
    return Error{std::string(direction_name(filter.direction)) + " clsact filter on interface " +
                 std::to_string(filter.ifindex) + " runs program " + std::to_string(*found) + ", not " +
                 std::to_string(program_id)};
  return {};
}

}  // namespace

Result<void> check_attached(const MeterDir& dir, std::uint32_t ifindex, std::string_view attach) {
  for (const auto direction : kDirections) {
    const auto program = info_of<bpf_prog_info>(dir.program(direction));
    if (!program)
      return program.error();
    auto checked = attach == "tcx" ? check_link(dir.link(direction), ifindex, program->id)
                                   : check_filter({ifindex, direction}, program->id);
    if (checked && attach == "tcx")
      checked = check_chain(ifindex, direction, program->id);
    if (!checked)
      return checked;
  }
  return {};
}

Result<void> detach_filters(const MeterDir& dir, std::uint32_t ifindex) {
  for (const auto direction : kDirections) {
    const ClsactFilter filter{ifindex, direction};
    const auto program = info_of<bpf_prog_info>(dir.program(direction));
    const auto found = filter_program_id(filter);
    if (!program || !found || *found != program->id)
      continue;
    if (auto removed = remove_filter(filter); !removed && !is_gone(removed.error()))
      return removed;
  }
  return {};
}

}  // namespace podmeter
