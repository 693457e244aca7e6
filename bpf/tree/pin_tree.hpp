// SPDX-License-Identifier: Apache-2.0
// The layout of podmeter's tree in bpffs. No other file builds a path.
//
//   <root>/v1/                    the ABI version
//     failures                    array map: failures by command and reason
//     repairs                     array map: repairs by kind
//     scopes/table                array of maps: the scope table of all meters
//     scopes/names                symbolic link: the scope's name of each slot of the counters
//     scopes/lock/                flock: taken to change the scopes; root's alone, so that a reader can't hold it
//     making/<name>/              a meter that is not finished; flock: held by its ADD. Its identity is there before it
//                                 is attached, for whoever has to detach it
//     meters/<name>/              a live meter
//     ended/<name>+<when>/        a meter whose pod is gone; it has counters and identity alone
//     folding/<name>+<when>/      the same, while its counts are added to the totals
//     totals/<first meter's ID>/  counts of removed meters: key and counts (symbolic links)
//     totals/lock/                flock: taken to add to the totals; root's alone
//     health/                     what CHECK and STATUS remember from call to call; flock: taken to write; root's alone
//     health/problems             symbolic link: the problems that were told last
//     health/tried                symbolic link: when STATUS last tried a meter, and with what
//
// A meter's directory holds counters (per-CPU array map), identity (symbolic link), a program per direction and, with
// tcx, a link per direction; reconcile adds audit (symbolic link). Directories of meters and totals are made elsewhere
// and renamed, so each one in meters/ and totals/ is complete. A process that changes a meter holds its directory's
// flock; its mode 0710 lets readers open the pins inside but not the directory, so they can't take the lock. A name
// that ends in "+new" is a replacement before its rename, or the leftover of a process that died.
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
  // The replacement of program(), before its rename.
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
  [[nodiscard]] std::string health_dir() const { return version_dir_ + "/health"; }
  [[nodiscard]] std::string health_problems() const { return health_dir() + "/problems"; }
  [[nodiscard]] std::string health_tried() const { return health_dir() + "/tried"; }

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
