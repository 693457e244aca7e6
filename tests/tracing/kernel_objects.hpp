// SPDX-License-Identifier: Apache-2.0
// BPF programs, maps, links and type information in the kernel, and their holders, by the kernel's IDs. An ID is not
// given again soon, so that nobody else's object is taken for one of ours.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "bpf/tree/pin_tree.hpp"

namespace podmeter::tests {

enum class ObjectKind : std::uint8_t { kProgram, kMap, kLink, kTypes };

struct KernelObject {
  ObjectKind kind = ObjectKind::kProgram;
  std::uint32_t id = 0;

  auto operator<=>(const KernelObject&) const = default;
};
using KernelObjects = std::set<KernelObject>;

// "map 17".
std::string text_of(const KernelObject& object);
// The object that a process's descriptor stands for; none where that is not a BPF object.
std::optional<KernelObject> object_behind(pid_t process, int fd);
// The object that is pinned there; none where nothing is, or something else.
std::optional<KernelObject> pinned_object(const std::string& pin);
// Those that are still there.
KernelObjects alive(const KernelObjects& objects);
// The objects pinned anywhere in the tree, and those that they hold: a program's maps, a table's pages, everything's
// types.
KernelObjects held_by(const PinTree& tree);
// The slots of the scope table that hold a page; one is the head's.
std::size_t pages_held(const PinTree& tree);

}  // namespace podmeter::tests
