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

std::optional<gid_t> parse_number(std::string_view text) {
  gid_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size())
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
  return system_error("find group '" + group + "' in '/etc/group'", ENOENT);
}

Result<gid_t> group_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0)
    return system_error("find the group of '" + path + "'");
  return status.st_gid;
}

}  // namespace podmeter
