// SPDX-License-Identifier: Apache-2.0
#include "bpf/scope_table/kernel_table.hpp"

#include <bpf/bpf.h>
#include <sys/mman.h>

#include <cstring>
#include <utility>

namespace podmeter {
namespace {

constexpr std::uint32_t kFirst[] = {1, 1 + PM_PAGES};  // first slots of the two sets of pages
constexpr std::uint32_t kHeadSlot = 0;
constexpr int kTries = 20;         // to read a table that other processes replace at the same time
constexpr std::uint32_t kKey = 0;  // of a page's single value

template <class Attempt>
auto retried(const Attempt& attempt) {
  auto result = attempt();
  for (int tries = 1; tries < kTries && !result && result.error().code == EAGAIN; tries++)
    result = attempt();
  return result;
}

Result<Fd> create_page() {
  bpf_map_create_opts opts{};
  opts.sz = sizeof(opts);
  opts.map_flags = BPF_F_MMAPABLE | BPF_F_RDONLY_PROG;
  Fd fd(bpf_map_create(BPF_MAP_TYPE_ARRAY, "pm_scope_page", sizeof(kKey), sizeof(pm_page), 1, &opts));
  if (!fd.valid())
    return system_error("create a page of the scope table");
  return fd;
}

Result<Fd> create_page(const pm_page& page) {
  auto fd = create_page();
  if (fd && bpf_map_update_elem(fd->get(), &kKey, &page, BPF_ANY) != 0)
    return system_error("fill a page of the scope table");
  return fd;
}

Result<void> put(int table, std::uint32_t slot, int page) {
  if (bpf_map_update_elem(table, &slot, &page, BPF_ANY) != 0)
    return system_error("put a page into slot " + std::to_string(slot) + " of the scope table");
  return {};
}

// Removes the pages of the table before, or of a process that died between stage() and commit().
Result<void> clear(int table, std::uint32_t first) {
  for (std::uint32_t slot = first; slot < first + PM_PAGES; slot++) {
    std::uint32_t id = 0;
    if (bpf_map_lookup_elem(table, &slot, &id) != 0 && errno == ENOENT)
      continue;
    if (bpf_map_delete_elem(table, &slot) != 0 && errno != ENOENT)
      return system_error("clear slot " + std::to_string(slot) + " of the scope table");
  }
  return {};
}

}  // namespace

StagedTable::~StagedTable() {
  if (table_ >= 0)
    (void)clear(table_, first_slot_);
}

StagedTable::StagedTable(StagedTable&& other) noexcept
    : table_(std::exchange(other.table_, -1)), head_(std::move(other.head_)), first_slot_(other.first_slot_) {}

// When put() returns, no program uses the old table any more (kernel/bpf/syscall.c, maybe_wait_bpf_programs). If its
// pages can't be removed now, the next stage() removes them.
Result<void> StagedTable::commit() {
  if (auto swapped = put(table_, kHeadSlot, head_.get()); !swapped)
    return swapped;
  (void)clear(std::exchange(table_, -1), first_slot_ == kFirst[0] ? kFirst[1] : kFirst[0]);
  return {};
}

Result<ScopeTable> ScopeTable::create() {
  const auto inner = create_page();  // tells the kernel the type of the inner maps
  if (!inner)
    return inner.error();
  bpf_map_create_opts opts{};
  opts.sz = sizeof(opts);
  opts.inner_map_fd = static_cast<__u32>(inner->get());
  Fd fd(bpf_map_create(BPF_MAP_TYPE_ARRAY_OF_MAPS, "pm_scopes", sizeof(std::uint32_t), sizeof(std::uint32_t),
                       PM_TABLE_SLOTS, &opts));
  if (!fd.valid())
    return system_error("create the scope table");
  return ScopeTable(std::move(fd));
}

Result<ScopeTable> ScopeTable::open(const std::string& pin) {
  Fd fd(bpf_obj_get(pin.c_str()));
  if (!fd.valid())
    return system_error("open scope table '" + pin + "'");
  return ScopeTable(std::move(fd));
}

Result<void> ScopeTable::pin(const std::string& path) const {
  if (bpf_obj_pin(fd_.get(), path.c_str()) != 0)
    return system_error("pin scope table '" + path + "'");
  return {};
}

// A look-up in an array of maps gives the map's ID. The map may be gone before it is opened: EAGAIN.
Result<Fd> ScopeTable::page(std::uint32_t slot) const {
  std::uint32_t id = 0;
  if (bpf_map_lookup_elem(fd_.get(), &slot, &id) != 0)
    return system_error("read slot " + std::to_string(slot) + " of the scope table");
  Fd fd(bpf_map_get_fd_by_id(id));
  if (!fd.valid())
    return system_error("open page " + std::to_string(slot) + " of the scope table", errno == ENOENT ? EAGAIN : errno);
  return fd;
}

Result<pm_head> ScopeTable::head() const {
  return retried([this] { return try_head(); });
}

Result<pm_head> ScopeTable::try_head() const {
  constexpr std::size_t kSize = sizeof(__u32) * PM_HEAD_WORD + sizeof(pm_head);
  const auto map = page(kHeadSlot);
  if (!map)
    return map.error();
  void* const at = ::mmap(nullptr, kSize, PROT_READ, MAP_SHARED, map->get(), 0);
  if (at == MAP_FAILED)
    return system_error("map the scope table's head");
  pm_head head{};
  std::memcpy(&head, static_cast<const __u32*>(at) + PM_HEAD_WORD, sizeof(head));
  ::munmap(at, kSize);
  return head;
}

Result<TablePages> ScopeTable::read() const {
  return retried([this] { return try_read(); });
}

// EAGAIN where the table is replaced during the read.
Result<TablePages> ScopeTable::try_read() const {
  const auto before = head();
  if (!before)
    return before.error();
  TablePages pages;
  for (std::uint32_t i = 0; i < before->pages; i++) {
    const auto map = page(before->first_slot + i);
    if (!map)
      return is_gone(map.error()) ? system_error("read the scope table", EAGAIN) : map.error();
    pages.push_back(std::make_unique<pm_page>());
    if (bpf_map_lookup_elem(map->get(), &kKey, pages.back().get()) != 0)
      return system_error("read page " + std::to_string(i) + " of the scope table");
  }
  if (const auto after = head(); !after || after->generation != before->generation)
    return system_error("read the scope table", EAGAIN);
  return pages;
}

Result<std::uint32_t> ScopeTable::free_slots() const {
  const auto running = head();
  if (!running && !is_gone(running.error()))
    return running.error();
  return running && running->first_slot == kFirst[0] ? kFirst[1] : kFirst[0];
}

Result<StagedTable> ScopeTable::stage(const TablePages& pages) const {
  const std::uint32_t first = head_of(pages).first_slot;
  if (auto cleared = clear(fd_.get(), first); !cleared)
    return cleared.error();
  StagedTable staged(fd_.get(), first);
  for (std::uint32_t i = 0; i < pages.size(); i++) {
    auto map = create_page(*pages[i]);
    if (!map)
      return map.error();
    if (auto there = put(fd_.get(), first + i, map->get()); !there)
      return there.error();
    if (i == 0)
      staged.head_ = std::move(*map);
  }
  return staged;
}

}  // namespace podmeter
