// SPDX-License-Identifier: Apache-2.0
// The scope table in the kernel: an array of maps, shared by all meters of a tree.
#pragma once

#include <cstdint>
#include <string>

#include "bpf/base/fd.hpp"
#include "bpf/base/result.hpp"
#include "bpf/scope_table/table_image.hpp"

namespace podmeter {

// A table in the kernel that no program uses yet. Removed by the destructor, unless committed.
class StagedTable {
 public:
  ~StagedTable();
  StagedTable(StagedTable&& other) noexcept;
  StagedTable& operator=(StagedTable&&) = delete;
  // Replaces the table in use, for all meters at once. Returns when no program uses the old one any more.
  Result<void> commit();

 private:
  friend class ScopeTable;
  StagedTable(int table, std::uint32_t first_slot) : table_(table), first_slot_(first_slot) {}

  int table_;  // the ScopeTable's; -1 once committed
  Fd head_;
  std::uint32_t first_slot_;
};

class ScopeTable {
 public:
  // An empty array of maps: every packet is `other`.
  static Result<ScopeTable> create();
  // ENOENT where nothing is pinned.
  static Result<ScopeTable> open(const std::string& pin);
  Result<void> pin(const std::string& path) const;

  [[nodiscard]] int fd() const { return fd_.get(); }

  // The head of the table in use. ENOENT where the array of maps is empty.
  [[nodiscard]] Result<pm_head> head() const;
  // A copy of the table in use. ENOENT where the array of maps is empty; EAGAIN where it is replaced at each attempt.
  [[nodiscard]] Result<TablePages> read() const;

  // The first slot of the set of pages that is not in use.
  [[nodiscard]] Result<std::uint32_t> free_slots() const;
  // Stores a table that was compiled for free_slots() beside the one in use. The result must not outlive this object.
  // One process at a time may stage and commit.
  [[nodiscard]] Result<StagedTable> stage(const TablePages& pages) const;

 private:
  explicit ScopeTable(Fd fd) : fd_(std::move(fd)) {}
  [[nodiscard]] Result<Fd> page(std::uint32_t slot) const;
  [[nodiscard]] Result<pm_head> try_head() const;
  [[nodiscard]] Result<TablePages> try_read() const;

  Fd fd_;
};

}  // namespace podmeter
