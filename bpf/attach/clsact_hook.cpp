// SPDX-License-Identifier: Apache-2.0
// clsact: filters of the interface, for kernels without tcx.
#include <bpf/bpf.h>

#include <algorithm>

#include "bpf/attach/clsact_filter.hpp"
#include "bpf/attach/hook.hpp"
#include "bpf/attach/pinned_info.hpp"
#include "bpf/attach/tcx_chain.hpp"

namespace podmeter {
namespace {

// The programs by which a filter is known for the meter's: the pinned one, and the one about to take its place.
Result<std::vector<std::uint32_t>> pinned_ids(const MeterDir& dir, pm_direction direction) {
  std::vector<std::uint32_t> ids;
  for (const auto& pin : {dir.program(direction), dir.next_program(direction)}) {
    const auto program = info_of<bpf_prog_info>(pin);
    if (!program && !is_gone(program.error()))
      return program.error();
    if (program)
      ids.push_back(program->id);
  }
  return ids;
}

class ClsactHook : public Hook {
 public:
  [[nodiscard]] Result<std::string> unsupported() const override { return std::string(); }

  [[nodiscard]] HeldBy held_by() const override { return HeldBy::kFilter; }

  [[nodiscard]] Result<void> attach(const MeterDir& /*dir*/, HookPoint at, int program) const override {
    return add_filter(at, program);
  }

  [[nodiscard]] Result<void> replace(const MeterDir& /*dir*/, HookPoint at, int program) const override {
    return add_filter(at, program);
  }

  [[nodiscard]] Result<AttachedAnswer> check(const MeterDir& /*dir*/, HookPoint at,
                                             std::uint32_t program_id) const override {
    const auto found = filter_program_id(at);
    if (!found)
      return detached_or_error(found.error());
    if (*found != program_id)
      return AttachedAnswer{Attached::kReplaced, filter_name(at) + " runs program " + std::to_string(*found) +
                                                     ", not " + std::to_string(program_id)};
    return AttachedAnswer{};
  }

  // The kernel runs the tcx chain before all filters.
  [[nodiscard]] Result<OrderAnswer> check_first(HookPoint at, std::uint32_t /*program_id*/) const override {
    const auto has = has_tcx();
    if (!has)
      return has.error();
    if (*has) {
      const auto chain = tcx_chain(at);
      if (!chain)
        return chain.error();
      if (auto order = order_in(*chain, kNoProgram); order.order != Order::kFirst)
        return order;
    }
    const auto first = first_filter(at);
    if (!first)
      return first.error();
    if (*first != kClsactHandle)
      return OrderAnswer{Order::kPreceded,
                         "filter " + std::to_string(*first) + " is before podmeter's " + filter_name(at)};
    return OrderAnswer{};
  }

  [[nodiscard]] Result<HookPlace> place(const MeterDir& /*dir*/, pm_direction /*direction*/) const override {
    return HookPlace{};
  }

  [[nodiscard]] Result<void> detach(const MeterDir& dir, HookPoint at) const override {
    const auto ours = pinned_ids(dir, at.direction);
    if (!ours)
      return ours.error();
    if (ours->empty())
      return {};
    const auto found = filter_program_id(at);
    if (!found)
      return is_gone(found.error()) ? Result<void>() : found.error();
    if (std::ranges::find(*ours, *found) == ours->end())
      return {};
    auto removed = remove_filter(at);
    return removed || is_gone(removed.error()) ? Result<void>() : removed;
  }

 private:
  static constexpr std::uint32_t kNoProgram = 0;
};

}  // namespace

const Hook& clsact_hook() {
  static const ClsactHook hook;
  return hook;
}

}  // namespace podmeter
