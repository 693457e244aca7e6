// SPDX-License-Identifier: Apache-2.0
#include "bpf/scopes/scope_source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bpf/base/fd.hpp"
#include "built_in_scopes.hpp"

namespace podmeter {
namespace {

constexpr std::size_t kFileMax = 32U << 20;  // 100,000 prefixes, one a line, take a tenth of it

ScopeSource source_of(const struct stat& status) {
  const auto nanoseconds = [](const timespec& time) {
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(time.tv_nsec);
  };
  return {status.st_dev,
          status.st_ino,
          static_cast<std::uint64_t>(status.st_size),
          nanoseconds(status.st_mtim),
          nanoseconds(status.st_ctim),
          1};
}

// The default file may be missing; a file that the operator named may not.
bool may_be_missing(const std::string& path) {
  return path == kDefaultScopes && errno == ENOENT;
}

Result<std::string> read_all(int fd, const std::string& path) {
  std::string text;
  char block[65536];
  ssize_t size = 0;
  while ((size = ::read(fd, block, sizeof(block))) > 0 && text.size() <= kFileMax)
    text.append(block, static_cast<std::size_t>(size));
  if (size < 0)
    return system_error("read scope file '" + path + "'");
  if (text.size() > kFileMax)
    return system_error("read scope file '" + path + "'", EFBIG);
  return text;
}

}  // namespace

const ScopeSet& built_in_scopes() {
  static const ScopeSet scopes = parse_scopes(kBuiltInScopes).value();
  return scopes;
}

Result<ScopeSource> source_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0)
    return source_of(status);
  if (may_be_missing(path))
    return ScopeSource{};
  return system_error("find scope file '" + path + "'");
}

// Takes the state before it reads the text: a change in between is then seen as a change later.
Result<SourcedScopes> load_scopes(const std::string& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd.valid() && may_be_missing(path))
    return SourcedScopes{built_in_scopes()};
  struct stat status {};
  if (!fd.valid() || ::fstat(fd.get(), &status) != 0)
    return system_error("open scope file '" + path + "'");
  const auto text = read_all(fd.get(), path);
  if (!text)
    return text.error();
  auto scopes = parse_scopes(*text);
  if (!scopes)
    return Error{describe(path, scopes.error())};
  return SourcedScopes{std::move(*scopes), source_of(status)};
}

}  // namespace podmeter
