// SPDX-License-Identifier: Apache-2.0
// Entering network namespaces, and telling them apart.
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>

#include "bpf/base/fd.hpp"
#include "bpf/base/result.hpp"

namespace podmeter {

// The calling thread is in another network namespace while this lives. The destructor aborts where it can't return.
class NetnsStay {
 public:
  // ENOENT where the path is not a namespace, or is the process's own, which is the node's.
  static Result<NetnsStay> enter(const std::string& path);
  // In a new one, which has a loopback interface alone and goes when nobody is in it any more.
  static Result<NetnsStay> make();
  ~NetnsStay();
  NetnsStay(NetnsStay&&) noexcept = default;
  NetnsStay& operator=(NetnsStay&&) = delete;

 private:
  explicit NetnsStay(Fd home) : home_(std::move(home)) {}

  Fd home_;
};

// Runs fn() in the network namespace at `path` and returns from it. Nothing else calls setns().
template <class Fn>
Result<std::invoke_result_t<Fn>> in_netns(const std::string& path, Fn fn) {
  const auto stay = NetnsStay::enter(path);
  if (!stay)
    return stay.error();
  return fn();
}

// The same in a new network namespace.
template <class Fn>
Result<std::invoke_result_t<Fn>> in_new_netns(Fn fn) {
  const auto stay = NetnsStay::make();
  if (!stay)
    return stay.error();
  return fn();
}

// Asked of a path where nothing is any more: true where the namespace that had it has ended. False where it may be out
// of this process's sight: the path is on a mount that isn't there, or process IDs are not those of the node.
bool netns_has_ended(const std::string& path);

// The cookie of the calling thread's network namespace (SO_NETNS_COOKIE, Linux 5.14): the kernel uses none twice
// between boots. 0 where the kernel is older.
Result<std::uint64_t> netns_cookie();
enum class SameNamespace : std::uint8_t { kYes, kNo, kUnknown };
// A cookie of 0 is unknown.
SameNamespace compare_cookies(std::uint64_t a, std::uint64_t b);

}  // namespace podmeter
