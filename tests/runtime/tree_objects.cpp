// SPDX-License-Identifier: Apache-2.0
#include "tests/runtime/tree_objects.hpp"

#include <bpf/bpf.h>

#include <algorithm>
#include <array>
#include <string>

#include "bpf/base/directory.hpp"
#include "bpf/base/fd.hpp"

namespace podmeter::tests {
namespace {

// 0 where there is none.
std::uint32_t map_at(const std::string& pin) {
  const Fd fd(bpf_obj_get(pin.c_str()));
  bpf_map_info info{};
  __u32 size = sizeof(info);
  return fd.valid() && bpf_obj_get_info_by_fd(fd.get(), &info, &size) == 0 ? info.id : 0;
}

bool uses(std::uint32_t program, std::uint32_t map) {
  const Fd fd(bpf_prog_get_fd_by_id(program));
  std::array<__u32, 16> maps{};
  bpf_prog_info info{};
  info.nr_map_ids = maps.size();
  info.map_ids = reinterpret_cast<__u64>(maps.data());
  __u32 size = sizeof(info);
  return fd.valid() && bpf_obj_get_info_by_fd(fd.get(), &info, &size) == 0 &&
         std::ranges::find(maps, map) != maps.end();
}

}  // namespace

std::vector<std::uint32_t> programs_of(const PinTree& tree) {
  const auto table = map_at(tree.scope_table());
  std::vector<std::uint32_t> ids;
  if (table != 0)
    for (__u32 id = 0; bpf_prog_get_next_id(id, &id) == 0;)
      if (uses(id, table))
        ids.push_back(id);
  return ids;
}

std::vector<std::uint32_t> counter_maps_of(const PinTree& tree) {
  std::vector<std::uint32_t> ids;
  for (const auto& dir : {tree.making_dir(), tree.live_dir(), tree.ended_dir()})
    if (const auto names = list_directory(dir); names)
      for (const auto& name : *names)
        ids.push_back(map_at(MeterDir(dir + '/' + name).counters()));
  return ids;
}

bool maps_are_gone(const std::vector<std::uint32_t>& ids) {
  return std::ranges::none_of(ids, [](std::uint32_t id) { return Fd(bpf_map_get_fd_by_id(id)).valid(); });
}

}  // namespace podmeter::tests
