// SPDX-License-Identifier: Apache-2.0
// The cost of the bound on ended meters: the memory of as many as are kept, a pass over them, folding them all.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <vector>

#include "bpf/base/fd.hpp"
#include "bpf/base/symlink_text.hpp"
#include "bpf/base/symlink_write.hpp"
#include "bpf/reading/tree_reading.hpp"
#include "bpf/totals/retire.hpp"
#include "bpf/totals/total_record.hpp"
#include "bpf/tree/identity.hpp"
#include "bpf/tree/meter_store.hpp"
#include "tests/bench/groups.hpp"
#include "tests/bench/meminfo.hpp"

namespace podmeter::bench {
namespace {

constexpr unsigned kEnded = 10'000;
constexpr unsigned kNamespaces = 100;
constexpr unsigned kTotals = 2'000;
constexpr double kKib = 1024;

std::string hex(unsigned number, int digits) {
  char text[65];
  std::snprintf(text, sizeof(text), "%0*x", digits, number);
  return text;
}

Identity identity_of(unsigned number) {
  Identity pod;
  pod.meter = hex(number, 16);
  pod.attachment = {hex(number, 64), "eth0"};
  pod.network = "k8s-pod-network";
  pod.pod_namespace = "team-" + std::to_string(number % kNamespaces);
  pod.pod = "checkout-api-7d4b9c6f5d-" + hex(number, 5);
  pod.uid = hex(number, 36);
  pod.attach = Attach::kTcx;
  pod.netns = "/var/run/netns/cni-" + hex(number, 36);
  return pod;
}

// As LiveMeter::end leaves it.
Result<void> make_ended(const PinTree& tree, unsigned number) {
  const auto identity = identity_of(number);
  const auto name = encode_name(identity.attachment);
  if (!name)
    return name.error();
  const MeterDir dir = tree.ended(encode_ended(*name, number));
  const Fd map(bpf_map_create(BPF_MAP_TYPE_PERCPU_ARRAY, "counters", 4, sizeof(pm_counters), 1, nullptr));
  std::vector<pm_counters> counts(static_cast<std::size_t>(libbpf_num_possible_cpus()));
  counts[0].of[PM_EGRESS][PM_SCOPE_PUBLIC] = {1000 + number, 1};
  const std::uint32_t key = 0;
  if (!map.valid() || bpf_map_update_elem(map.get(), &key, counts.data(), BPF_ANY) != 0 ||
      ::mkdir(dir.path().c_str(), 0710) != 0 || bpf_obj_pin(map.get(), dir.counters().c_str()) != 0)
    return system_error("make an ended meter");
  return write_identity(dir.identity(), identity);
}

// As it is when it remembers all the meters that it can.
Result<void> make_total(const PinTree& tree, unsigned number) {
  const TotalDir dir = tree.total(hex(number, 16));
  FoldedCounts folded{kRecentMax, {}, {}};
  for (unsigned i = 0; i < kRecentMax; i++)
    folded.recent.push_back(i);
  for (const auto* scope : {"private", "public", "other"})
    folded.counts[scope] = {{{1'000'000'000'000, 1'000'000'000}, {1'000'000'000'000, 1'000'000'000}}};
  if (auto made = make_directory(dir.path(), 0); !made)
    return made;
  if (auto written = write_symlink(dir.key(), to_text(TotalKey{"team-" + std::to_string(number), {}})); !written)
    return written;
  return write_symlink(dir.counts(), to_text(folded));
}

// Read when the kernel had time to free what it frees later.
Result<KernelMemory> settled() {
  ::usleep(1'000'000);
  return KernelMemory::read();
}

template <class Fn>
double milliseconds(const Fn& fn) {
  const auto begin = std::chrono::steady_clock::now();
  fn();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

Result<void> measure_ended(Figures& figures) {
  const PinTree tree("/sys/fs/bpf/ended");
  if (auto made = make_tree(tree, 0); !made)
    return made;
  const auto before = settled();
  for (unsigned number = 0; number < kEnded; number++)
    if (auto made = make_ended(tree, number); !made)
      return made;
  const auto full = settled();
  const double reading_ms = milliseconds([&] { (void)read_tree(tree); });
  Result<std::size_t> retired = Error{};
  const double retire_ms = milliseconds([&] { retired = retire_ended(tree, {}, 2 * std::int64_t{kEnded}); });
  if (!before || !full || !retired)
    return Error{"measure ended meters"};
  const std::string number = std::to_string(kEnded);
  figures.push_back({"kernel memory of an ended meter, at " + number, (*full - *before).used() / kEnded / kKib, "KiB"});
  figures.push_back({"kernel memory of " + number + " ended meters", (*full - *before).used() / kKib / kKib, "MiB"});
  figures.push_back({"a pass over " + number + " ended meters", reading_ms, "ms"});
  figures.push_back({"folding " + number + " into " + std::to_string(kNamespaces) + " totals", retire_ms, "ms"});
  return {};
}

Result<void> measure_totals(Figures& figures) {
  const PinTree tree("/sys/fs/bpf/totals");
  if (auto made = make_tree(tree, 0); !made)
    return made;
  const auto before = settled();
  for (unsigned number = 0; number < kTotals; number++)
    if (auto made = make_total(tree, number); !made)
      return made;
  const auto full = settled();
  if (!before || !full)
    return Error{"measure totals"};
  figures.push_back({"kernel memory of a total", (*full - *before).used() / kTotals / kKib, "KiB"});
  return {};
}

}  // namespace podmeter::bench
