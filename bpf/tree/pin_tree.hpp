// SPDX-License-Identifier: Apache-2.0
// The layout of podmeter's tree in bpffs. Nothing else builds a path.
//
//   <root>/v1/                    the ABI version
//     failures                    array map: what went wrong, by command and reason
//     repairs                     array map: what was repaired, and how often
//     scopes/table                array of maps: the scope table of all meters
//     scopes/names                symbolic link: which scope each slot of the counters stands for
//     scopes/lock/                locked (flock) by who changes them; root's alone, lest a reader hold it
//     making/<name>/              a meter that ADD is building, locked (flock) by its builder
//     meters/<name>/              a meter that counts
//     ended/<name>+<when>/        a meter whose pod is gone: counters and identity alone
//     folding/<name>+<when>/      the same, on its way into the totals
//     totals/<first meter's ID>/  what the meters that are swept had counted: key and counts (symbolic links)
//     totals/lock/                locked (flock) by who folds; root's alone
//
// A meter's directory holds counters (per-CPU array map), identity (symbolic link), and, per direction, a program and,
// where the kernel has tcx, a link; audit (symbolic link) once reconcile has looked at it. A whole directory is moved
// at once, so what is in meters/ was complete; so is a total's. Who changes a meter's locks it (flock): readers can't
// open it, only what is in it. What ends in "+new" is about to take another's place, or a dead process left it.
#pragma once

#include <string>
#include <string_view>

#include "bpf/kernel/abi.h"

namespace podmeter {

inline constexpr char kDefaultPinRoot[] = "/sys/fs/bpf/podmeter";

// "egress" or "ingress", as in paths, labels and output.
std::string_view direction_name(pm_direction direction);
inline constexpr pm_direction kDirections[] = {PM_EGRESS, PM_INGRESS};

class MeterDir {
 public:
  explicit MeterDir(std::string path) : path_(std::move(path)) {}

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string counters() const { return path_ + "/counters"; }
  [[nodiscard]] std::string identity() const { return path_ + "/identity"; }
  [[nodiscard]] std::string audit() const { return path_ + "/audit"; }
  [[nodiscard]] std::string program(pm_direction direction) const;
  [[nodiscard]] std::string link(pm_direction direction) const;
  // The program that is about to take the other's place.
  [[nodiscard]] std::string next_program(pm_direction direction) const { return program(direction) + "+new"; }

 private:
  std::string path_;
};

// The record of one total.
class TotalDir {
 public:
  explicit TotalDir(std::string path) : path_(std::move(path)) {}

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string key() const { return path_ + "/key"; }
  [[nodiscard]] std::string counts() const { return path_ + "/counts"; }

 private:
  std::string path_;
};

class PinTree {
 public:
  explicit PinTree(std::string root);

  [[nodiscard]] const std::string& root() const { return root_; }
  [[nodiscard]] const std::string& version_dir() const { return version_dir_; }
  [[nodiscard]] std::string failures() const { return version_dir_ + "/failures"; }
  [[nodiscard]] std::string repairs() const { return version_dir_ + "/repairs"; }
  [[nodiscard]] std::string scopes_dir() const { return version_dir_ + "/scopes"; }
  [[nodiscard]] std::string scope_table() const { return scopes_dir() + "/table"; }
  [[nodiscard]] std::string scope_names() const { return scopes_dir() + "/names"; }
  [[nodiscard]] std::string scope_lock() const { return scopes_dir() + "/lock"; }
  [[nodiscard]] std::string making_dir() const { return version_dir_ + "/making"; }
  [[nodiscard]] std::string live_dir() const { return version_dir_ + "/meters"; }
  [[nodiscard]] std::string ended_dir() const { return version_dir_ + "/ended"; }
  [[nodiscard]] std::string folding_dir() const { return version_dir_ + "/folding"; }
  [[nodiscard]] std::string totals_dir() const { return version_dir_ + "/totals"; }
  [[nodiscard]] std::string totals_lock() const { return totals_dir() + "/lock"; }

  [[nodiscard]] MeterDir making(std::string_view name) const;
  [[nodiscard]] MeterDir live(std::string_view name) const;
  [[nodiscard]] MeterDir ended(std::string_view name) const;
  [[nodiscard]] MeterDir folding(std::string_view name) const;
  [[nodiscard]] TotalDir total(std::string_view name) const;

 private:
  std::string root_;
  std::string version_dir_;
};

}  // namespace podmeter
