// SPDX-License-Identifier: Apache-2.0
// The kernel's memory for a meter: /proc/meminfo after many were made less that before, by the number of them. Needs a
// machine where nothing else happens.
#include <bpf/bpf.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "bpf/base/directory.hpp"
#include "bpf/base/fd.hpp"
#include "tests/bench/groups.hpp"
#include "tests/bench/meminfo.hpp"
#include "tests/bench/meters.hpp"
#include "tests/pods/net_ns.hpp"
#include "tests/pods/veth.hpp"
#include "tests/scopes/network_scopes.hpp"

namespace podmeter::bench {
namespace {

using tests::NetNs;

constexpr unsigned kFirst = 50;  // not counted: they fill what the kernel had half empty
constexpr unsigned kPinned = 500;
constexpr unsigned kAttached = 100;
constexpr std::size_t kPrefixes = 50'000;
constexpr double kBarKib = 16;  // DESIGN.md, "How fast", for two CPUs

// Read when the kernel had time to free what it frees later.
Result<KernelMemory> settled() {
  ::usleep(500'000);
  return KernelMemory::read();
}

// The memory that each of `count` takes when `make` makes them all.
template <class Make>
Result<KernelMemory> cost_of_each(unsigned count, const Make& make) {
  const auto before = settled();
  if (!before)
    return before.error();
  if (auto made = make(); !made)
    return made.error();
  const auto after = settled();
  if (!after)
    return after.error();
  const KernelMemory all = *after - *before;
  return KernelMemory{all.slab / count, all.percpu / count, all.vmalloc / count, all.free / count};
}

struct Interfaces {
  NetNs pods, host;
  std::vector<std::uint32_t> indexes{};
};

Result<Interfaces> make_interfaces() {
  auto pods = NetNs::create(NetNs::Ipv6Stack::kOff);
  auto host = NetNs::create(NetNs::Ipv6Stack::kOff);
  if (!pods || !host)
    return pods ? host.error() : pods.error();
  Interfaces all{std::move(*pods), std::move(*host)};
  for (unsigned i = 0; i < kAttached; i++) {
    const std::string number = std::to_string(i);
    const auto veth = tests::make_veth({&all.pods, "eth" + number}, {&all.host, "pod" + number});
    if (!veth)
      return veth.error();
    all.indexes.push_back(veth->ifindex[0]);
  }
  return all;
}

Result<void> attach_meters(const PinTree& tree, const Interfaces& interfaces) {
  const auto inside = interfaces.pods.enter();
  if (!inside)
    return inside.error();
  unsigned number = kFirst + 2 * kPinned;
  for (const auto ifindex : interfaces.indexes)
    if (auto made = make_meter(tree, number++, 0, ifindex); !made)
      return made;
  return {};
}

// The memory that one pinned object locks, by the kernel's account; 0 where it doesn't say.
double memlock_of(const std::string& pin) {
  const Fd fd(bpf_obj_get(pin.c_str()));
  std::ifstream info("/proc/self/fdinfo/" + std::to_string(fd.get()));
  for (std::string line; std::getline(info, line);)
    if (line.starts_with("memlock:"))
      return std::strtod(line.c_str() + 8, nullptr);
  return 0;
}

// The memory that any one meter locks: its map and its programs.
Result<double> memlock_of_a_meter(const PinTree& tree) {
  const auto names = list_directory(tree.live_dir());
  if (!names || names->empty())
    return names ? Error{"'" + tree.live_dir() + "' is empty"} : names.error();
  const MeterDir dir = tree.live(names->front());
  return memlock_of(dir.counters()) + memlock_of(dir.program(PM_EGRESS)) + memlock_of(dir.program(PM_INGRESS));
}

void report(const KernelMemory& attached, const KernelMemory& pinned, double memlock, Figures& figures) {
  constexpr double kKib = 1024;
  const double whole = attached.used() / kKib;
  figures.push_back({"kernel memory of a meter", whole, "KiB", "", {}, "at most 16 KiB", whole <= kBarKib});
  figures.push_back({"kernel memory of a meter, by the machine's free memory", -attached.free / kKib, "KiB"});
  figures.push_back({"kernel memory of a meter not attached", pinned.used() / kKib, "KiB", "the whole",
                     pinned.used() / attached.used()});
  figures.push_back({"of that, slab: descriptions, names", pinned.slab / kKib, "KiB"});
  figures.push_back({"of that, per CPU beyond what the kernel had in stock: counters", pinned.percpu / kKib, "KiB"});
  figures.push_back({"of that, vmalloc: programs", pinned.vmalloc / kKib, "KiB"});
  figures.push_back({"locked by a meter's map and programs, as the kernel tells it", memlock / kKib, "KiB"});
  figures.push_back({"kernel memory of two links", (attached.used() - pinned.used()) / kKib, "KiB"});
}

}  // namespace

Result<void> measure_memory(Figures& figures) {
  const PinTree tree("/sys/fs/bpf/memory");
  if (auto made = make_meters(tree, 0, kFirst, 0); !made)
    return made;
  const auto pinned = cost_of_each(kPinned, [&] { return make_meters(tree, kFirst, kFirst + kPinned, 0); });
  if (!pinned)
    return pinned.error();
  const auto large = tests::make_table(tests::network_scopes(Family::kIpv4, kPrefixes));
  if (!large)
    return large.error();
  constexpr unsigned kSecond = kFirst + kPinned;
  const auto beside = cost_of_each(kPinned, [&] { return make_meters(tree, kSecond, kSecond + kPinned, 0, *large); });
  if (!beside)
    return beside.error();
  const auto interfaces = make_interfaces();
  if (!interfaces)
    return interfaces.error();
  const auto attached = cost_of_each(kAttached, [&] { return attach_meters(tree, *interfaces); });
  if (!attached)
    return attached.error();
  const auto memlock = memlock_of_a_meter(tree);
  if (!memlock)
    return memlock.error();
  report(*attached, *pinned, *memlock, figures);
  figures.push_back({"kernel memory of a meter not attached, by a table of 50000 prefixes", beside->used() / 1024,
                     "KiB", "by the built-in table", beside->used() / pinned->used()});
  return {};
}

}  // namespace podmeter::bench
