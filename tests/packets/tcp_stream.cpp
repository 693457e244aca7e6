// SPDX-License-Identifier: Apache-2.0
#include "tests/packets/tcp_stream.hpp"

#include <sys/time.h>

#include <algorithm>
#include <cerrno>
#include <vector>

namespace podmeter::tests {
namespace {

Result<Fd> open_socket(const NetNs& netns, int family) {
  const auto inside = netns.enter();
  if (!inside)
    return inside.error();
  Fd fd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval patience{5, 0};
  if (!fd.valid() || ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) != 0 ||
      ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) != 0)
    return system_error("open a TCP socket");
  return fd;
}

Result<void> await_end(const Fd& fd) {
  char byte = 0;
  if (::recv(fd.get(), &byte, sizeof(byte), 0) != 0)
    return system_error("await the end of a TCP connection");
  return {};
}

}  // namespace

Result<TcpStream> TcpStream::connect(const NetNs& from, const NetNs& to, const Endpoint& at, int window) {
  const auto address = socket_address(at);
  auto listener = open_socket(to, address.storage.ss_family);
  if (!listener)
    return listener.error();
  // Before there is a connection: its window is scaled by it.
  if (::setsockopt(listener->get(), SOL_SOCKET, SO_RCVBUF, &window, sizeof(window)) != 0 ||
      ::bind(listener->get(), address.get(), address.size) != 0 || ::listen(listener->get(), 1) != 0)
    return system_error("listen on " + at.ip);
  auto client = open_socket(from, address.storage.ss_family);
  if (!client)
    return client.error();
  if (::connect(client->get(), address.get(), address.size) != 0)
    return system_error("connect to " + at.ip);
  Fd server(::accept4(listener->get(), nullptr, nullptr, SOCK_CLOEXEC));
  const timeval patience{5, 0};
  if (!server.valid() || ::setsockopt(server.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) != 0)
    return system_error("accept a connection");
  return TcpStream(std::move(*client), std::move(server));
}

Result<void> TcpStream::send(std::size_t bytes) const {
  std::vector<char> out(1 << 20, 'x'), in(out.size());
  for (std::size_t sent = 0, received = 0; received < bytes;) {
    const auto wrote = ::send(from_.get(), out.data(), std::min(out.size(), bytes - sent), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (wrote < 0 && errno != EAGAIN)
      return system_error("send by TCP");
    sent += static_cast<std::size_t>(std::max<ssize_t>(wrote, 0));
    const auto read = ::recv(to_.get(), in.data(), in.size(), wrote > 0 ? MSG_DONTWAIT : 0);
    if (read == 0 || (read < 0 && (errno != EAGAIN || wrote <= 0)))
      return system_error("receive by TCP");
    received += static_cast<std::size_t>(std::max<ssize_t>(read, 0));
  }
  return {};
}

Result<void> TcpStream::close() {
  if (::shutdown(from_.get(), SHUT_WR) != 0)
    return system_error("end a TCP connection");
  if (auto ended = await_end(to_); !ended)
    return ended;
  to_ = Fd();
  return await_end(from_);
}

}  // namespace podmeter::tests
