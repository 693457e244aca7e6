// SPDX-License-Identifier: Apache-2.0
#include "bpf/attach/attachment_check.hpp"

#include <algorithm>
#include <string>

#include "bpf/attach/clsact_filter.hpp"
#include "bpf/attach/pinned_info.hpp"
#include "bpf/attach/tcx_chain.hpp"

namespace podmeter {
namespace {

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

Result<void> check_not_preceded(const TcxChain& chain, std::uint32_t ours) {
  if (!chain.programs.empty() && chain.programs.front() != ours)
    return Error{"program " + std::to_string(chain.programs.front()) + " is before podmeter's in the " + chain.name};
  return {};
}

// A link tells the interface's number alone. Whose number that is, the chain of the interface itself tells.
Result<void> check_chain(std::uint32_t ifindex, pm_direction direction, std::uint32_t program_id) {
  const auto chain = tcx_chain(ifindex, direction);
  if (!chain)
    return chain.error();
  if (std::ranges::find(chain->programs, program_id) == chain->programs.end())
    return Error{chain->name + " doesn't hold program " + std::to_string(program_id)};
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

Result<void> check_attached(const MeterDir& dir, std::uint32_t ifindex, pm_direction direction,
                            std::string_view attach) {
  const auto program = info_of<bpf_prog_info>(dir.program(direction));
  if (!program)
    return program.error();
  if (attach != "tcx")
    return check_filter({ifindex, direction}, program->id);
  if (auto linked = check_link(dir.link(direction), ifindex, program->id); !linked)
    return linked;
  return check_chain(ifindex, direction, program->id);
}

Result<void> check_attached(const MeterDir& dir, std::uint32_t ifindex, std::string_view attach) {
  for (const auto direction : kDirections)
    if (auto checked = check_attached(dir, ifindex, direction, attach); !checked)
      return checked;
  return {};
}

Result<LinkPlace> place_of_link(const std::string& pin, pm_direction direction) {
  const auto link = info_of<bpf_link_info>(pin);
  if (!link)
    return is_gone(link.error()) ? Result(LinkPlace{}) : link.error();
  if (link->xdp.ifindex == 0)
    return LinkPlace{};
  const auto chain = tcx_chain(link->xdp.ifindex, direction);
  if (!chain && chain.error().code != ENODEV)
    return chain.error();
  const bool is_here = chain && std::ranges::find(chain->programs, link->prog_id) != chain->programs.end();
  return LinkPlace{link->xdp.ifindex, !is_here};
}

Result<void> check_first(const MeterDir& dir, std::uint32_t ifindex, pm_direction direction, std::string_view attach) {
  const auto program = info_of<bpf_prog_info>(dir.program(direction));
  if (!program)
    return program.error();
  const auto chain = tcx_chain(ifindex, direction);
  if (attach == "tcx")
    return chain ? check_not_preceded(*chain, program->id) : chain.error();
  if (chain)  // of a kernel that has one: it comes before all filters
    if (auto first = check_not_preceded(*chain, 0); !first)
      return first;
  return check_first_filter({ifindex, direction});
}

Result<void> detach_filters(const MeterDir& dir, std::uint32_t ifindex) {
  for (const auto direction : kDirections) {
    const ClsactFilter filter{ifindex, direction};
    const auto program = info_of<bpf_prog_info>(dir.program(direction));
    if (!program && !is_gone(program.error()))
      return program.error();
    const auto found = filter_program_id(filter);
    if (!found && !is_gone(found.error()))
      return found.error();
    const auto next = info_of<bpf_prog_info>(dir.next_program(direction));
    const bool is_ours = found && ((program && *found == program->id) || (next && *found == next->id));
    if (!is_ours)
      continue;
    if (auto removed = remove_filter(filter); !removed && !is_gone(removed.error()))
      return removed;
  }
  return {};
}

}  // namespace podmeter
