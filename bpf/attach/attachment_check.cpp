// SPDX-License-Identifier: Apache-2.0
#include "bpf/attach/attachment_check.hpp"

#include <algorithm>
#include <string>

#include "bpf/attach/clsact_filter.hpp"
#include "bpf/attach/pinned_info.hpp"
#include "bpf/attach/tcx_chain.hpp"

namespace podmeter {
namespace {

AttachedAnswer detached(const std::string& why) {
  return {Attached::kDetached, why};
}

// What a step that found nothing says of the meter; any other failure is one of asking.
Result<AttachedAnswer> missing(const Error& error) {
  return is_gone(error) ? Result(detached(error.text)) : error;
}

Result<AttachedAnswer> check_link(const std::string& pin, std::uint32_t ifindex, std::uint32_t program_id) {
  const auto link = info_of<bpf_link_info>(pin);
  if (!link)
    return missing(link.error());
  // Every link to a network interface tells it first; it is 0 once the interface is gone (Linux, bpf_link_info).
  if (link->xdp.ifindex != ifindex)
    return detached("link '" + pin + "' is on interface " + std::to_string(link->xdp.ifindex) + ", not on " +
                    std::to_string(ifindex));
  if (link->prog_id != program_id)
    return AttachedAnswer{Attached::kReplaced, "link '" + pin + "' runs program " + std::to_string(link->prog_id) +
                                                   ", not " + std::to_string(program_id)};
  return AttachedAnswer{};
}

OrderAnswer order_in(const TcxChain& chain, std::uint32_t ours) {
  if (chain.programs.empty() || chain.programs.front() == ours)
    return {};
  return {Order::kPreceded,
          "program " + std::to_string(chain.programs.front()) + " is before podmeter's in the " + chain.name};
}

// A link tells the interface's number alone. Whose number that is, the chain of the interface itself tells.
Result<AttachedAnswer> check_chain(std::uint32_t ifindex, pm_direction direction, std::uint32_t program_id) {
  const auto chain = tcx_chain(ifindex, direction);
  if (!chain)
    return missing(chain.error());
  if (std::ranges::find(chain->programs, program_id) == chain->programs.end())
    return detached(chain->name + " doesn't hold program " + std::to_string(program_id));
  return AttachedAnswer{};
}

Result<AttachedAnswer> check_filter(const ClsactFilter& filter, std::uint32_t program_id) {
  const auto found = filter_program_id(filter);
  if (!found)
    return missing(found.error());
  if (*found != program_id)
    return AttachedAnswer{Attached::kReplaced, std::string(direction_name(filter.direction)) +
                                                   " clsact filter on interface " + std::to_string(filter.ifindex) +
                                                   " runs program " + std::to_string(*found) + ", not " +
                                                   std::to_string(program_id)};
  return AttachedAnswer{};
}

}  // namespace

Result<AttachedAnswer> check_attached(const MeterDir& dir, std::uint32_t ifindex, pm_direction direction,
                                      std::string_view attach) {
  const auto program = info_of<bpf_prog_info>(dir.program(direction));
  if (!program)
    return missing(program.error());
  if (attach != "tcx")
    return check_filter({ifindex, direction}, program->id);
  auto linked = check_link(dir.link(direction), ifindex, program->id);
  return linked && linked->state == Attached::kWhole ? check_chain(ifindex, direction, program->id) : linked;
}

Result<AttachedAnswer> check_attached(const MeterDir& dir, std::uint32_t ifindex, std::string_view attach) {
  for (const auto direction : kDirections)
    if (auto checked = check_attached(dir, ifindex, direction, attach); !checked || checked->state != Attached::kWhole)
      return checked;
  return AttachedAnswer{};
}

Result<LinkPlace> place_of_link(const std::string& pin, pm_direction direction) {
  const auto link = info_of<bpf_link_info>(pin);
  if (!link)
    return is_gone(link.error()) ? Result(LinkPlace{}) : link.error();
  if (link->xdp.ifindex == 0)
    return LinkPlace{};
  const auto chain = tcx_chain(link->xdp.ifindex, direction);
  if (!chain && !is_gone(chain.error()))
    return chain.error();
  const bool is_here = chain && std::ranges::find(chain->programs, link->prog_id) != chain->programs.end();
  return LinkPlace{is_here ? LinkPlace::Where::kHere : LinkPlace::Where::kElsewhere, link->xdp.ifindex};
}

Result<OrderAnswer> check_first(const MeterDir& dir, std::uint32_t ifindex, pm_direction direction,
                                std::string_view attach) {
  const auto program = info_of<bpf_prog_info>(dir.program(direction));
  if (!program)
    return program.error();
  const auto chain = tcx_chain(ifindex, direction);
  if (attach == "tcx")
    return chain ? Result(order_in(*chain, program->id)) : chain.error();
  if (chain)  // of a kernel that has one: it comes before all filters
    if (auto order = order_in(*chain, 0); order.order != Order::kFirst)
      return order;
  const auto first = first_filter({ifindex, direction});
  if (!first)
    return first.error();
  if (*first == kClsactHandle)
    return OrderAnswer{};
  return OrderAnswer{Order::kPreceded, "filter " + std::to_string(*first) + " is before podmeter's " +
                                           std::string(direction_name(direction)) + " clsact filter on interface " +
                                           std::to_string(ifindex)};
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
