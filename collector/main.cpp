// SPDX-License-Identifier: Apache-2.0
#include <malloc.h>

#include <csignal>
#include <cstdio>

#include "collector/http/server.hpp"
#include "collector/http/site.hpp"
#include "collector/http/web_config.hpp"
#include "collector/options.hpp"

namespace podmeter {
namespace {

// Called before any thread is created: threads inherit the mask, so only sigwait() takes these signals.
sigset_t block_stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

Result<void> serve(const Options& options, const Log& log) {
  const auto address = parse_listen_address(options.listen_address);
  if (!address)
    return address.error().in("listen address");
  const auto config = options.web_config_file.empty() ? WebConfig() : read_web_config(options.web_config_file);
  if (!config)
    return config.error();
  const sigset_t signals = block_stop_signals();
  Site site(PinTree(options.pin_root), options.telemetry_path, config->users, log);
  const auto server = Server::start(*address, site, log);
  if (!server)
    return server.error();
  log.info("listening", {{"address", options.listen_address},
                         {"port", std::to_string(server->port())},
                         {"pin_root", options.pin_root},
                         {"version", PODMETER_VERSION}});
  int signal = 0;
  sigwait(&signals, &signal);
  log.info("stopping", {{"signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"}});
  return {};
}

int run(const std::variant<Options, EarlyExit>& parsed) {
  if (const auto* exit = std::get_if<EarlyExit>(&parsed)) {
    std::fputs(exit->text.c_str(), exit->status == kExitDone ? stdout : stderr);
    return exit->status;
  }
  const auto& options = std::get<Options>(parsed);
  // With glibc's default of several arenas, each thread that made a pass would keep that pass's memory.
  mallopt(M_ARENA_MAX, 1);
  const Log log(options.log_level, options.log_format);
  const auto served = serve(options, log);
  if (!served)
    log.error("cannot serve", {{"err", served.error().text}});
  return served ? kExitDone : kExitFailed;
}

}  // namespace
}  // namespace podmeter

int main(int argc, char** argv) {
  return podmeter::run(podmeter::parse_options(argc, argv));
}
