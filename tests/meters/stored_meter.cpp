// SPDX-License-Identifier: Apache-2.0
#include "tests/meters/stored_meter.hpp"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <thread>
#include <vector>

#include "bpf/attach/attached_meter.hpp"
#include "bpf/base/clock.hpp"
#include "bpf/base/fd.hpp"
#include "bpf/tree/meter_store.hpp"
#include "tests/meters/scope_tables.hpp"

namespace podmeter::tests {

Result<PinTree> make_own_tree(gid_t readers) {
  static int number = 0;
  PinTree tree("/sys/fs/bpf/tree_" + std::to_string(number++));
  if (auto made = make_tree(tree, readers); !made)
    return made.error();
  return tree;
}

Identity make_identity(const std::string& container_id) {
  static unsigned number = 0;
  char meter[17];
  std::snprintf(meter, sizeof(meter), "%08x%08x", static_cast<unsigned>(::getpid()), number++);
  Identity identity;
  identity.meter = meter;
  identity.attachment = {container_id, "eth0"};
  identity.network = "podnet";
  identity.pod_namespace = "default";
  identity.pod = "pod-of-" + container_id;
  identity.uid = "uid-of-" + container_id;
  identity.attach = Attach::kTcx;
  identity.ifindex = 2;
  identity.start_ns = wall_clock_ns();
  return identity;
}

std::string name_of(const Identity& identity) {
  return *encode_name(identity.attachment);
}

Result<void> store_meter(const PinTree& tree, const Identity& identity, const Pod* pod, const ScopeTable& scopes) {
  const auto name = name_of(identity);
  auto staging = Staging::open(tree, name, 0, detach_links);
  if (!staging)
    return staging.error();
  auto meter = Meter::load(LinkLayer::kEthernet, scopes);
  if (!meter)
    return meter.error();
  const auto& dir = staging->dir();
  if (auto pinned = meter->pin(dir); !pinned)
    return pinned;
  if (pod != nullptr) {
    const auto inside = pod->netns.enter();
    if (auto attached = meter->attach(pod->ifindex(), identity.attach, dir); !attached)
      return attached;
  }
  if (auto shared = share_pin(dir.counters(), 0); !shared)
    return shared;
  if (auto written = write_identity(dir.identity(), identity); !written)
    return written;
  return staging->commit(tree.live(name));
}

Result<void> end_meter(const PinTree& tree, const std::string& name, std::int64_t now_ns) {
  const auto live = LiveMeter::take(tree, name, DirectoryLock::Wait::kYes);
  return live ? live->end(tree, now_ns, detach_links) : live.error();
}

Result<void> set_counters(const MeterDir& dir, const pm_counters& counters) {
  const Fd map(bpf_obj_get(dir.counters().c_str()));
  std::vector<pm_counters> per_cpu(static_cast<std::size_t>(libbpf_num_possible_cpus()));
  per_cpu.front() = counters;
  const std::uint32_t key = 0;
  if (!map.valid() || bpf_map_update_elem(map.get(), &key, per_cpu.data(), BPF_ANY) != 0)
    return system_error("set counters '" + dir.counters() + "'");
  return {};
}

int as_nobody(const std::function<int()>& body) {
  constexpr unsigned kNobody = 65534;
  const auto child = ::fork();
  if (child == 0) {
    if (::setgroups(0, nullptr) != 0 || ::setresgid(kNobody, kNobody, kNobody) != 0 ||
        ::setresuid(kNobody, kNobody, kNobody) != 0)
      ::_exit(125);
    ::_exit(body());
  }
  int status = 0;
  return child > 0 && ::waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

Result<std::uint32_t> program_id(const std::string& pin) {
  const Fd fd(bpf_obj_get(pin.c_str()));
  if (!fd.valid())
    return system_error("open pinned program '" + pin + "'");
  bpf_prog_info info{};
  __u32 size = sizeof(info);
  if (bpf_obj_get_info_by_fd(fd.get(), &info, &size) != 0)
    return system_error("ask about pinned program '" + pin + "'");
  return info.id;
}

bool program_goes(std::uint32_t id) {
  for (int i = 0; i < 500; i++) {
    if (const Fd fd(bpf_prog_get_fd_by_id(id)); !fd.valid() && errno == ENOENT)
      return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

}  // namespace podmeter::tests
