// SPDX-License-Identifier: Apache-2.0
// The tree: made where it is missing, or only asked about.
#pragma once

#include "plugin/verbs/context.hpp"
#include "plugin/verbs/failure.hpp"

namespace podmeter {

// Mounts a bpffs where /sys/fs/bpf has none, makes what is missing of the tree and gives it to the context's readers.
Metered open_tree(const Context& context);
// Fails where open_tree() would; makes and mounts nothing.
Metered check_tree(const Context& context);

}  // namespace podmeter
