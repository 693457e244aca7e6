// SPDX-License-Identifier: Apache-2.0
#include "tests/runtime/collector.hpp"

#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bpf/base/fd.hpp"
#include "tests/runtime/node.hpp"
#include "tests/runtime/own_node.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

constexpr uid_t kNobody = 65534;
constexpr std::uint16_t kPort = 9473;

bool become_nobody() {
  return ::setgroups(0, nullptr) == 0 && ::setresgid(kPodmeterGroup, kPodmeterGroup, kPodmeterGroup) == 0 &&
         ::setresuid(kNobody, kNobody, kNobody) == 0;
}

Result<Fd> connect_to_collector() {
  Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(kPort);
  if (!socket.valid() || ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    return system_error("connect to the collector");
  return socket;
}

// The body of the answer.
Result<std::string> get(const std::string& path) {
  const auto socket = connect_to_collector();
  if (!socket)
    return socket.error();
  const std::string request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  if (::send(socket->get(), request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
    return system_error("ask the collector");
  std::string answer;
  char block[65536];
  for (ssize_t size = 0; (size = ::read(socket->get(), block, sizeof(block))) > 0;)
    answer.append(block, static_cast<std::size_t>(size));
  const auto body = answer.find("\r\n\r\n");
  if (!answer.starts_with("HTTP/1.1 200 ") || body == std::string::npos)
    return Error{"get '" + path + "': " + answer.substr(0, answer.find('\r'))};
  return answer.substr(body + 4);
}

}  // namespace

// By a descriptor, because nobody may be barred from the folder that it is in.
Collector Collector::start() {
  const Fd program(::open(PODMETER_COLLECTOR, O_PATH | O_CLOEXEC));
  Collector collector(must(Run("/proc/self/fd/" + std::to_string(program.get()))
                               .argument("--web.listen-address=127.0.0.1:" + std::to_string(kPort))
                               .argument("--log.level=error")
                               .first(become_nobody)
                               .start()));
  REQUIRE(soon([] { return get("/healthz").has_value(); }));
  return collector;
}

Result<Series> Collector::scrape() const {
  const auto text = get("/metrics");
  if (!text)
    return text.error();
  return parse_series(*text);
}

}  // namespace podmeter::tests
