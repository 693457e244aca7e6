// SPDX-License-Identifier: Apache-2.0
#include "bpf/store.hpp"

#include <bpf/bpf.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <ctime>

#include "bpf/directory.hpp"
#include "bpf/name.hpp"

namespace podmeter {
namespace {

constexpr mode_t kDirectoryMode = 0750;
constexpr mode_t kPinMode = 0640;

Result<void> share(const std::string& path, gid_t readers, mode_t mode) {
  if (::chown(path.c_str(), 0, readers) != 0)
    return system_error("give '" + path + "' to group " + std::to_string(readers));
  if (::chmod(path.c_str(), mode) != 0)
    return system_error("set the mode of '" + path + "'");
  return {};
}

// The group is set where it differs too: the operator may have changed it.
Result<void> make_directory(const std::string& path, gid_t readers) {
  if (::mkdir(path.c_str(), kDirectoryMode) != 0 && errno != EEXIST)
    return system_error("make directory '" + path + "'");
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0)
    return system_error("make directory '" + path + "'");
  if (status.st_gid == readers && (status.st_mode & 07777) == kDirectoryMode)
    return {};
  return share(path, readers, kDirectoryMode);
}

Result<void> remove_directory(const std::string& path) {
  const auto names = list_directory(path);
  if (!names)
    return is_gone(names.error()) ? Result<void>() : names.error();
  for (const auto& name : *names)
    if (::unlink((path + '/' + name).c_str()) != 0 && errno != ENOENT)
      return system_error("remove '" + path + '/' + name + "'");
  if (::rmdir(path.c_str()) != 0 && errno != ENOENT)
    return system_error("remove '" + path + "'");
  return {};
}

// Without listing the directory: where descriptors have run out, that is why it goes.
void remove_parts(const MeterDir& dir) {
  for (const auto& pin : {dir.counters(), dir.identity(), dir.program(PM_EGRESS), dir.program(PM_INGRESS),
                          dir.link(PM_EGRESS), dir.link(PM_INGRESS)})
    ::unlink(pin.c_str());
  ::rmdir(dir.path().c_str());
}

Result<Fd> lock_directory(const std::string& path) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid())
    return system_error("open '" + path + "'");
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
    return system_error("lock '" + path + "'", errno == EWOULDBLOCK ? EBUSY : errno);
  return fd;
}

// Once its last pin is gone the kernel detaches a link too, but later, from a work queue: the counts of an ended meter
// would go on, and a new meter in the same namespace would count the same packets. Where this fails, that is what
// happens.
void detach_link(const std::string& pin) {
  const Fd link(bpf_obj_get(pin.c_str()));
  if (link.valid())
    (void)bpf_link_detach(link.get());
}

}  // namespace

Result<void> make_tree(const PinTree& tree, gid_t readers) {
  for (std::size_t slash = tree.root().find('/', 1); slash != std::string::npos;
       slash = tree.root().find('/', slash + 1))
    if (const std::string above = tree.root().substr(0, slash); !exists(above) && ::mkdir(above.c_str(), 0755) != 0)
      return system_error("make directory '" + above + "'");
  for (const auto& path :
       {tree.root(), tree.version_dir(), tree.scopes_dir(), tree.making_dir(), tree.live_dir(), tree.ended_dir()})
    if (auto made = make_directory(path, readers); !made)
      return made;
  if (::mkdir(tree.scope_lock().c_str(), 0700) != 0 && errno != EEXIST)
    return system_error("make directory '" + tree.scope_lock() + "'");
  return {};
}

Result<void> share_pin(const std::string& pin, gid_t readers) {
  return share(pin, readers, kPinMode);
}

Result<Staging> Staging::open(const PinTree& tree, const std::string& name, gid_t readers) {
  if (auto swept = sweep_making(tree, name); !swept)
    return swept.error();
  MeterDir dir = tree.making(name);
  if (auto made = make_directory(dir.path(), readers); !made)
    return made.error();
  auto lock = lock_directory(dir.path());
  if (!lock)
    return lock.error();
  return Staging(std::move(dir), std::move(*lock));
}

Staging::Staging(Staging&& other) noexcept : dir_(std::move(other.dir_)), lock_(std::move(other.lock_)) {}

Staging::~Staging() {
  if (lock_.valid())
    remove_parts(dir_);
}

Result<void> Staging::commit(const MeterDir& live) {
  if (::rename(dir_.path().c_str(), live.path().c_str()) != 0)
    return system_error("move '" + dir_.path() + "' to '" + live.path() + "'");
  lock_ = Fd();
  return {};
}

Result<void> end_meter(const PinTree& tree, const std::string& name, std::int64_t now_ns) {
  const MeterDir live = tree.live(name);
  for (const auto direction : kDirections)
    detach_link(live.link(direction));
  for (const auto direction : kDirections)
    for (const auto& pin : {live.link(direction), live.program(direction)})
      if (::unlink(pin.c_str()) != 0 && errno != ENOENT)
        return system_error("remove '" + pin + "'");
  const MeterDir ended = tree.ended(encode_ended(name, now_ns));
  if (::rename(live.path().c_str(), ended.path().c_str()) != 0)
    return system_error("move '" + live.path() + "' to '" + ended.path() + "'");
  return {};
}

Result<void> sweep_ended(const PinTree& tree, std::chrono::nanoseconds retention, std::int64_t now_ns) {
  const auto names = list_directory(tree.ended_dir());
  if (!names)
    return is_gone(names.error()) ? Result<void>() : names.error();
  Result<void> first;
  for (const auto& name : *names) {
    const auto ended = decode_ended(name);
    if (!ended || now_ns - ended->ended_ns <= retention.count())
      continue;
    if (auto removed = remove_directory(tree.ended(name).path()); !removed && first)
      first = removed;
  }
  return first;
}

Result<void> sweep_making(const PinTree& tree, const std::string& name) {
  const std::string path = tree.making(name).path();
  const auto lock = lock_directory(path);
  if (!lock)
    return is_gone(lock.error()) ? Result<void>() : lock.error();
  return remove_directory(path);
}

std::int64_t boot_clock_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return now.tv_sec * std::int64_t{1'000'000'000} + now.tv_nsec;
}

std::int64_t wall_clock_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace podmeter
