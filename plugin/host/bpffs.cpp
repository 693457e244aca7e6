// SPDX-License-Identifier: Apache-2.0
#include "plugin/host/bpffs.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <cstdint>
#include <string_view>

#include "bpf/base/directory.hpp"

namespace podmeter {
namespace {

constexpr char kMountPoint[] = "/sys/fs/bpf";

std::string nearest_existing(std::string path) {
  while (path.size() > 1 && !exists(path))
    path = path.rfind('/') == 0 ? "/" : path.substr(0, path.rfind('/'));
  return path;
}

Result<bool> is_bpffs(const std::string& path) {
  struct statfs status {};
  if (::statfs(path.c_str(), &status) != 0)
    return system_error("ask which filesystem '" + path + "' is on");
  return status.f_type == BPF_FS_MAGIC;
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

// The process that began the node, or the container that is one (kind), is in the node's mount namespace. A bpffs that
// is mounted in another is out of everybody's sight and ends with it: `ip netns exec` gives each program such a
// namespace, with a fresh /sys. If the namespaces can't be compared, this one counts as the node's.
Result<void> check_mount_namespace() {
  struct stat own {
  }, first{};
  if (::stat("/proc/self/ns/mnt", &own) != 0 || ::stat("/proc/1/ns/mnt", &first) != 0)
    return {};
  if (own.st_dev == first.st_dev && own.st_ino == first.st_ino)
    return {};
  return Error{std::string("'") + kMountPoint +
                   "' has no BPF filesystem in this mount namespace, which is not the node's ('ip netns exec' makes "
                   "such ones): run podmeter in the node's, by nsenter --target 1 --mount",
               ENODEV};
}

// Plugins run in parallel. They lock the directory below the mount point, so that one of them mounts.
Result<void> mount_bpffs() {
  const Fd lock(::open(kMountPoint, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock.valid() || ::flock(lock.get(), LOCK_EX) != 0)
    return system_error(std::string("lock '") + kMountPoint + "'");
  const auto mounted = is_bpffs(kMountPoint);  // by another
  if (!mounted)
    return mounted.error();
  if (!*mounted && ::mount("bpf", kMountPoint, "bpf", 0, "mode=0700") != 0)
    return system_error(std::string("mount a BPF filesystem on '") + kMountPoint + "'");
  return {};
}

enum class Bpffs : std::uint8_t { kThere, kToBeMounted };

Result<Bpffs> find_bpffs(const std::string& pin_root) {
  if (is_mount_point(pin_root))
    return Error{"pin root '" + pin_root +
                 "' is a mount point, which other programs use too; choose a directory below it"};
  const auto there = is_bpffs(nearest_existing(pin_root));
  if (!there)
    return there.error().in("pin root '" + pin_root + "'");
  if (*there)
    return Bpffs::kThere;
  if (!is_below_mount_point(pin_root) || !exists(kMountPoint))
    return Error{"pin root '" + pin_root + "' isn't on a BPF filesystem: choose a directory below " + kMountPoint +
                     ", or mount one above it: mount -t bpf bpf DIRECTORY",
                 ENODEV};
  if (auto checked = check_mount_namespace(); !checked)
    return checked.error();
  return Bpffs::kToBeMounted;
}

}  // namespace

Result<void> prepare_bpffs(const std::string& pin_root) {
  const auto found = find_bpffs(pin_root);
  if (!found)
    return found.error();
  return *found == Bpffs::kThere ? Result<void>() : mount_bpffs();
}

Result<void> check_bpffs(const std::string& pin_root) {
  const auto found = find_bpffs(pin_root);
  return found ? Result<void>() : found.error();
}

// fsopen(2) and fsmount(2), Linux 5.2.
Result<ScratchBpffs> ScratchBpffs::make() {
  const Fd context(::fsopen("bpf", FSOPEN_CLOEXEC));
  if (!context.valid() || ::fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0)
    return system_error("make a BPF filesystem");
  Fd root(::fsmount(context.get(), FSMOUNT_CLOEXEC, 0));
  if (!root.valid())
    return system_error("make a BPF filesystem");
  return ScratchBpffs(std::move(root));
}

std::string ScratchBpffs::path() const {
  return "/proc/self/fd/" + std::to_string(root_.get());
}

}  // namespace podmeter
