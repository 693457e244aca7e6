// SPDX-License-Identifier: Apache-2.0
#include "tests/runtime/containers.hpp"

#include <thread>

#include "tests/runtime/node.hpp"

namespace podmeter::tests {
namespace {

bool is_good(const Call& call, const Reply& reply) {
  if (!reply.ok() || reply.finished.log.find("level=error") != std::string::npos)
    return false;
  if (call.environment.at("CNI_COMMAND") != "ADD")
    return reply.finished.output.empty();
  return nlohmann::json(reply.json()) == nlohmann::json(call.network.at("prevResult"));
}

}  // namespace

void AllContainers::for_each(const std::vector<PortContainers>& ports,
                             const std::function<void(const Container&)>& step) {
  std::vector<std::thread> threads;
  threads.reserve(ports.size());
  for (const auto& port : ports)
    threads.emplace_back([&] {
      for (const auto& container : port)
        step(container);
    });
  for (auto& thread : threads)
    thread.join();
}

void AllContainers::run(const std::vector<PortContainers>& ports) {
  for_each(ports, [this](const Container& container) { run(container); });
}

void AllContainers::remove(const std::vector<PortContainers>& ports) {
  for_each(ports, [this](const Container& container) {
    if (!container.is_removed)
      remove(container);
  });
}

void AllContainers::run(const Container& container) {
  call(container, add_call(many_pods_.pod(container.port), container.id));
  if (const auto passed = container.datagrams.pass(many_pods_, container.port); !passed)
    fault(container, passed.error().text);
  if (container.is_removed)
    remove(container);
}

void AllContainers::remove(const Container& container) {
  const auto& pod = many_pods_.pod(container.port);
  call(container, del_call(pod, container.id));
  if (!attached_programs(pod, container.port.name()).empty())
    fault(container, "is attached after DEL");
}

void AllContainers::call(const Container& container, const Call& call) {
  const auto whole = with_variable(with(call, fields_), "CNI_IFNAME", container.port.name());
  calls_at_once_.acquire();
  auto started = run_of(whole).start();
  const Reply reply{started ? started->wait() : Finished{-1, "", started.error().text}};
  calls_at_once_.release();
  if (!is_good(whole, reply))
    fault(container, whole.environment.at("CNI_COMMAND") + ": " + reply.finished.output + reply.finished.log);
}

void AllContainers::fault(const Container& container, const std::string& text) {
  const std::scoped_lock lock(mutex_);
  faults_.push_back(container.name() + ": " + text);
}

}  // namespace podmeter::tests
