// SPDX-License-Identifier: Apache-2.0
// The HTTP server, on civetweb.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "bpf/base/log.hpp"
#include "bpf/base/result.hpp"
#include "collector/http/listen_address.hpp"
#include "collector/http/site.hpp"

struct mg_context;

namespace podmeter {

// Serves on a few threads of its own, until its destructor. A client has 5 seconds to send its request and 5 to take
// the response. Each connection is closed after one response.
class Server {
 public:
  // The site and the log must outlive the server.
  static Result<Server> start(const ListenAddress& address, Site& site, const Log& log);

  // The port it listens on; the one that the kernel chose for port 0.
  [[nodiscard]] int port() const;

 private:
  struct Stop {
    void operator()(mg_context* context) const;
  };
  // civetweb passes a pointer to it to each callback.
  struct Served {
    Served(Site& served_site, const Log& served_log) : site(served_site), log(served_log) {}

    Site& site;
    const Log& log;
    std::mutex mutex;
    bool starting = true;
    std::string start_error;  // civetweb's first message while it started
  };
  friend struct Callbacks;

  using Context = std::unique_ptr<mg_context, Stop>;

  static Result<Context> listen(Served& served, const std::string& port);
  Server(std::unique_ptr<Served> served, Context context) : served_(std::move(served)), context_(std::move(context)) {}

  std::unique_ptr<Served> served_;
  Context context_;
};

}  // namespace podmeter
