// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/inspection.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "bpf/base/directory.hpp"
#include "bpf/reading/tree_reading.hpp"
#include "bpf/scope_table/kernel_table.hpp"
#include "bpf/tree/audit_record.hpp"
#include "bpf/tree/identity.hpp"
#include "tests/runtime/own_node.hpp"

namespace podmeter::tests {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> names_in(const std::string& directory) {
  auto names = list_directory(directory);
  if (!names)
    return {};
  std::ranges::sort(*names);
  return *names;
}

class Inspector {
 public:
  explicit Inspector(TracedNode& traced_node) : traced_node_(traced_node), tree_(traced_node.tree()) {}

  void count(const std::string& directory, std::size_t least, std::size_t most) {
    const auto names = names_in(directory);
    if (names.size() < least || names.size() > most)
      complain(directory + " holds " + std::to_string(names.size()) + ", not " + std::to_string(least) + " to " +
               std::to_string(most));
  }

  void look_at_meters() {
    for (const auto& name : names_in(tree_.live_dir()))
      look_at_parts(tree_.live(name), MeterState::kLive);
    for (const auto& name : names_in(tree_.ended_dir()))
      look_at_parts(tree_.ended(name), MeterState::kEnded);
    if (!holds_together(traced_node_.node(), traced_node_.pod(), "c1"))
      complain("c1's programs are not those on its pod");
    if (!holds_together(traced_node_.node(), traced_node_.other_pod(), "kept"))
      complain("kept's programs are not those on its pod");
  }

  // No other pod has a program, and nobody moves an interface: whoever says so could not ask.
  void look_at_audits() {
    for (const auto& name : names_in(tree_.live_dir())) {
      const auto audit = read_audit(tree_.live(name).audit());
      for (const auto direction : kDirections)
        if (audit && (*audit)[direction].fault != MeterFault::kNone &&
            (*audit)[direction].fault != MeterFault::kDetached)
          complain(name + " is told to be " + std::string(fault_name((*audit)[direction].fault)));
    }
  }

  // Nothing but what pin_tree.hpp names.
  void look_at_tree() {
    for (const auto& name : names_in(tree_.version_dir()))
      if (const std::vector<std::string> known = {"ended", "failures", "folding", "health", "making", "meters",
                                                  "repairs", "scopes", "totals"};
          std::ranges::find(known, name) == known.end())
        complain("the tree holds " + name);
    for (const auto& name : names_in(tree_.scopes_dir()))
      if (const std::vector<std::string> known = {"lock", "names", "table"};
          std::ranges::find(known, name) == known.end())
        complain("scopes/ holds " + name);
    for (const auto& directory : {tree_.root(), tree_.version_dir(), tree_.scopes_dir(), tree_.making_dir(),
                                  tree_.live_dir(), tree_.ended_dir(), tree_.folding_dir(), tree_.totals_dir()})
      look_at_mode(directory, S_IFDIR | 0750);
  }

  // The table that runs, and its head.
  void look_at_scopes(std::size_t most_idle) {
    const auto table = ScopeTable::open(tree_.scope_table());
    const auto head = table ? table->head() : table.error();
    if (const auto held = pages_held(tree_); head && held > head->pages + 1 + most_idle)
      complain("of the scope table's " + std::to_string(held) + " pages " + std::to_string(head->pages) + " run");
  }

  void look_at_kernel() {
    for (const auto& object : traced_node_.leaked())
      complain(text_of(object) + " is held by nobody");
    if (!traced_node_.network_is_untouched())
      complain("the network of the pods has changed");
  }

  std::string take() { return std::move(complaints_); }

 private:
  void complain(const std::string& what) { complaints_ += what + '\n'; }

  void look_at_parts(const MeterDir& dir, MeterState state) {
    std::vector<std::string> wanted = {"counters", "identity"};
    if (state == MeterState::kLive)
      wanted.insert(wanted.end(), {"egress_program", "ingress_program"});
    const auto identity = read_identity(dir.identity());
    if (state == MeterState::kLive && identity && identity->attach == Attach::kTcx)
      wanted.insert(wanted.end(), {"egress_link", "ingress_link"});
    std::ranges::sort(wanted);
    auto names = names_in(dir.path());
    std::erase(names, "audit");  // which reconcile alone writes
    if (names != wanted)
      complain(dir.path() + " is not whole");
    look_at_mode(dir.path(), S_IFDIR | 0710);
    look_at_mode(dir.counters(), S_IFREG | 0640);
  }

  void look_at_mode(const std::string& path, mode_t mode) {
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0 && (status.st_mode != mode || status.st_gid != kPodmeterGroup))
      complain(path + " can't be read by the group");
  }

  TracedNode& traced_node_;
  const PinTree& tree_;
  std::string complaints_;
};

}  // namespace

std::string complaints(TracedNode& traced_node, const Expected& expected) {
  const auto& tree = traced_node.tree();
  Inspector inspector(traced_node);
  inspector.count(tree.making_dir(), 0, 0);
  inspector.count(tree.live_dir(), expected.least_live, expected.most_live);
  inspector.count(tree.ended_dir(), expected.least_ended, expected.most_ended);
  inspector.count(tree.folding_dir(), 0, 0);
  inspector.look_at_meters();
  inspector.look_at_tree();
  inspector.look_at_scopes(expected.most_idle_pages);
  inspector.look_at_audits();
  inspector.look_at_kernel();
  return inspector.take();
}

std::string complaints_of_kernel(TracedNode& traced_node) {
  Inspector inspector(traced_node);
  inspector.look_at_audits();
  inspector.look_at_kernel();
  return inspector.take();
}

std::string lasting_complaints(TracedNode& traced_node, const std::optional<Expected>& expected) {
  std::string now;
  soon([&] {
    return (now = expected ? complaints(traced_node, *expected) : complaints_of_kernel(traced_node)).empty();
  });
  return now;
}

}  // namespace podmeter::tests
