// SPDX-License-Identifier: Apache-2.0
#include "bpf/failures.hpp"

#include <bpf/bpf.h>
#include <sys/mman.h>

#include <atomic>
#include <memory>

#include "bpf/fd.hpp"
#include "bpf/percpu_map.hpp"

namespace podmeter {
namespace {

Result<Fd> create(const std::string& pin) {
  bpf_map_create_opts opts{};
  opts.sz = sizeof(opts);
  opts.map_flags = BPF_F_MMAPABLE;
  Fd fd(bpf_map_create(BPF_MAP_TYPE_ARRAY, "podmeter_fails", sizeof(std::uint32_t), sizeof(FailureCounts), 1, &opts));
  if (!fd.valid())
    return system_error("create map of failures");
  if (bpf_obj_pin(fd.get(), pin.c_str()) != 0)
    return system_error("pin map of failures as '" + pin + "'");
  return fd;
}

Result<Fd> open_or_create(const std::string& pin) {
  Fd fd(bpf_obj_get(pin.c_str()));
  if (fd.valid())
    return fd;
  if (errno != ENOENT)
    return system_error("open pinned map '" + pin + "'");
  auto made = create(pin);
  if (made || made.error().code != EEXIST)
    return made;
  Fd other(bpf_obj_get(pin.c_str()));  // another process was faster
  if (!other.valid())
    return system_error("open pinned map '" + pin + "'");
  return other;
}

}  // namespace

Result<void> record_failure(const std::string& pin, FailureCommand command, FailureReason reason) {
  const auto fd = open_or_create(pin);
  if (!fd)
    return fd.error();
  void* memory = ::mmap(nullptr, sizeof(FailureCounts), PROT_READ | PROT_WRITE, MAP_SHARED, fd->get(), 0);
  if (memory == MAP_FAILED)
    return system_error("map failures '" + pin + "' into memory");
  auto& count = static_cast<FailureCounts*>(memory)->of[static_cast<int>(command)][static_cast<int>(reason)];
  std::atomic_ref(count).fetch_add(1, std::memory_order_relaxed);
  ::munmap(memory, sizeof(FailureCounts));
  return {};
}

Result<FailureCounts> read_failures(const std::string& pin) {
  const auto fd = open_pinned_map(pin, {BPF_MAP_TYPE_ARRAY, sizeof(std::uint32_t), sizeof(FailureCounts)});
  if (!fd)
    return fd.error();
  auto counts = std::make_unique<FailureCounts>();
  const std::uint32_t key = 0;
  if (bpf_map_lookup_elem(fd->get(), &key, counts.get()) != 0)
    return system_error("read failures '" + pin + "'");
  return *counts;
}

}  // namespace podmeter
