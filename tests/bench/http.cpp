// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/http.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bpf/base/fd.hpp"
#include "tests/bench/numbers.hpp"

namespace podmeter::bench {
namespace {

Result<Fd> connect_to(std::uint16_t port) {
  Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (!socket.valid() || ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    return system_error("connect to port " + std::to_string(port));
  return socket;
}

Result<std::string> ask(const Fd& socket, const std::string& request) {
  if (::send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
    return system_error("send a request");
  std::string answer;
  char block[65536];
  ssize_t size = 0;
  while ((size = ::read(socket.get(), block, sizeof(block))) > 0)
    answer.append(block, static_cast<std::size_t>(size));
  if (size < 0)
    return system_error("read an answer");
  return answer;
}

}  // namespace

Result<Reply> http_get(std::uint16_t port, const std::string& path, Encoding encoding) {
  const std::string accept = encoding == Encoding::kGzip ? "Accept-Encoding: gzip\r\n" : "";
  const auto start = now_ns();
  const auto socket = connect_to(port);
  if (!socket)
    return socket.error();
  const auto answer =
      ask(*socket, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + accept + "Connection: close\r\n\r\n");
  if (!answer)
    return answer.error();
  const double took = static_cast<double>(now_ns() - start) / 1e6;
  const auto body = answer->find("\r\n\r\n");
  if (!answer->starts_with("HTTP/1.1 200 ") || body == std::string::npos)
    return Error{"get '" + path + "': " + answer->substr(0, answer->find('\r'))};
  return Reply{took, answer->size() - body - 4};
}

}  // namespace podmeter::bench
