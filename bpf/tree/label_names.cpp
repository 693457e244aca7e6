// SPDX-License-Identifier: Apache-2.0
#include "bpf/tree/label_names.hpp"

#include <algorithm>

namespace podmeter {
namespace {

// Prometheus adds `job` and `instance` at every scrape; `le` and `quantile` belong to its histograms and summaries.
constexpr std::string_view kReserved[] = {
    "namespace", "pod", "uid",   "container_id", "interface", "meter",    "direction", "scope",
    "attach",    "abi", "state", "netns_cookie", "job",       "instance", "le",        "quantile"};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

}  // namespace

bool is_label_name(std::string_view name) {
  return !name.empty() && is_letter(name.front()) && !name.starts_with("__") &&
         std::ranges::all_of(name, [](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

bool is_reserved_label_name(std::string_view name) {
  return std::ranges::find(kReserved, name) != std::end(kReserved);
}

bool is_free_label_name(std::string_view name) {
  return is_label_name(name) && !is_reserved_label_name(name);
}

}  // namespace podmeter
