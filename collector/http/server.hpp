// SPDX-License-Identifier: Apache-2.0
// A site on a TCP port, by civetweb.
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

// Serves from its own few threads until it goes. A client has a few seconds to send its request and as long to take the
// response; connections are not kept.
class Server {
 public:
  // The site and the log have to outlive the server.
  static Result<Server> start(const ListenAddress& address, Site& site, const Log& log);

  // The port it listens on, which the kernel chose where 0 was asked for.
  [[nodiscard]] int port() const;

 private:
  struct Stop {
    void operator()(mg_context* context) const;
  };
  // civetweb hands a pointer to it to every callback.
  struct Served {
    Served(Site& served_site, const Log& served_log) : site(served_site), log(served_log) {}

    Site& site;
    const Log& log;
    std::mutex mutex;
    bool starting = true;
    std::string trouble;  // what civetweb said while it started
  };
  friend struct Callbacks;

  using Context = std::unique_ptr<mg_context, Stop>;

  static Result<Context> listen(Served& served, const std::string& port);
  Server(std::unique_ptr<Served> served, Context context) : served_(std::move(served)), context_(std::move(context)) {}

  std::unique_ptr<Served> served_;
  Context context_;
};

}  // namespace podmeter
