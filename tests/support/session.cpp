// SPDX-License-Identifier: Apache-2.0
#define CATCH_CONFIG_RUNNER
#include "tests/support/session.hpp"

#include <unistd.h>

#include <cstdio>

#include "tests/support/catch.hpp"

namespace podmeter::tests {
namespace {

constexpr int kSkipped = 77;

bool only_lists(Catch::Session& session) {
  const auto& config = session.configData();
#if __has_include(<catch2/catch_all.hpp>)
  const bool lists = config.listTests || config.listTags || config.listReporters || config.listListeners;
#else
  const bool lists = config.listTests || config.listTags || config.listReporters || config.listTestNamesOnly;
#endif
  return lists || config.showHelp;
}

}  // namespace

int run_tests(int argc, char** argv) {
  return Catch::Session().run(argc, argv);
}

int run_tests_as_root(int argc, char** argv, Result<void> (*enter)()) {
  Catch::Session session;
  if (const int failed = session.applyCommandLine(argc, argv); failed != 0)
    return failed;
  if (only_lists(session))
    return session.run();
  if (::geteuid() != 0)
    return kSkipped;
  if (const auto entered = enter(); !entered) {
    std::fprintf(stderr, "%s\n", entered.error().text.c_str());
    return 1;
  }
  return session.run();
}

}  // namespace podmeter::tests
