// SPDX-License-Identifier: Apache-2.0
// The kernel's description of a pinned program or link.
#pragma once

#include <bpf/bpf.h>

#include <string>

#include "bpf/base/fd.hpp"
#include "bpf/base/result.hpp"

namespace podmeter {

// The kernel's facts about a pinned program (bpf_prog_info) or link (bpf_link_info). ENOENT where nothing is pinned.
template <class Info>
Result<Info> info_of(const std::string& pin) {
  const Fd fd(bpf_obj_get(pin.c_str()));
  if (!fd.valid())
    return system_error("open pin '" + pin + "'");
  Info info{};
  __u32 size = sizeof(info);
  if (bpf_obj_get_info_by_fd(fd.get(), &info, &size) != 0)
    return system_error("ask the kernel about pin '" + pin + "'");
  return info;
}

}  // namespace podmeter
