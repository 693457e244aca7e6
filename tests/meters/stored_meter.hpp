// SPDX-License-Identifier: Apache-2.0
// A meter put into the tree the way ADD does.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

#include "bpf/attach/loaded_meter.hpp"
#include "bpf/base/result.hpp"
#include "bpf/tree/identity.hpp"
#include "bpf/tree/pin_tree.hpp"
#include "tests/meters/scope_tables.hpp"
#include "tests/pods/pod.hpp"

namespace podmeter::tests {

// A tree of its own below /sys/fs/bpf, empty.
Result<PinTree> make_own_tree(gid_t readers = 0);

// A whole identity of that container's eth0, with a meter ID that no other has.
Identity make_identity(const std::string& container_id);
// The name of its meter in bpffs.
std::string name_of(const Identity& identity);

// Loads, pins and commits; attached to the pod's eth0 in the identity's way where there is a pod. Readable by group 0.
Result<void> store_meter(const PinTree& tree, const Identity& identity, const Pod* pod = nullptr,
                         const ScopeTable& scopes = built_in_table());

// Takes a live meter, waiting for it, and ends it at that time of the boot clock.
Result<void> end_meter(const PinTree& tree, const std::string& name, std::int64_t now_ns);
// Makes the meter's counters say so, as if it had counted.
Result<void> set_counters(const MeterDir& dir, const pm_counters& counters);

// Runs in a child process as uid and gid 65534 without groups or capabilities; its exit status, or -1.
int as_nobody(const std::function<int()>& body);
// The kernel's ID of a pinned program.
Result<std::uint32_t> program_id(const std::string& pin);
// True if a program that is only being torn down any more is gone within five seconds.
bool program_goes(std::uint32_t id);

}  // namespace podmeter::tests
