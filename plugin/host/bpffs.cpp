// SPDX-License-Identifier: Apache-2.0
#include "plugin/host/bpffs.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <string_view>

#include "bpf/base/directory.hpp"
#include "bpf/base/fd.hpp"

namespace podmeter {
namespace {

constexpr char kMountPoint[] = "/sys/fs/bpf";

std::string nearest_existing(std::string path) {
  while (path.size() > 1 && !exists(path))
    path = path.rfind('/') == 0 ? "/" : path.substr(0, path.rfind('/'));
  return path;
}

bool is_bpffs(const std::string& path) {
  struct statfs status {};
  return ::statfs(path.c_str(), &status) == 0 && status.f_type == BPF_FS_MAGIC;
}

bool is_mount_point(const std::string& path) {
  struct stat here {
  }, above{};
  return ::stat(path.c_str(), &here) == 0 && ::stat((path + "/..").c_str(), &above) == 0 && here.st_dev != above.st_dev;
}

bool is_below_mount_point(const std::string& path) {
  const std::string_view point = kMountPoint;
  return path.starts_with(point) && (path.size() == point.size() || path[point.size()] == '/');
}

// Plugins run in parallel. They lock the directory below the mount point, so that one of them mounts.
Result<void> mount_bpffs() {
  const Fd lock(::open(kMountPoint, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock.valid() || ::flock(lock.get(), LOCK_EX) != 0)
    return system_error(std::string("lock '") + kMountPoint + "'");
  if (is_bpffs(kMountPoint))
    return {};
  if (::mount("bpf", kMountPoint, "bpf", 0, "mode=0700") != 0)
    return system_error(std::string("mount a BPF filesystem on '") + kMountPoint + "'");
  return {};
}

}  // namespace

Result<void> prepare_bpffs(const std::string& pin_root) {
  if (is_mount_point(pin_root))
    return Error{"pin root '" + pin_root +
                 "' is a mount point, which other programs use too; choose a directory below it"};
  if (is_bpffs(nearest_existing(pin_root)))
    return {};
  if (is_below_mount_point(pin_root) && exists(kMountPoint))
    return mount_bpffs();
  return Error{"pin root '" + pin_root + "' isn't on a BPF filesystem: choose a directory below " + kMountPoint +
                   ", or mount one above it: mount -t bpf bpf DIRECTORY",
               ENODEV};
}

}  // namespace podmeter
