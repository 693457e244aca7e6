// SPDX-License-Identifier: Apache-2.0
// main() of the kernel tests: without root they are skipped (77), with it each process gets its own world.
#define CATCH_CONFIG_RUNNER
#include <unistd.h>

#include <cstdio>

#include "tests/catch.hpp"
#include "tests/kernel/own_world.hpp"

int main(int argc, char** argv) {
  constexpr int kSkipped = 77;
  Catch::Session session;
  if (const int failed = session.applyCommandLine(argc, argv); failed != 0)
    return failed;
  const auto& config = session.configData();
#if __has_include(<catch2/catch_all.hpp>)
  const bool lists = config.listTests || config.listTags || config.listReporters || config.listListeners;
#else
  const bool lists = config.listTests || config.listTags || config.listReporters || config.listTestNamesOnly;
#endif
  if (lists || config.showHelp)
    return session.run();
  if (::geteuid() != 0)
    return kSkipped;
  if (const auto entered = podmeter::tests::enter_own_world(); !entered) {
    std::fprintf(stderr, "%s\n", entered.error().text.c_str());
    return 1;
  }
  return session.run();
}
