// SPDX-License-Identifier: Apache-2.0
#include "plugin/group.hpp"

#include <grp.h>

#include <charconv>
#include <cstdio>
#include <memory>

namespace podmeter {

Result<gid_t> find_group(const std::string& group) {
  gid_t number = 0;
  const auto parsed = std::from_chars(group.data(), group.data() + group.size(), number);
  if (!group.empty() && parsed.ec == std::errc{} && parsed.ptr == group.data() + group.size())
    return number;

  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen("/etc/group", "re"), std::fclose);
  if (!file)
    return system_error("open '/etc/group'");
  while (const ::group* entry = ::fgetgrent(file.get()))
    if (group == entry->gr_name)
      return entry->gr_gid;
  return system_error("find group '" + group + "' in '/etc/group'", ENOENT);
}

}  // namespace podmeter
