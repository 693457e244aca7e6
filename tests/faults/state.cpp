// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/state.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <sstream>

#include "bpf/base/symlink_text.hpp"
#include "bpf/scope_table/running_scopes.hpp"
#include "bpf/scopes/scope_source.hpp"
#include "bpf/tree/identity.hpp"
#include "tests/faults/states.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

namespace fs = std::filesystem;

// Without the time at which it ended, and by what runs; a meter's number is never the same.
std::string name_of(const fs::path& path) {
  const std::string parent = path.parent_path().filename(), name = path.filename();
  if (parent == "totals" && is_meter_id(name))
    return "a record";
  return parent == "ended" ? name.substr(0, name.rfind('+')) : name;
}

// Values that traffic or chance changes are not part of the state.
std::string target_of(const fs::path& path) {
  if (path.filename() == "audit" || path.filename() == "counts")
    return "of some counts";
  auto identity = read_identity(path);
  if (!identity)
    return must(podmeter::read_symlink(path));
  identity->meter.clear();
  identity->start_ns = 0;
  identity->device.reset();
  return to_text(*identity);
}

class Describing {
 public:
  explicit Describing(TracedNode& traced_node) : traced_node_(traced_node) {}

  std::string all() {
    describe_directory(traced_node_.tree().root(), "");
    for (const auto* pod : {&traced_node_.pod(), &traced_node_.other_pod()})
      describe_chain(*pod);
    describe_scopes();
    text_ << traced_node_.leaked().size() << " left over";
    return text_.str();
  }

 private:
  void describe_directory(const fs::path& directory, const std::string& shown) {
    std::map<std::string, fs::path> entries;  // two ended meters of one name are one kind of thing
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(directory, none))
      entries.emplace(name_of(entry.path()) + (entries.contains(name_of(entry.path())) ? "+" : ""), entry.path());
    for (const auto& [name, path] : entries)
      describe(path, shown + '/' + name);
  }

  void describe(const fs::path& path, const std::string& shown) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0)
      return;
    text_ << shown << ' ' << std::oct << status.st_mode << std::dec << ' ' << status.st_gid << '\n';
    if (S_ISLNK(status.st_mode))
      text_ << "  " << target_of(path) << '\n';
    else if (S_ISDIR(status.st_mode))
      describe_directory(path, shown);
    else if (const auto object = pinned_object(path); object && object->kind == ObjectKind::kProgram)
      pinned_[object->id] = shown;
  }

  void describe_chain(const Pod& pod) {
    for (const auto id : attached_programs(pod.netns))
      text_ << "on a pod: " << (pinned_.contains(id) ? pinned_[id] : "a program pinned nowhere") << '\n';
    text_ << '\n';
  }

  void describe_scopes() {
    const auto running = running_source(traced_node_.tree()), of_file = source_of(kScopeFile);
    text_ << (running && of_file && *running == *of_file ? "the file's scopes" : "other scopes") << ", "
          << pages_held(traced_node_.tree()) << " pages\n";
  }

  TracedNode& traced_node_;
  std::ostringstream text_;
  std::map<std::uint32_t, std::string> pinned_;
};

}  // namespace

std::string state_of(TracedNode& traced_node) {
  return Describing(traced_node).all();
}

}  // namespace podmeter::tests
