// SPDX-License-Identifier: Apache-2.0
#include "bpf/tree/percpu_map.hpp"

namespace podmeter {

Result<Fd> open_pinned_map(const std::string& pin, const MapShape& shape) {
  struct bpf_obj_get_opts opts {};
  opts.sz = sizeof(opts);
  opts.file_flags = BPF_F_RDONLY;
  Fd fd(bpf_obj_get_opts(pin.c_str(), &opts));
  if (!fd.valid())
    return system_error("open pinned map '" + pin + "'");

  bpf_map_info info{};
  __u32 size = sizeof(info);
  // For a pinned program or link the kernel fills in its own struct, whose first fields don't match the shape either.
  if (bpf_obj_get_info_by_fd(fd.get(), &info, &size) != 0)
    return system_error("get info of pinned map '" + pin + "'");
  if (info.type != static_cast<__u32>(shape.type) || info.key_size != shape.key_size ||
      info.value_size != shape.value_size)
    return Error{"pinned map '" + pin + "' is of type " + std::to_string(info.type) + " with " +
                     std::to_string(info.key_size) + "-byte keys and " + std::to_string(info.value_size) +
                     "-byte values; expected type " + std::to_string(shape.type) + ", " +
                     std::to_string(shape.key_size) + " and " + std::to_string(shape.value_size),
                 EPROTOTYPE};
  return fd;
}

}  // namespace podmeter
