// SPDX-License-Identifier: Apache-2.0
#include "tests/tracing/kernel_objects.hpp"

#include <bpf/bpf.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <vector>

#include "bpf/base/fd.hpp"
#include "bpf/kernel/scope_table.h"

namespace podmeter::tests {
namespace {

namespace fs = std::filesystem;

std::map<std::string, std::uint32_t> numbers_in(const std::string& path) {
  std::map<std::string, std::uint32_t> numbers;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);)
    if (const auto colon = line.find(":\t"); colon != std::string::npos)
      numbers[line.substr(0, colon)] = static_cast<std::uint32_t>(std::strtoul(line.c_str() + colon + 2, nullptr, 10));
  return numbers;
}

Fd open_object(const KernelObject& object) {
  switch (object.kind) {
    case ObjectKind::kProgram:
      return Fd(bpf_prog_get_fd_by_id(object.id));
    case ObjectKind::kMap:
      return Fd(bpf_map_get_fd_by_id(object.id));
    case ObjectKind::kLink:
      return Fd(bpf_link_get_fd_by_id(object.id));
    default:
      return Fd(bpf_btf_get_fd_by_id(object.id));
  }
}

template <class Info>
void ask(const Fd& fd, Info& info) {
  __u32 size = sizeof(info);
  if (bpf_obj_get_info_by_fd(fd.get(), &info, &size) != 0)
    info = {};
}

std::vector<std::uint32_t> maps_in(const Fd& map, std::uint32_t slots) {
  std::vector<std::uint32_t> ids;
  for (std::uint32_t slot = 0, id = 0; slot < slots; slot++)
    if (bpf_map_lookup_elem(map.get(), &slot, &id) == 0)
      ids.push_back(id);
  return ids;
}

class Holding {
 public:
  void add(const KernelObject& object) {
    if (object.id == 0 || !objects_.insert(object).second)
      return;
    const Fd fd = open_object(object);
    if (object.kind == ObjectKind::kProgram)
      add_of_program(fd);
    if (object.kind == ObjectKind::kMap)
      add_of_map(fd);
  }

  KernelObjects take() { return std::move(objects_); }

 private:
  void add_of_program(const Fd& program) {
    std::array<std::uint32_t, 16> maps{};
    bpf_prog_info info{};
    info.nr_map_ids = maps.size();
    info.map_ids = reinterpret_cast<std::uintptr_t>(maps.data());
    ask(program, info);
    add({ObjectKind::kTypes, info.btf_id});
    for (const auto id : maps)
      add({ObjectKind::kMap, id});
  }

  void add_of_map(const Fd& map) {
    bpf_map_info info{};
    ask(map, info);
    add({ObjectKind::kTypes, info.btf_id});
    if (info.type == BPF_MAP_TYPE_ARRAY_OF_MAPS)
      for (const auto id : maps_in(map, info.max_entries))
        add({ObjectKind::kMap, id});
  }

  KernelObjects objects_;
};

}  // namespace

std::string text_of(const KernelObject& object) {
  constexpr std::array kNames = {"program ", "map ", "link ", "types "};
  return kNames[static_cast<std::size_t>(object.kind)] + std::to_string(object.id);
}

// A link tells its program too: it is asked for first.
std::optional<KernelObject> object_behind(pid_t process, int fd) {
  const auto numbers = numbers_in("/proc/" + std::to_string(process) + "/fdinfo/" + std::to_string(fd));
  for (const auto& [name, kind] : {std::pair{"link_id", ObjectKind::kLink},
                                   {"map_id", ObjectKind::kMap},
                                   {"prog_id", ObjectKind::kProgram},
                                   {"btf_id", ObjectKind::kTypes}})
    if (const auto number = numbers.find(name); number != numbers.end())
      return KernelObject{kind, number->second};
  return std::nullopt;
}

std::optional<KernelObject> pinned_object(const std::string& pin) {
  const Fd fd(bpf_obj_get(pin.c_str()));
  return fd.valid() ? object_behind(::getpid(), fd.get()) : std::nullopt;
}

KernelObjects alive(const KernelObjects& objects) {
  KernelObjects there;
  for (const auto& object : objects)
    if (open_object(object).valid())
      there.insert(object);
  return there;
}

KernelObjects held_by(const PinTree& tree) {
  Holding holding;
  std::error_code none;
  for (const auto& entry : fs::recursive_directory_iterator(tree.version_dir(), none)) {
    if (entry.is_symlink(none) || entry.is_directory(none))
      continue;
    if (const auto object = pinned_object(entry.path()); object)
      holding.add(*object);
  }
  return holding.take();
}

std::size_t pages_held(const PinTree& tree) {
  const Fd table(bpf_obj_get(tree.scope_table().c_str()));
  return table.valid() ? maps_in(table, PM_TABLE_SLOTS).size() : 0;
}

}  // namespace podmeter::tests
