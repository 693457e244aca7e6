// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "bpf/base/result.hpp"

namespace podmeter {

// Sees to it that `pin_root` is, or can be made, on a bpffs. Where that would be below /sys/fs/bpf and no bpffs is
// mounted there, one is mounted, as bpftool does; anywhere else nothing is ever mounted.
Result<void> prepare_bpffs(const std::string& pin_root);

}  // namespace podmeter
