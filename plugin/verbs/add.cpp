// SPDX-License-Identifier: Apache-2.0
#include <sys/random.h>

#include <array>
#include <cstdio>

#include "bpf/attach/attached_meter.hpp"
#include "bpf/attach/loaded_meter.hpp"
#include "bpf/base/clock.hpp"
#include "bpf/base/directory.hpp"
#include "bpf/tree/identity.hpp"
#include "bpf/tree/meter_store.hpp"
#include "plugin/host/interface.hpp"
#include "plugin/host/netns.hpp"
#include "plugin/verbs/detach_meter.hpp"
#include "plugin/verbs/open_tree.hpp"
#include "plugin/verbs/verbs.hpp"

namespace podmeter {
namespace {

Result<std::string> random_id() {
  std::uint64_t number = 0;
  if (::getrandom(&number, sizeof(number), 0) != sizeof(number))
    return system_error("draw a meter's ID");
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(number));
  return std::string(text.data());
}

// Builds the meter of one pod; runs in the pod's network namespace.
class MeterBuilder {
 public:
  MeterBuilder(const Context& context, std::string name, Identity pod)
      : context_(context), name_(std::move(name)), pod_(std::move(pod)), live_(context.tree.live(name_)) {}

  Metered run();

 private:
  Metered find();
  // True if there is a meter already, and no other is to be built.
  Result<bool, Failure> settle_old();
  // Why the meter that is there isn't this pod's whole meter; empty if it is.
  [[nodiscard]] Result<std::string> fault_of_old() const;
  Metered end_old(const LiveMeter& old, const std::string& fault);
  Metered build(Staging& staging);
  [[nodiscard]] Result<void> detach(const MeterDir& dir) const;
  Metered publish(Staging& staging);

  const Context& context_;
  std::string name_;
  Identity pod_;
  MeterDir live_;
  Interface interface_;
};

Metered MeterBuilder::run() {
  if (auto found = find(); !found)
    return found;
  const auto known = settle_old();
  if (!known)
    return known.error();
  if (*known)
    return {};
  const auto detach_this = [this](const MeterDir& dir) { return detach(dir); };
  auto staging = Staging::open(context_.tree, name_, context_.readers, detach_this);
  if (!staging)
    return Failure{FailureReason::kBpffs, staging.error()};
  const auto settled = settle_old();  // another ADD of this attachment may just have been; none is from here on
  if (!settled)
    return settled.error();
  return *settled ? Metered() : build(*staging);
}

Metered MeterBuilder::find() {
  const auto interface = find_interface(pod_.attachment.interface);
  if (!interface)
    return Failure{FailureReason::kInterface, interface.error()};
  interface_ = *interface;
  auto id = random_id();
  if (!id)
    return Failure{FailureReason::kIdentity, id.error()};
  pod_.meter = *id;
  pod_.ifindex = interface_.index;
  const auto cookie = netns_cookie();
  if (!cookie)
    return Failure{FailureReason::kNetns, cookie.error()};
  pod_.netns_cookie = *cookie;
  return {};
}

// Interface numbers repeat from namespace to namespace; the cookie doesn't, where it is known.
Result<std::string> MeterBuilder::fault_of_old() const {
  const auto found = find_identity(live_.identity());
  if (!found)
    return found.error();
  const auto& old = *found;
  if (!old)
    return std::string("it has no identity that can be read");
  if (compare_cookies(old->netns_cookie, pod_.netns_cookie) == SameNamespace::kNo)
    return std::string("it is of another network namespace");
  if (!exists(live_.counters()))
    return std::string("it has no counters");
  const auto attached = check_attached(live_, interface_.index, old->attach);
  return attached ? Result(attached->why) : attached.error();
}

Result<bool, Failure> MeterBuilder::settle_old() {
  const auto old = LiveMeter::take(context_.tree, name_, DirectoryLock::Wait::kYes);
  if (!old && is_gone(old.error()))
    return false;
  if (!old)
    return Failure{FailureReason::kBpffs, old.error()};
  const auto fault = fault_of_old();
  if (!fault)  // it may well be whole: it stays
    return Failure{FailureReason::kBpffs, fault.error()};
  if (!fault->empty()) {
    const auto ended = end_old(*old, *fault);
    return ended ? Result<bool, Failure>(false) : ended.error();
  }
  context_.log.info("pod is metered already");
  if (auto shared = share_meter(live_, context_.readers); !shared)
    return Failure{FailureReason::kBpffs, shared.error()};
  return true;
}

Metered MeterBuilder::end_old(const LiveMeter& old, const std::string& fault) {
  context_.log.warn("ending the meter of this attachment, which is not whole", {{"err", fault}});
  return because(FailureReason::kBpffs,
                 old.end(context_.tree, boot_clock_ns(), [this](const MeterDir& dir) { return detach(dir); }));
}

// Here, and where an older one of this name was made.
Result<void> MeterBuilder::detach(const MeterDir& dir) const {
  if (auto detached = detach_filters(dir, interface_.index); !detached)
    return detached;
  const auto elsewhere = detach_meter(dir, name_, "", PathGone::kEnded);
  return elsewhere ? Result<void>() : elsewhere.error().error;
}

Metered MeterBuilder::build(Staging& staging) {
  const auto scopes = ScopeTable::open(context_.tree.scope_table());
  if (!scopes)
    return Failure{FailureReason::kBpffs, scopes.error()};
  const auto meter = Meter::load(interface_.link_layer, *scopes);
  if (!meter)
    return Failure{FailureReason::kLoad, meter.error()};
  const auto how = choose_attach(context_.settings.attach);
  if (!how)
    return Failure{FailureReason::kAttach, how.error()};
  pod_.attach = *how;
  if (auto pinned = meter->pin(staging.dir()); !pinned)
    return Failure{FailureReason::kBpffs, pinned.error()};
  pod_.start_ns = wall_clock_ns();
  if (const auto written = write_identity(staging.dir().identity(), pod_); !written)
    return Failure{FailureReason::kIdentity, written.error()};
  if (const auto attached = meter->attach(interface_.index, pod_.attach, staging.dir()); !attached)
    return Failure{FailureReason::kAttach, attached.error()};
  if (const auto now = find_interface(pod_.attachment.interface))
    pod_.device = now->device;
  if (auto published = publish(staging); !published)
    return published;
  context_.log.info("pod is metered", {{"attach", std::string(attach_name(pod_.attach))}, {"meter", pod_.meter}});
  return {};
}

Metered MeterBuilder::publish(Staging& staging) {
  if (auto written = write_identity(staging.dir().identity(), pod_); !written)
    return Failure{FailureReason::kIdentity, written.error()};
  if (auto shared = share_pin(staging.dir().counters(), context_.readers); !shared)
    return Failure{FailureReason::kBpffs, shared.error()};
  return because(FailureReason::kBpffs, staging.commit(live_));
}

}  // namespace

Metered add(const Context& context, const Request& request, const Identity& pod) {
  if (auto opened = open_tree(context); !opened)
    return opened;
  const auto name = encode_name(pod.attachment);
  if (!name)
    return Failure{FailureReason::kIdentity, name.error()};
  const auto metered = in_netns(request.netns, [&] { return MeterBuilder(context, *name, pod).run(); });
  if (!metered)
    return Failure{FailureReason::kNetns, metered.error()};
  return *metered ? Metered() : explained(metered->error());
}

}  // namespace podmeter
