// SPDX-License-Identifier: Apache-2.0
// tcx: BPF links, pinned (Linux 6.6).
#include <bpf/bpf.h>
#include <unistd.h>

#include <algorithm>

#include "bpf/attach/hook.hpp"
#include "bpf/attach/pinned_info.hpp"
#include "bpf/attach/tcx_chain.hpp"
#include "bpf/base/fd.hpp"

namespace podmeter {
namespace {

constexpr char kUnsupported[] = R"(this kernel has no tcx (Linux 6.6, RHEL 9.4): use attach "clsact" or "auto")";

// Every link to a network interface tells it first; it is 0 once the interface is gone (Linux, bpf_link_info).
std::uint32_t ifindex_of(const bpf_link_info& link) {
  return link.xdp.ifindex;
}

bool holds(const TcxChain& chain, std::uint32_t program_id) {
  return std::ranges::find(chain.programs, program_id) != chain.programs.end();
}

std::string on_interface(const std::string& pin, std::uint32_t found, std::uint32_t wanted) {
  return "link '" + pin + "' is on interface " + std::to_string(found) + ", not on " + std::to_string(wanted);
}

Result<AttachedAnswer> check_link(const std::string& pin, std::uint32_t ifindex, std::uint32_t program_id) {
  const auto link = info_of<bpf_link_info>(pin);
  if (!link)
    return detached_or_error(link.error());
  if (ifindex_of(*link) != ifindex)
    return AttachedAnswer{Attached::kDetached, on_interface(pin, ifindex_of(*link), ifindex)};
  if (link->prog_id != program_id)
    return AttachedAnswer{Attached::kReplaced, "link '" + pin + "' runs program " + std::to_string(link->prog_id) +
                                                   ", not " + std::to_string(program_id)};
  return AttachedAnswer{};
}

class TcxHook : public Hook {
 public:
  [[nodiscard]] Result<std::string> unsupported() const override {
    const auto has = has_tcx();
    return has ? Result(std::string(*has ? "" : kUnsupported)) : has.error();
  }

  [[nodiscard]] HeldBy held_by() const override { return HeldBy::kLink; }

  [[nodiscard]] Result<void> attach(const MeterDir& dir, HookPoint at, int program) const override {
    bpf_link_create_opts opts{};
    opts.sz = sizeof(opts);
    opts.flags = kTcxBefore;
    const Fd link(bpf_link_create(program, static_cast<int>(at.ifindex), tcx_type(at.direction), &opts));
    if (!link.valid())
      return system_error("attach " + std::string(direction_name(at.direction)) + " by tcx to interface " +
                          std::to_string(at.ifindex));
    const std::string pin = dir.link(at.direction);
    if (bpf_obj_pin(link.get(), pin.c_str()) != 0)
      return system_error("pin '" + pin + "'");
    return {};
  }

  [[nodiscard]] Result<void> replace(const MeterDir& dir, HookPoint at, int program) const override {
    const std::string pin = dir.link(at.direction);
    const auto found = place(dir, at.direction);
    if (!found)
      return found.error();
    if (found->where == HookPlace::Where::kElsewhere)
      return Error{"link '" + pin + "' is on an interface that was moved to another network namespace"};
    if (found->where == HookPlace::Where::kHere)
      return found->ifindex == at.ifindex ? update(pin, program) : Error{on_interface(pin, found->ifindex, at.ifindex)};
    if (::unlink(pin.c_str()) != 0 && errno != ENOENT)
      return system_error("remove '" + pin + "'");
    return attach(dir, at, program);
  }

  // A link tells the interface's number alone; the chain of the interface tells whose number that is.
  [[nodiscard]] Result<AttachedAnswer> check(const MeterDir& dir, HookPoint at,
                                             std::uint32_t program_id) const override {
    auto linked = check_link(dir.link(at.direction), at.ifindex, program_id);
    if (!linked || linked->state != Attached::kWhole)
      return linked;
    const auto chain = tcx_chain(at);
    if (!chain)
      return detached_or_error(chain.error());
    if (!holds(*chain, program_id))
      return AttachedAnswer{Attached::kDetached, chain->name + " doesn't hold program " + std::to_string(program_id)};
    return AttachedAnswer{};
  }

  [[nodiscard]] Result<OrderAnswer> check_first(HookPoint at, std::uint32_t program_id) const override {
    const auto chain = tcx_chain(at);
    return chain ? Result(order_in(*chain, program_id)) : chain.error();
  }

  [[nodiscard]] Result<HookPlace> place(const MeterDir& dir, pm_direction direction) const override {
    const auto link = info_of<bpf_link_info>(dir.link(direction));
    if (!link && !is_gone(link.error()))
      return link.error();
    if (!link || ifindex_of(*link) == 0)
      return HookPlace{HookPlace::Where::kNowhere};
    const auto chain = tcx_chain({ifindex_of(*link), direction});
    if (!chain && !is_gone(chain.error()))
      return chain.error();
    const bool is_here = chain && holds(*chain, link->prog_id);
    return HookPlace{is_here ? HookPlace::Where::kHere : HookPlace::Where::kElsewhere, ifindex_of(*link)};
  }

  // Once its last pin is gone the kernel detaches a link too, but later, from a work queue: the counts of an ended
  // meter would go on, and a new meter in the same namespace would count the same packets.
  [[nodiscard]] Result<void> detach(const MeterDir& dir, HookPoint at) const override {
    const std::string pin = dir.link(at.direction);
    const Fd link(bpf_obj_get(pin.c_str()));
    if (!link.valid())
      return errno == ENOENT ? Result<void>() : system_error("open link '" + pin + "'");
    if (bpf_link_detach(link.get()) != 0)
      return system_error("detach link '" + pin + "'");
    if (::unlink(pin.c_str()) != 0 && errno != ENOENT)
      return system_error("remove '" + pin + "'");
    return {};
  }

 private:
  static Result<void> update(const std::string& pin, int program) {
    const Fd link(bpf_obj_get(pin.c_str()));
    if (!link.valid() || bpf_link_update(link.get(), program, nullptr) != 0)
      return system_error("replace the program of link '" + pin + "'");
    return {};
  }
};

}  // namespace

const Hook& tcx_hook() {
  static const TcxHook hook;
  return hook;
}

}  // namespace podmeter
