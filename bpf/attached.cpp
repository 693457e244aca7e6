// SPDX-License-Identifier: Apache-2.0
#include "bpf/attached.hpp"

#include <bpf/bpf.h>

#include <string>

#include "bpf/clsact.hpp"
#include "bpf/fd.hpp"

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
