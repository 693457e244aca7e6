// SPDX-License-Identifier: Apache-2.0
#include "bpf/events/event_counts.hpp"

#include <bpf/bpf.h>
#include <sys/mman.h>

#include <atomic>
#include <functional>

#include "bpf/base/fd.hpp"
#include "bpf/tree/percpu_map.hpp"

namespace podmeter {
namespace {

std::size_t size_of(const TallyPin& pin) {
  return pin.counts * sizeof(std::uint64_t);
}

Result<Fd> create(const TallyPin& pin) {
  bpf_map_create_opts opts{};
  opts.sz = sizeof(opts);
  opts.map_flags = BPF_F_MMAPABLE;
  Fd fd(bpf_map_create(BPF_MAP_TYPE_ARRAY, pin.map_name, sizeof(std::uint32_t), static_cast<__u32>(size_of(pin)), 1,
                       &opts));
  if (!fd.valid())
    return system_error("create map for '" + pin.path + "'");
  if (bpf_obj_pin(fd.get(), pin.path.c_str()) != 0)
    return system_error("pin '" + pin.path + "'");
  return fd;
}

Result<Fd> open_or_create(const TallyPin& pin) {
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

Result<void> change(const TallyPin& pin, std::size_t which,
                    const std::function<void(std::atomic_ref<std::uint64_t>)>& fn) {
  const auto fd = open_or_create(pin);
  if (!fd)
    return fd.error();
  void* memory = ::mmap(nullptr, size_of(pin), PROT_READ | PROT_WRITE, MAP_SHARED, fd->get(), 0);
  if (memory == MAP_FAILED)
    return system_error("map '" + pin.path + "' into memory");
  fn(std::atomic_ref(static_cast<std::uint64_t*>(memory)[which]));
  ::munmap(memory, size_of(pin));
  return {};
}

}  // namespace

Result<void> add_to(const TallyPin& pin, std::size_t which, std::uint64_t amount) {
  return change(pin, which, [amount](auto count) { count.fetch_add(amount, std::memory_order_relaxed); });
}

Result<void> set_to(const TallyPin& pin, std::size_t which, std::uint64_t value) {
  return change(pin, which, [value](auto count) { count.store(value, std::memory_order_relaxed); });
}

Result<std::vector<std::uint64_t>> read_tally(const TallyPin& pin) {
  const auto fd = open_pinned_map(pin.path, {BPF_MAP_TYPE_ARRAY, sizeof(std::uint32_t), size_of(pin)});
  if (!fd)
    return fd.error();
  std::vector<std::uint64_t> counts(pin.counts);
  const std::uint32_t key = 0;
  if (bpf_map_lookup_elem(fd->get(), &key, counts.data()) != 0)
    return system_error("read '" + pin.path + "'");
  return counts;
}

}  // namespace podmeter
