// SPDX-License-Identifier: Apache-2.0
// Containers that come and go at the same time: each is added, sends and receives, and is deleted or stays.
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

struct Container {
  Port port;
  std::string id;
  Datagrams datagrams;     // while it is metered
  bool is_removed = true;  // by a DEL; else it stays

  // "container/interface"
  [[nodiscard]] std::string name() const { return id + '/' + port.name(); }
};
// The containers of one port, one after the other.
using PortContainers = std::vector<Container>;

// Runs them all: a thread a port, a process a call. A call must succeed, change nothing of the result, and have no
// error to log; after DEL nothing may be attached.
class AllContainers {
 public:
  // That many calls may be under way at the same time; `fields` are every call's configuration.
  AllContainers(const ManyPods& many_pods, int calls_at_once, ordered_json fields)
      : many_pods_(many_pods), calls_at_once_(calls_at_once), fields_(std::move(fields)) {}

  void run(const std::vector<PortContainers>& ports);
  // Deletes those that stayed.
  void remove(const std::vector<PortContainers>& ports);
  // The faults so far, a line each.
  [[nodiscard]] const std::vector<std::string>& faults() const { return faults_; }

 private:
  void for_each(const std::vector<PortContainers>& ports, const std::function<void(const Container&)>& step);
  void run(const Container& container);
  void remove(const Container& container);
  void call(const Container& container, const Call& call);
  void fault(const Container& container, const std::string& text);

  const ManyPods& many_pods_;
  std::counting_semaphore<> calls_at_once_;
  ordered_json fields_;
  std::mutex mutex_;
  std::vector<std::string> faults_;
};

// Every container has one meter, live or ended, that counted exactly its datagrams; and there is no other meter.
void check_containers(const PinTree& tree, const std::vector<PortContainers>& ports);

}  // namespace podmeter::tests
