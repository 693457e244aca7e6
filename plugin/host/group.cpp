// SPDX-License-Identifier: Apache-2.0
#include "plugin/host/group.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <charconv>
#include <fstream>
#include <optional>
#include <string_view>

namespace podmeter {
namespace {

constexpr gid_t kNoGroup = static_cast<gid_t>(-1);  // chown(2): leaves the group as it is

std::optional<gid_t> parse_number(std::string_view text) {
  gid_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size() || number == kNoGroup)
    return std::nullopt;
  return number;
}

// group(5): name:password:number:members
std::optional<gid_t> number_in(std::string_view line, std::string_view group) {
  if (!line.starts_with(group) || line.substr(group.size(), 1) != ":")
    return std::nullopt;
  const std::size_t start = line.find(':', group.size() + 1);
  if (start == std::string_view::npos)
    return std::nullopt;
  return parse_number(line.substr(start + 1, line.find(':', start + 1) - start - 1));
}

std::optional<gid_t> group_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0)
    return std::nullopt;
  return status.st_gid;
}

std::string name_of(gid_t group) {
  return group == 0 ? "root alone" : "group " + std::to_string(group);
}

}  // namespace

Result<gid_t> find_group(const std::string& group) {
  if (const auto number = parse_number(group))
    return *number;
  std::ifstream file("/etc/group");
  if (!file.is_open() && errno != ENOENT)
    return system_error("open '/etc/group'");
  for (std::string line; !group.empty() && std::getline(file, line);)
    if (const auto number = number_in(line, group))
      return *number;
  if (file.bad())
    return system_error("read '/etc/group'", EIO);
  return Error{"group '" + group + "' is not in /etc/group", ENOENT};
}

Readers find_readers(const PinTree& tree, const std::string& configured) {
  const auto wanted = configured.empty() ? Result<gid_t>(Error{}) : find_group(configured);
  if (wanted)
    return {*wanted, std::nullopt};
  const auto instead = [&](gid_t group, const std::string& consequence) -> Readers {
    if (configured.empty())
      return {group, std::nullopt};
    return {group, Error{wanted.error().text + ": " + consequence, wanted.error().code}};
  };
  if (const auto kept = group_of(tree.version_dir()))
    return instead(*kept, name_of(*kept) + " still reads the counters");
  const auto usual = find_group(kDefaultGroup);
  if (usual)
    return instead(*usual, std::string("group '") + kDefaultGroup + "' reads the counters");
  return {0, Error{(configured.empty() ? usual : wanted).error().text + ": root alone reads the counters",
                   usual.error().code}};
}

}  // namespace podmeter
