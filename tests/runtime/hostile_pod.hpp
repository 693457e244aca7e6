// SPDX-License-Identifier: Apache-2.0
// A pod with CAP_NET_ADMIN that attacks its meter.
#pragma once

#include <functional>
#include <string>

#include "tests/pods/pod.hpp"
#include "tests/pods/user_ns.hpp"
#include "tests/runtime/run.hpp"

namespace podmeter::tests {

// A pod whose processes may do what they like with its network, and with nothing else: the node's bpffs is out of their
// reach.
class HostilePod {
 public:
  // By CAP_NET_ADMIN and CAP_NET_RAW and no other capability, as a container gets them; or as the root of a user
  // namespace that owns the pod's network namespace.
  enum class Privilege : std::uint8_t { kCapabilities, kUserNamespace };
  static HostilePod create(Privilege privilege);

  [[nodiscard]] const Pod& pod() const { return pod_; }
  // Another network namespace, which the pod could have made.
  [[nodiscard]] NetNs make_netns() const;

  // Lines of `ip -batch` or `tc -batch`: the exit status.
  [[nodiscard]] int ip(const std::string& lines) const;
  [[nodiscard]] int tc(const std::string& lines) const;
  // Moves eth0 to another namespace: the exit status.
  [[nodiscard]] int move_to(const NetNs& netns) const;
  // A function's result, from 0 to 127, in a process there.
  [[nodiscard]] int run(const std::function<int()>& body) const;

 private:
  HostilePod(UserNs user, Pod pod, Privilege privilege)
      : user_(std::move(user)), pod_(std::move(pod)), privilege_(privilege) {}
  [[nodiscard]] int batch(const char* program, const std::string& lines) const;
  // In a process of its own.
  [[nodiscard]] bool become() const;

  UserNs user_;
  Pod pod_;
  Privilege privilege_;
};

}  // namespace podmeter::tests
