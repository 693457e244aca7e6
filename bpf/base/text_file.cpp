// SPDX-License-Identifier: Apache-2.0
#include "bpf/base/text_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "bpf/base/fd.hpp"

namespace podmeter {

namespace {

Result<std::string> read_all(const Fd& fd, const std::string& path) {
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

}  // namespace

// Not by std::ifstream, which loses errno, and throws where the path is a directory.
Result<std::string> read_text_file(const std::string& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  return fd.valid() ? read_all(fd, path) : system_error("open '" + path + "'");
}

// A FIFO is opened without waiting for its writer.
Result<std::string> read_regular_file(const std::string& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat status {};
  if (!fd.valid() || ::fstat(fd.get(), &status) != 0)
    return system_error("open '" + path + "'");
  return S_ISREG(status.st_mode) ? read_all(fd, path) : Error{"'" + path + "' is not a file", EPROTOTYPE};
}

}  // namespace podmeter
