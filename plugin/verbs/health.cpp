// SPDX-License-Identifier: Apache-2.0
#include "plugin/verbs/health.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <string_view>
#include <vector>

#include "bpf/base/clock.hpp"
#include "bpf/base/directory_lock.hpp"
#include "bpf/base/symlink_write.hpp"

namespace podmeter {
namespace {

constexpr std::size_t kDigits = 16;
constexpr std::size_t kEntry = 2 * kDigits + 1;  // of a subject, of its problem, and a space
constexpr std::size_t kSubjects = 80;
static_assert(kSubjects * kEntry <= kSymlinkMax);

// FNV-1a, 64 bits: short, and the same in every version.
std::string digest(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text)
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  char digits[kDigits + 1];
  std::snprintf(digits, sizeof(digits), "%016llx", static_cast<unsigned long long>(hash));
  return digits;
}

// One entry for each subject that has a problem, the newest last. A text that is not ours is none.
using Problems = std::vector<std::string>;

Problems read_problems(const PinTree& tree) {
  Problems problems;
  const auto text = read_symlink(tree.health_problems());
  for (std::size_t at = 0; text && at + kEntry <= text->size(); at += kEntry)
    problems.push_back(text->substr(at, kEntry));
  return problems;
}

// A link's target can't be empty.
void write_problems(const PinTree& tree, const Problems& problems) {
  std::string text;
  for (std::size_t i = problems.size() - std::min(problems.size(), kSubjects); i < problems.size(); i++)
    text += problems[i];
  (void)replace_symlink(tree.health_problems(), text.empty() ? "-" : text);
}

Problems::iterator find_subject(Problems& problems, const std::string& subject) {
  return std::ranges::find_if(problems, [&](const std::string& entry) { return entry.starts_with(subject); });
}

}  // namespace

// A subject without a problem is the rule: it takes no lock, and writes nothing.
Change remember_problem(const PinTree& tree, const std::string& subject, const std::string& problem) {
  const std::string of = digest(subject), entry = of + digest(problem) + ' ';
  auto known = read_problems(tree);
  if (auto found = find_subject(known, of); found == known.end() ? problem.empty() : *found == entry)
    return Change::kNone;
  const auto lock = DirectoryLock::take(tree.health_dir(), DirectoryLock::Wait::kYes);
  if (!lock)
    return problem.empty() ? Change::kNone : Change::kNew;
  known = read_problems(tree);
  const auto found = find_subject(known, of);
  if (found == known.end() ? problem.empty() : *found == entry)  // another call was faster
    return Change::kNone;
  if (found != known.end())
    known.erase(found);
  if (!problem.empty())
    known.push_back(entry);
  write_problems(tree, known);
  return problem.empty() ? Change::kOver : Change::kNew;
}

// "NANOSECONDS SINCE BOOT" and `what`.
bool was_tried(const PinTree& tree, const std::string& what) {
  constexpr std::int64_t kGoodFor = std::chrono::nanoseconds(std::chrono::minutes(1)).count();
  const auto text = read_symlink(tree.health_tried());
  if (!text)
    return false;
  std::int64_t then = 0;
  const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), then);
  const std::int64_t age = boot_clock_ns() - then;
  return failed == std::errc{} && text->substr(static_cast<std::size_t>(end - text->data())) == ' ' + what &&
         age >= 0 && age < kGoodFor;
}

void remember_tried(const PinTree& tree, const std::string& what) {
  const auto lock = DirectoryLock::take(tree.health_dir(), DirectoryLock::Wait::kYes);
  if (lock)
    (void)replace_symlink(tree.health_tried(), std::to_string(boot_clock_ns()) + ' ' + what);
}

}  // namespace podmeter
