// SPDX-License-Identifier: Apache-2.0
#include "collector/http/server.hpp"

#include <civetweb.h>

#include <array>
#include <exception>

namespace podmeter {

struct Callbacks {
  using Served = Server::Served;
  static constexpr int kServerError = 500;

  // Called from C, so it must not throw. When memory runs out, the connection is closed without a response.
  static int begin_request(mg_connection* connection) noexcept {
    try {
      return answer(connection);
    } catch (const std::exception&) {
      return kServerError;
    }
  }

  static int answer(mg_connection* connection) {
    const mg_request_info& info = *mg_get_request_info(connection);
    const auto& served = *static_cast<const Served*>(info.user_data);
    const std::string_view method = text(info.request_method);
    const HttpResponse response =
        served.site.answer({method, text(info.local_uri), text(mg_get_header(connection, "Accept-Encoding")),
                            text(mg_get_header(connection, "Authorization"))});
    send(connection, response, method);
    return response.status;
  }

  static int log_message(const mg_connection* connection, const char* message) {
    auto* served = connection == nullptr ? nullptr : static_cast<Served*>(mg_get_user_context_data(connection));
    if (served == nullptr)
      return 1;
    served->log.debug("civetweb", {{"err", message}});
    const std::scoped_lock lock(served->mutex);
    if (served->starting && served->start_error.empty())
      served->start_error = message;
    return 1;
  }

  static int log_access(const mg_connection* /*connection*/, const char* /*message*/) { return 1; }

 private:
  static std::string_view text(const char* text) { return text == nullptr ? std::string_view() : text; }

  static void send(mg_connection* connection, const HttpResponse& response, std::string_view method) {
    const std::string head = "HTTP/1.1 " + std::to_string(response.status) + ' ' +
                             mg_get_response_code_text(connection, response.status) +
                             "\r\nContent-Length: " + std::to_string(response.body.size()) +
                             "\r\nConnection: close\r\n" + "X-Content-Type-Options: nosniff\r\n" + response.headers +
                             (response.type.empty() ? "" : "Content-Type: " + response.type + "\r\n") + "\r\n";
    // A failed write means that the client is gone or too slow: nothing is left to do.
    if (mg_write(connection, head.data(), head.size()) > 0 && method != "HEAD")
      mg_write(connection, response.body.data(), response.body.size());
  }
};

namespace {

// Few threads suffice: one of them at a time makes a pass, and each one takes memory.
constexpr char kThreads[] = "8";
constexpr char kTimeoutMs[] = "5000";

std::string listening_port(const ListenAddress& address) {
  const std::string port = std::to_string(address.port);
  if (address.host.empty())
    return (mg_check_feature(MG_FEATURES_IPV6) != 0 ? "+" : "") + port;
  return (is_ipv6(address) ? '[' + address.host + ']' : address.host) + ':' + port;
}

}  // namespace

Result<Server> Server::start(const ListenAddress& address, Site& site, const Log& log) {
  if (is_ipv6(address) && mg_check_feature(MG_FEATURES_IPV6) == 0)
    return Error{"listen on '[" + address.host + "]': civetweb is built without IPv6 here"};
  mg_init_library(MG_FEATURES_DEFAULT);
  auto served = std::make_unique<Served>(site, log);
  const std::string port = listening_port(address);
  auto context = listen(*served, port);
  if (!context)
    return context.error().in("listen on '" + port + "'");
  return Server(std::move(served), std::move(*context));
}

Result<Server::Context> Server::listen(Served& served, const std::string& port) {
  const char* options[] = {"listening_ports", port.c_str(),  "num_threads", kThreads, "request_timeout_ms",
                           kTimeoutMs,        "tcp_nodelay", "1",           nullptr};
  mg_callbacks callbacks{};
  callbacks.begin_request = Callbacks::begin_request;
  callbacks.log_message = Callbacks::log_message;
  callbacks.log_access = Callbacks::log_access;
  mg_init_data init{&callbacks, &served, options};
  std::array<char, 512> why{};
  mg_error_data error{nullptr, why.data(), why.size()};
  Context context(mg_start2(&init, &error));
  const std::scoped_lock lock(served.mutex);
  served.starting = false;
  // civetweb's log has the cause; its return value says only "Failed to setup server ports".
  if (!context)
    return Error{served.start_error.empty() ? why.data() : served.start_error};
  return context;
}

int Server::port() const {
  mg_server_port ports[1]{};
  return mg_get_server_ports(context_.get(), 1, ports) == 1 ? ports[0].port : 0;
}

void Server::Stop::operator()(mg_context* context) const {
  mg_stop(context);
  mg_exit_library();
}

}  // namespace podmeter
