// SPDX-License-Identifier: Apache-2.0
#include "collector/read/readiness.hpp"

#include <linux/magic.h>
#include <sys/vfs.h>

#include <filesystem>

#include "bpf/base/directory.hpp"

namespace podmeter {
namespace {

Result<void> check_bpffs_above(std::filesystem::path path) {
  struct statfs status {};
  while (::statfs(path.c_str(), &status) != 0) {
    if (errno != ENOENT || !path.has_parent_path() || path == path.parent_path())
      return system_error("ask for the filesystem of '" + path.string() + "'");
    path = path.parent_path();
  }
  if (status.f_type != BPF_FS_MAGIC)
    return Error{"'" + path.string() + "' is not on a BPF filesystem"};
  return {};
}

}  // namespace

Result<void> check_readiness(const PinTree& tree) {
  for (const auto& dir : {tree.live_dir(), tree.ended_dir()}) {
    const auto listed = list_directory(dir);
    if (listed)
      continue;
    if (!is_gone(listed.error()))
      return listed.error();
    if (auto above = check_bpffs_above(dir); !above)
      return above.error().in("no tree at '" + tree.version_dir() + "' yet");
  }
  return {};
}

}  // namespace podmeter
