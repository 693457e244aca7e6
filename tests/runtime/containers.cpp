// SPDX-License-Identifier: Apache-2.0
#include "tests/runtime/containers.hpp"

#include <thread>

#include "tests/runtime/node.hpp"

namespace podmeter::tests {
namespace {

bool is_good(const Call& call, const Reply& reply) {
  if (!reply.ok() || reply.finished.log.find(" error ") != std::string::npos)
    return false;
  if (call.environment.at("CNI_COMMAND") != "ADD")
    return reply.finished.output.empty();
  return nlohmann::json(reply.json()) == nlohmann::json(call.network.at("prevResult"));
}

}  // namespace

void AllLives::for_each(const std::vector<PortLives>& ports, const std::function<void(const Life&)>& step) {
  std::vector<std::thread> threads;
  threads.reserve(ports.size());
  for (const auto& port : ports)
    threads.emplace_back([&] {
      for (const auto& life : port)
        step(life);
    });
  for (auto& thread : threads)
    thread.join();
}

void AllLives::live(const std::vector<PortLives>& ports) {
  for_each(ports, [this](const Life& life) { live(life); });
}

void AllLives::end(const std::vector<PortLives>& ports) {
  for_each(ports, [this](const Life& life) {
    if (!life.is_over)
      end(life);
  });
}

void AllLives::live(const Life& life) {
  call(life, add_call(town_.pod(life.port), life.container));
  if (const auto passed = life.talk.pass(town_, life.port); !passed)
    fault(life, passed.error().text);
  if (life.is_over)
    end(life);
}

void AllLives::end(const Life& life) {
  const auto& pod = town_.pod(life.port);
  call(life, del_call(pod, life.container));
  if (!attached_programs(pod, life.port.name()).empty())
    fault(life, "is attached after DEL");
}

void AllLives::call(const Life& life, const Call& call) {
  const auto whole = with_variable(with(call, fields_), "CNI_IFNAME", life.port.name());
  calls_at_once_.acquire();
  auto started = run_of(whole).start();
  const Reply reply{started ? started->wait() : Finished{-1, "", started.error().text}};
  calls_at_once_.release();
  if (!is_good(whole, reply))
    fault(life, whole.environment.at("CNI_COMMAND") + ": " + reply.finished.output + reply.finished.log);
}

void AllLives::fault(const Life& life, const std::string& text) {
  const std::scoped_lock lock(mutex_);
  faults_.push_back(life.name() + ": " + text);
}

}  // namespace podmeter::tests
