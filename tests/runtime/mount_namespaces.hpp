// SPDX-License-Identifier: Apache-2.0
// Mount namespaces in which /sys/fs/bpf is an empty directory: steps for Run::first().
#pragma once

namespace podmeter::tests {

// The node's: the program is process 1 of a process namespace, as in a node that is a container, and is alone there.
bool enter_node_without_bpffs();
// Another than process 1's, as `ip netns exec` makes.
bool enter_namespace_without_bpffs();

}  // namespace podmeter::tests
