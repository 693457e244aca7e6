// SPDX-License-Identifier: Apache-2.0
// Containers that live and die at once: each is added, talks, and goes or stays.
#pragma once

#include <functional>
#include <mutex>
#include <semaphore>
#include <string>
#include <vector>

#include "bpf/tree/pin_tree.hpp"
#include "tests/runtime/cni.hpp"
#include "tests/runtime/many_pods.hpp"

namespace podmeter::tests {

struct Life {
  Port port;
  std::string container;
  Talk talk;            // while it is metered
  bool is_over = true;  // by a DEL; else it stays

  // "container/interface"
  [[nodiscard]] std::string name() const { return container + '/' + port.name(); }
};
// The lives of one port, one after the other.
using PortLives = std::vector<Life>;

// Lives them all: a thread a port, a process a call. A call must succeed, change nothing of the result, and have no
// error to log; after DEL nothing may be attached.
class AllLives {
 public:
  // That many calls may be under way at the same time; `fields` are every call's configuration.
  AllLives(const Town& town, int calls_at_once, ordered_json fields)
      : town_(town), calls_at_once_(calls_at_once), fields_(std::move(fields)) {}

  void live(const std::vector<PortLives>& ports);
  // Ends those that stayed.
  void end(const std::vector<PortLives>& ports);
  // What went wrong, a line each.
  [[nodiscard]] const std::vector<std::string>& faults() const { return faults_; }

 private:
  void for_each(const std::vector<PortLives>& ports, const std::function<void(const Life&)>& step);
  void live(const Life& life);
  void end(const Life& life);
  void call(const Life& life, const Call& call);
  void fault(const Life& life, const std::string& text);

  const Town& town_;
  std::counting_semaphore<> calls_at_once_;
  ordered_json fields_;
  std::mutex mutex_;
  std::vector<std::string> faults_;
};

// Every life has one meter, live or ended, that counted exactly what it talked; and there is no other meter.
void check_lives(const PinTree& tree, const std::vector<PortLives>& ports);

}  // namespace podmeter::tests
