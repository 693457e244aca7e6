// SPDX-License-Identifier: Apache-2.0
#include "bpf/scope_table/ranges.hpp"

#include <algorithm>
#include <tuple>

namespace podmeter {
namespace {

std::vector<ScopedPrefix> sorted_prefixes(const ScopeSet& scopes, Family family) {
  std::vector<ScopedPrefix> sorted;
  for (const auto& each : scopes.prefixes)
    if (each.prefix.network.family == family)
      sorted.push_back(each);
  std::ranges::sort(sorted, [](const ScopedPrefix& a, const ScopedPrefix& b) {
    return std::tie(a.prefix.network.bits, a.prefix.length) < std::tie(b.prefix.network.bits, b.prefix.length);
  });
  return sorted;
}

// Visits sorted prefixes, from the lowest address to the highest. `open_` has those that hold the current address, the
// longest last.
class Flattener {
 public:
  Flattener(std::size_t default_scope, Uint128 last) : default_scope_(default_scope), last_(last) { begin_range(0); }

  void enter(const ScopedPrefix& each) {
    leave_before(each.prefix.network.bits);
    open_.push_back(each);
    begin_range(each.prefix.network.bits);
  }
  std::vector<Range> finish() {
    while (!open_.empty())
      leave();
    const auto same = [](const Range& a, const Range& b) { return a.scope == b.scope; };  // clang 14 has no subranges
    ranges_.erase(std::unique(ranges_.begin(), ranges_.end(), same), ranges_.end());
    return std::move(ranges_);
  }

 private:
  void leave_before(Uint128 place) {
    while (!open_.empty() && open_.back().prefix.last() < place)
      leave();
  }
  void leave() {
    const Uint128 end = open_.back().prefix.last();
    open_.pop_back();
    if (end != last_)
      begin_range(end + 1);
  }
  void begin_range(Uint128 start) {
    const std::size_t scope = open_.empty() ? default_scope_ : open_.back().scope;
    if (ranges_.empty() || ranges_.back().start != start)
      ranges_.push_back({start, scope});
    else
      ranges_.back().scope = scope;
  }

  std::size_t default_scope_;
  Uint128 last_;
  std::vector<ScopedPrefix> open_;
  std::vector<Range> ranges_;
};

}  // namespace

std::vector<Range> flatten(const ScopeSet& scopes, Family family) {
  Flattener flattener(scopes.default_scope, Prefix{{family, 0}, 0}.last());
  for (const auto& each : sorted_prefixes(scopes, family))
    flattener.enter(each);
  return flattener.finish();
}

}  // namespace podmeter
