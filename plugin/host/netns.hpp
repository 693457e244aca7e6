// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>

#include "bpf/base/fd.hpp"
#include "bpf/base/result.hpp"

namespace podmeter {

// A stay in another network namespace: ends with the object, or ends the process (abort) where there is no way back.
class NetnsStay {
 public:
  // ENOENT where there is no namespace at that path, or it is the one that the process is in, which is the node's.
  static Result<NetnsStay> enter(const std::string& path);
  ~NetnsStay();
  NetnsStay(NetnsStay&&) noexcept = default;
  NetnsStay& operator=(NetnsStay&&) = delete;

 private:
  explicit NetnsStay(Fd home) : home_(std::move(home)) {}

  Fd home_;
};

// Runs fn() in the network namespace at `path` and comes back. The only way into another namespace.
template <class Fn>
Result<std::invoke_result_t<Fn>> in_netns(const std::string& path, Fn fn) {
  const auto stay = NetnsStay::enter(path);
  if (!stay)
    return stay.error();
  return fn();
}

// The kernel's number for the calling thread's network namespace, never used twice between boots (SO_NETNS_COOKIE,
// Linux 5.14); 0 where the kernel has none.
Result<std::uint64_t> netns_cookie();
// Of the cookies of two namespaces, each perhaps unknown (0).
enum class SameNamespace : std::uint8_t { kYes, kNo, kUnknown };
SameNamespace compare_cookies(std::uint64_t a, std::uint64_t b);

}  // namespace podmeter
