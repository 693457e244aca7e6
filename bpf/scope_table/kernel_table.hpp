// SPDX-License-Identifier: Apache-2.0
// The scope table in the kernel: one array of maps for all meters of a tree.
#pragma once

#include <cstdint>
#include <string>

#include "bpf/base/fd.hpp"
#include "bpf/base/result.hpp"
#include "bpf/scope_table/table_image.hpp"

namespace podmeter {

// A table whose pages are in the kernel, and that no program sees yet. They go when it goes, unless committed.
class StagedTable {
 public:
  ~StagedTable();
  StagedTable(StagedTable&& other) noexcept;
  StagedTable& operator=(StagedTable&&) = delete;
  // In place of the table before, for all meters at once; returns when no program uses that one any more.
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
  // An array of maps with nothing in it: all is `other`.
  static Result<ScopeTable> create();
  // ENOENT where nothing is pinned.
  static Result<ScopeTable> open(const std::string& pin);
  Result<void> pin(const std::string& path) const;

  [[nodiscard]] int fd() const { return fd_.get(); }

  // The head of the table that runs. ENOENT where there is none.
  [[nodiscard]] Result<pm_head> head() const;
  // A copy of the table that runs. ENOENT where there is none, EAGAIN where others take its place time and again.
  [[nodiscard]] Result<TablePages> read() const;

  // The first slot of the pages that the table which runs doesn't use.
  [[nodiscard]] Result<std::uint32_t> free_slots() const;
  // Puts a table that was compiled for free_slots() beside the one that runs. Lives no longer than this. One process at
  // a time stages and commits.
  [[nodiscard]] Result<StagedTable> stage(const TablePages& pages) const;

 private:
  explicit ScopeTable(Fd fd) : fd_(std::move(fd)) {}
  [[nodiscard]] Result<Fd> page(std::uint32_t slot) const;
  [[nodiscard]] Result<pm_head> try_head() const;
  [[nodiscard]] Result<TablePages> try_read() const;

  Fd fd_;
};

}  // namespace podmeter
