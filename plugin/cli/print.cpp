// SPDX-License-Identifier: Apache-2.0
#include "plugin/cli/print.hpp"

#include <unistd.h>

#include <cerrno>
#include <iostream>
#include <string_view>

namespace podmeter {

int print(const std::string& command, const std::string& output) {
  for (std::string_view left = output; !left.empty();) {
    const ssize_t size = ::write(STDOUT_FILENO, left.data(), left.size());
    if (size < 0 && errno != EINTR)
      return fail(command, system_error("write to stdout"));
    if (size > 0)
      left.remove_prefix(static_cast<std::size_t>(size));
  }
  return 0;
}

int fail(const std::string& command, const Error& error) {
  std::cerr << "podmeter " << command << ": " << error.text << '\n';
  return 1;
}

}  // namespace podmeter
