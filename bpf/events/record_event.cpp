// SPDX-License-Identifier: Apache-2.0
#include "bpf/events/record_event.hpp"

#include <bpf/bpf.h>
#include <sys/mman.h>

#include <atomic>
#include <functional>

#include "bpf/base/fd.hpp"

namespace podmeter {
namespace {

Result<Fd> create(const EventCountsPin& pin) {
  bpf_map_create_opts opts{};
  opts.sz = sizeof(opts);
  opts.map_flags = BPF_F_MMAPABLE;
  Fd fd(bpf_map_create(BPF_MAP_TYPE_ARRAY, pin.map_name, sizeof(std::uint32_t), static_cast<__u32>(pin.bytes()), 1,
                       &opts));
  if (!fd.valid())
    return system_error("create map for '" + pin.path + "'");
  if (bpf_obj_pin(fd.get(), pin.path.c_str()) != 0)
    return system_error("pin '" + pin.path + "'");
  return fd;
}

Result<Fd> open_or_create(const EventCountsPin& pin) {
  Fd fd(bpf_obj_get(pin.path.c_str()));
  if (fd.valid())
    return fd;
  if (errno != ENOENT)
    return system_error("open pinned map '" + pin.path + "'");
  auto made = create(pin);
  if (made || made.error().code != EEXIST)
    return made;
  Fd other(bpf_obj_get(pin.path.c_str()));  // another process was faster
  if (!other.valid())
    return system_error("open pinned map '" + pin.path + "'");
  return other;
}

Result<void> change(const EventCountsPin& pin, std::size_t which,
                    const std::function<void(std::atomic_ref<std::uint64_t>)>& fn) {
  const auto fd = open_or_create(pin);
  if (!fd)
    return fd.error();
  void* memory = ::mmap(nullptr, pin.bytes(), PROT_READ | PROT_WRITE, MAP_SHARED, fd->get(), 0);
  if (memory == MAP_FAILED)
    return system_error("map '" + pin.path + "' into memory");
  fn(std::atomic_ref(static_cast<std::uint64_t*>(memory)[which]));
  ::munmap(memory, pin.bytes());
  return {};
}

Result<void> add_to(const EventCountsPin& pin, std::size_t which, std::uint64_t amount) {
  return change(pin, which, [amount](auto count) { count.fetch_add(amount, std::memory_order_relaxed); });
}

Result<void> set_to(const EventCountsPin& pin, std::size_t which, std::uint64_t value) {
  return change(pin, which, [value](auto count) { count.store(value, std::memory_order_relaxed); });
}

}  // namespace

Result<void> record_failure(const std::string& pin, FailureCommand command, FailureReason reason) {
  return add_to(failures_pin(pin), failure_index(command, reason), 1);
}

Result<void> record_repair(const std::string& pin, Repair repair) {
  return add_to(repairs_pin(pin), static_cast<std::size_t>(repair), 1);
}

Result<void> record_evicted(const std::string& pin, std::size_t meters) {
  return add_to(repairs_pin(pin), kEvictedCount, meters);
}

Result<void> record_reconcile(const std::string& pin, std::int64_t now_ns) {
  return set_to(repairs_pin(pin), kLastReconcileTime, static_cast<std::uint64_t>(now_ns));
}

}  // namespace podmeter
