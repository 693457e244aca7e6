// SPDX-License-Identifier: Apache-2.0
#include "bpf/tree/meter_store.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

#include "bpf/base/directory.hpp"
#include "bpf/base/symlink_write.hpp"
#include "bpf/tree/meter_name.hpp"

namespace podmeter {
namespace {

constexpr mode_t kDirectoryMode = 0750;
constexpr mode_t kMeterMode = 0710;  // who may read what is in it needn't open it, and so can't lock it
constexpr mode_t kPinMode = 0640;

Result<void> share(const std::string& path, gid_t readers, mode_t mode) {
  if (::chown(path.c_str(), 0, readers) != 0)
    return system_error("give '" + path + "' to group " + std::to_string(readers));
  if (::chmod(path.c_str(), mode) != 0)
    return system_error("set the mode of '" + path + "'");
  return {};
}

// The group is set where it differs too: the operator may have changed it.
Result<void> make_directory(const std::string& path, gid_t readers, mode_t mode) {
  if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST)
    return system_error("make directory '" + path + "'");
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0)
    return system_error("make directory '" + path + "'");
  if (status.st_gid == readers && (status.st_mode & 07777) == mode)
    return {};
  return share(path, readers, mode);
}

// Without listing the directory: where descriptors have run out, that is why it goes.
void remove_parts(const MeterDir& dir) {
  for (const auto& pin : {dir.counters(), dir.identity(), dir.program(PM_EGRESS), dir.program(PM_INGRESS),
                          dir.link(PM_EGRESS), dir.link(PM_INGRESS)})
    ::unlink(pin.c_str());
  ::rmdir(dir.path().c_str());
}

Result<void> remove_pin(const std::string& pin) {
  if (::unlink(pin.c_str()) != 0 && errno != ENOENT)
    return system_error("remove '" + pin + "'");
  return {};
}

}  // namespace

Result<void> make_tree(const PinTree& tree, gid_t readers) {
  for (std::size_t slash = tree.root().find('/', 1); slash != std::string::npos;
       slash = tree.root().find('/', slash + 1))
    if (const std::string above = tree.root().substr(0, slash);
        !exists(above) && ::mkdir(above.c_str(), 0755) != 0 && errno != EEXIST)
      return system_error("make directory '" + above + "'");
  for (const auto& path : {tree.root(), tree.version_dir(), tree.scopes_dir(), tree.making_dir(), tree.live_dir(),
                           tree.ended_dir(), tree.folding_dir(), tree.totals_dir()})
    if (auto made = make_directory(path, readers); !made)
      return made;
  for (const auto& own : {tree.scope_lock(), tree.totals_lock(), tree.health_dir()})
    if (::mkdir(own.c_str(), 0700) != 0 && errno != EEXIST)
      return system_error("make directory '" + own + "'");
  return {};
}

Result<void> make_directory(const std::string& path, gid_t readers) {
  return make_directory(path, readers, kDirectoryMode);
}

Result<void> share_meter(const MeterDir& dir, gid_t readers) {
  if (auto shared = make_directory(dir.path(), readers, kMeterMode); !shared)
    return shared;
  return share_pin(dir.counters(), readers);
}

namespace {

// An entry of the directory `above`: a meter, or a record of totals.
Result<void> share_entry(const PinTree& tree, const std::string& above, const std::string& name, gid_t readers) {
  struct stat status {};
  const std::string path = above + '/' + name;
  if (path == tree.totals_lock() || ::stat(path.c_str(), &status) != 0 || status.st_gid == readers)
    return {};
  return above == tree.totals_dir() ? share(path, readers, kDirectoryMode) : share_meter(MeterDir(path), readers);
}

}  // namespace

// A meter or total that vanishes meanwhile needs no group.
Result<void> share_all(const PinTree& tree, gid_t readers) {
  Result<void> first;
  for (const auto& above : {tree.live_dir(), tree.ended_dir(), tree.totals_dir()}) {
    const auto names = list_directory(above);
    if (!names)
      return names.error();
    for (const auto& name : *names)
      if (auto shared = share_entry(tree, above, name, readers); first && !shared && !is_gone(shared.error()))
        first = std::move(shared);
  }
  return first;
}

Result<void> share_pin(const std::string& pin, gid_t readers) {
  return share(pin, readers, kPinMode);
}

// A process that sweeps may lock the directory, or remove it, just as it is made: that is over at once.
Result<Staging> Staging::open(const PinTree& tree, const std::string& name, gid_t readers, const Detach& detach) {
  constexpr int kTries = 20;
  constexpr useconds_t kPause = 1000;
  for (int tries = 1;; tries++) {
    auto staging = try_open(tree, name, readers, detach);
    if (staging || staging.error().code != EBUSY || tries == kTries)
      return staging;
    ::usleep(kPause);
  }
}

Result<Staging> Staging::try_open(const PinTree& tree, const std::string& name, gid_t readers, const Detach& detach) {
  const auto swept = sweep_unfinished(tree, name, detach);
  if (!swept)
    return swept.error();
  MeterDir dir = tree.making(name);
  if (*swept == Swept::kBeingMade)
    return system_error("lock '" + dir.path() + "'", EBUSY);
  const auto made = make_directory(dir.path(), readers, kMeterMode);
  auto lock = made ? DirectoryLock::take(dir.path(), DirectoryLock::Wait::kNo) : made.error();
  if (lock && lock->is_at(dir.path()))
    return Staging(std::move(dir), std::move(*lock), detach);
  if (lock || is_gone(lock.error()))
    return system_error("lock '" + dir.path() + "'", EBUSY);
  if (lock.error().code != EBUSY)  // another's, who has just made it
    ::rmdir(dir.path().c_str());
  return lock.error();
}

Staging::Staging(Staging&& other) noexcept
    : dir_(std::move(other.dir_)), lock_(std::exchange(other.lock_, std::nullopt)), detach_(std::move(other.detach_)) {}

Staging::~Staging() {
  if (lock_ && detach_(dir_))
    remove_parts(dir_);
}

Result<void> Staging::commit(const MeterDir& live) {
  if (::rename(dir_.path().c_str(), live.path().c_str()) != 0)
    return system_error("move '" + dir_.path() + "' to '" + live.path() + "'");
  lock_.reset();
  return {};
}

// During the wait the meter may be ended, and another built at its path: then it locks that one.
Result<LiveMeter> LiveMeter::take(const PinTree& tree, const std::string& name, DirectoryLock::Wait wait) {
  MeterDir dir = tree.live(name);
  for (;;) {
    auto lock = DirectoryLock::take(dir.path(), wait);
    if (!lock)
      return lock.error();
    if (lock->is_at(dir.path()))
      return LiveMeter(name, std::move(dir), std::move(*lock));
  }
}

Result<void> LiveMeter::end(const PinTree& tree, std::int64_t now_ns, const Detach& detach) const {
  if (auto detached = detach(dir_); !detached)
    return detached;
  for (const auto direction : kDirections)
    for (const auto& pin : {dir_.link(direction), dir_.program(direction), dir_.next_program(direction)})
      if (auto removed = remove_pin(pin); !removed)
        return removed;
  const MeterDir ended = tree.ended(encode_ended(name_, now_ns));
  if (::rename(dir_.path().c_str(), ended.path().c_str()) != 0)
    return system_error("move '" + dir_.path() + "' to '" + ended.path() + "'");
  return {};
}

Result<Swept> sweep_unfinished(const PinTree& tree, const std::string& name, const Detach& detach) {
  const MeterDir dir = tree.making(name);
  const auto lock = DirectoryLock::take(dir.path(), DirectoryLock::Wait::kNo);
  if (!lock && lock.error().code == EBUSY)
    return Swept::kBeingMade;
  if (!lock)
    return is_gone(lock.error()) ? Result(Swept::kNothing) : lock.error();
  if (!lock->is_at(dir.path()))  // another has swept it, and it may be in the making again
    return Swept::kNothing;
  if (auto detached = detach(dir); !detached)
    return detached.error();
  if (auto removed = remove_meter(dir); !removed)
    return removed.error();
  return Swept::kSwept;
}

Result<void> remove_meter(const MeterDir& dir) {
  const auto names = list_directory(dir.path());
  if (!names)
    return is_gone(names.error()) ? Result<void>() : names.error();
  for (const auto& name : *names)
    if (const auto path = dir.path() + '/' + name; path != dir.identity())
      if (auto removed = remove_pin(path); !removed)
        return removed;
  return remove_directory(dir.path());
}

Result<void> remove_directory(const std::string& path) {
  const auto names = list_directory(path);
  if (!names)
    return is_gone(names.error()) ? Result<void>() : names.error();
  for (const auto& name : *names)
    if (auto removed = remove_pin(path + '/' + name); !removed)
      return removed;
  if (::rmdir(path.c_str()) != 0 && errno != ENOENT)
    return system_error("remove '" + path + "'");
  return {};
}

Result<void> write_identity(const std::string& path, const Identity& identity) {
  if (auto written = replace_symlink(path, to_text(identity)); !written)
    return written.error().in("identity");
  return {};
}

}  // namespace podmeter
