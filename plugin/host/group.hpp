// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>

#include "bpf/base/result.hpp"

namespace podmeter {

// The ID of a group given by number or by its name in /etc/group. ENOENT where there is no such group. (getgrnam(3)
// would load shared objects, which a static program hasn't.)
Result<gid_t> find_group(const std::string& group);
// The group that a file or directory has.
Result<gid_t> group_of(const std::string& path);

}  // namespace podmeter
