// SPDX-License-Identifier: Apache-2.0
// A hook: where the kernel runs a meter's programs on an interface. Each way of attaching is a type in a file of its
// own behind this interface; `Attach` says which of them a meter uses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "bpf/base/result.hpp"
#include "bpf/tree/attach_mode.hpp"
#include "bpf/tree/pin_tree.hpp"

namespace podmeter {

// One direction of an interface of the calling thread's network namespace.
struct HookPoint {
  std::uint32_t ifindex = 0;
  pm_direction direction = PM_EGRESS;
};

// Each answer is a value; an error is a question that could not be asked.
enum class Attached : std::uint8_t {
  kWhole,     // the pinned program runs there
  kDetached,  // nothing runs there, or a pin is missing
  kReplaced,  // another program runs in the place of the pinned one
};
struct AttachedAnswer {
  Attached state = Attached::kWhole;
  std::string why;  // which part, and what is there instead; empty where the meter is whole
};
// A failed step as an answer: detached where the thing is gone, else a question that could not be asked.
inline Result<AttachedAnswer> detached_or_error(const Error& error) {
  return is_gone(error) ? Result(AttachedAnswer{Attached::kDetached, error.text}) : error;
}

enum class Order : std::uint8_t {
  kFirst,
  kPreceded,  // another program runs before the meter's, and can keep packets from it
};
struct OrderAnswer {
  Order order = Order::kFirst;
  std::string why;  // which program is in front; empty where none is
};

// The place where a meter's direction is attached, whatever interface it was made for.
struct HookPlace {
  enum class Where : std::uint8_t {
    kUnknown,    // what holds it doesn't tell
    kNowhere,    // it is detached, or its interface is gone
    kHere,       // in the calling thread's network namespace
    kElsewhere,  // in another one
  };
  Where where = Where::kUnknown;
  std::uint32_t ifindex = 0;  // in the namespace where it is
};

// The thing that holds a program on its hook.
enum class HeldBy : std::uint8_t {
  kLink,    // a pinned link: it can be detached from any network namespace
  kFilter,  // a filter on the interface: only the interface's network namespace reaches it
};

class Hook {
 public:
  virtual ~Hook() = default;
  Hook(const Hook&) = delete;
  Hook& operator=(const Hook&) = delete;

  // Why this kernel can't attach so, and what to do about it; empty where it can. The kernel is asked once a process.
  [[nodiscard]] virtual Result<std::string> unsupported() const = 0;
  [[nodiscard]] virtual HeldBy held_by() const = 0;

  // Puts the program before those that are there. A link is pinned in `dir`; a filter of ours that was left behind is
  // replaced.
  [[nodiscard]] virtual Result<void> attach(const MeterDir& dir, HookPoint at, int program) const = 0;
  // Takes the place of the program that the meter in `dir` has there, from one packet to the next; attaches where there
  // is none.
  [[nodiscard]] virtual Result<void> replace(const MeterDir& dir, HookPoint at, int program) const = 0;
  // Asks whether the program of that kernel ID, the meter's in `dir`, runs there.
  [[nodiscard]] virtual Result<AttachedAnswer> check(const MeterDir& dir, HookPoint at,
                                                     std::uint32_t program_id) const = 0;
  // Asks the same one, which runs there, for its place in the order. ENOENT where it doesn't any more.
  [[nodiscard]] virtual Result<OrderAnswer> check_first(HookPoint at, std::uint32_t program_id) const = 0;
  [[nodiscard]] virtual Result<HookPlace> place(const MeterDir& dir, pm_direction direction) const = 0;
  // Detaches at once: no packet is counted afterwards. Succeeds if it is gone already. A filter that runs another
  // program than those pinned in `dir` stays. A link is detached from whatever interface it is on, and its pin goes.
  [[nodiscard]] virtual Result<void> detach(const MeterDir& dir, HookPoint at) const = 0;

 protected:
  Hook() = default;
};

const Hook& hook_of(Attach attach);
// The one that is wanted, or (none: auto) the first of kAttachNames that this kernel has. EOPNOTSUPP where it hasn't.
Result<Attach> choose_attach(std::optional<Attach> wanted);

// const Hook& tcx_hook(), in tcx_hook.cpp, and so on.
#define PODMETER_HOOK(enumerator, name) const Hook& name##_hook();
PODMETER_ATTACH_MODES(PODMETER_HOOK)
#undef PODMETER_HOOK

}  // namespace podmeter
