// SPDX-License-Identifier: Apache-2.0
// The one writer of the tree: makes it, builds a meter's directory out of sight, moves it into place, ends it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "bpf/base/directory_lock.hpp"
#include "bpf/base/result.hpp"
#include "bpf/tree/identity.hpp"
#include "bpf/tree/pin_tree.hpp"

namespace podmeter {

// Makes what is missing of the tree. Its directories can be read by `readers` and written by root alone.
Result<void> make_tree(const PinTree& tree, gid_t readers);
// Lets the group read what is to be read of a meter.
Result<void> share_meter(const MeterDir& dir, gid_t readers);
// The same of all meters, and of the totals: the group may have been made, or changed, after they were. Goes on after
// one that fails, and returns the first error.
Result<void> share_all(const PinTree& tree, gid_t readers);
// Lets the group read one pin.
Result<void> share_pin(const std::string& pin, gid_t readers);

// Detaches the meter that is pinned in a directory; succeeds if it is gone already. Called before its pins go, as its
// programs are known by them: if it fails they stay.
using Detach = std::function<Result<void>(const MeterDir&)>;

// A directory in which a meter is built. Locked while it lives. Unless it is committed, what is in it is detached and
// removed when it goes, or left to be swept where it can't be detached.
class Staging {
 public:
  // Takes the place of one that a dead process left. EBUSY where a living one is building the same meter.
  static Result<Staging> open(const PinTree& tree, const std::string& name, gid_t readers, const Detach& detach);
  ~Staging();
  Staging(Staging&&) noexcept;
  Staging& operator=(Staging&&) = delete;

  [[nodiscard]] const MeterDir& dir() const { return dir_; }
  // Moves the whole directory to `live`. EEXIST or ENOTEMPTY where a meter of that name is there.
  Result<void> commit(const MeterDir& live);

 private:
  static Result<Staging> try_open(const PinTree& tree, const std::string& name, gid_t readers, const Detach& detach);
  Staging(MeterDir dir, DirectoryLock lock, Detach detach)
      : dir_(std::move(dir)), lock_(std::move(lock)), detach_(std::move(detach)) {}

  MeterDir dir_;
  std::optional<DirectoryLock> lock_;  // none once it is committed, or moved from
  Detach detach_;
};

// A meter that counts, locked: nobody else ends or changes it while this lives.
class LiveMeter {
 public:
  // ENOENT where there is none; EINTR and EBUSY as DirectoryLock.
  static Result<LiveMeter> take(const PinTree& tree, const std::string& name, DirectoryLock::Wait wait);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const MeterDir& dir() const { return dir_; }
  // Detaches it, and keeps counters, identity and audit among the ended; `now_ns` is boot_clock_ns(). After a failure
  // the meter may be detached, but is live: it can be ended again.
  Result<void> end(const PinTree& tree, std::int64_t now_ns, const Detach& detach) const;

 private:
  LiveMeter(std::string name, MeterDir dir, DirectoryLock lock)
      : name_(std::move(name)), dir_(std::move(dir)), lock_(std::move(lock)) {}

  std::string name_;
  MeterDir dir_;
  DirectoryLock lock_;
};

// Keeps the identity in a meter's directory. It is written before the meter is attached, for whoever has to detach what
// a dead builder left, and once more before the meter is committed; after that it never changes.
Result<void> write_identity(const std::string& path, const Identity& identity);
// Detaches and removes what a dead process left of building this meter.
enum class Swept : std::uint8_t {
  kNothing,   // there was nothing
  kSwept,     // it is gone
  kBeingMade  // a living process is building it
};
Result<Swept> sweep_unfinished(const PinTree& tree, const std::string& name, const Detach& detach);
// Removes a meter's directory with all that is in it, its identity last.
Result<void> remove_meter(const MeterDir& dir);
// Removes a directory that holds no directories.
Result<void> remove_directory(const std::string& path);
// Gives a directory of the tree, other than a meter's, to the readers; made where it is missing.
Result<void> make_directory(const std::string& path, gid_t readers);

}  // namespace podmeter
