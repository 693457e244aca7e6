// SPDX-License-Identifier: Apache-2.0
// A network namespace of a test's own: held by a descriptor, gone when nothing holds it.
#pragma once

#include <string>

#include "bpf/base/fd.hpp"
#include "bpf/base/result.hpp"
#include "tests/pods/user_ns.hpp"

namespace podmeter::tests {

// The calling thread is in another namespace while this lives.
class InNetNs {
 public:
  explicit InNetNs(Fd home) : home_(std::move(home)) {}
  ~InNetNs();  // ends the process where there is no way back
  InNetNs(InNetNs&&) = default;
  InNetNs& operator=(InNetNs&&) = delete;

 private:
  Fd home_;
};

class NetNs {
 public:
  // New, with nothing but a loopback that is down. `ipv6` says whether interfaces made in it will have IPv6.
  enum class Ipv6Stack { kOn, kOff };
  static Result<NetNs> create(Ipv6Stack ipv6 = Ipv6Stack::kOn);
  // The same, owned by a user namespace: its root has every capability there.
  static Result<NetNs> create_in(const UserNs& owner, Ipv6Stack ipv6 = Ipv6Stack::kOn);

  [[nodiscard]] Result<InNetNs> enter() const;
  [[nodiscard]] int fd() const { return fd_.get(); }
  // The path by which another process opens it, as a runtime's CNI_NETNS; valid while this lives.
  [[nodiscard]] std::string path() const;

 private:
  explicit NetNs(Fd fd) : fd_(std::move(fd)) {}

  Fd fd_;
};

}  // namespace podmeter::tests
