// SPDX-License-Identifier: Apache-2.0
#include "bpf/base/text_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>

#include "bpf/base/fd.hpp"

namespace podmeter {

// Not by std::ifstream, which loses errno, and throws where the path is a directory.
Result<std::string> read_text_file(const std::string& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid())
    return system_error("open '" + path + "'");
  std::string text;
  std::array<char, 4096> part{};
  for (;;) {
    const ssize_t size = ::read(fd.get(), part.data(), part.size());
    if (size < 0)
      return system_error("read '" + path + "'");
    if (size == 0)
      return text;
    text.append(part.data(), static_cast<std::size_t>(size));
  }
}

}  // namespace podmeter
