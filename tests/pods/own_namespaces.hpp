// SPDX-License-Identifier: Apache-2.0
// A process's own network and mount namespace with its own bpffs: what it does there is gone when it ends, however.
#pragma once

#include "bpf/base/result.hpp"

namespace podmeter::tests {

// Moves the calling, single-threaded process into new namespaces, with loopback up and an empty bpffs on /sys/fs/bpf.
// Needs root.
Result<void> enter_own_namespaces();

}  // namespace podmeter::tests
