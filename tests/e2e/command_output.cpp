// SPDX-License-Identifier: Apache-2.0
// The node's commands fail and say why if their output can't be written.
#include <fcntl.h>
#include <unistd.h>

#include <vector>

#include "tests/pods/make_pod.hpp"
#include "tests/runtime/cni.hpp"
#include "tests/runtime/node.hpp"
#include "tests/support/catch.hpp"

namespace podmeter::tests {
namespace {

using Arguments = std::vector<std::string>;

Run podmeter(const Arguments& arguments) {
  Run run(PODMETER_BINARY);
  for (const auto& argument : arguments)
    run.argument(argument);
  return run;
}

bool print_to_full() {
  return ::dup2(::open("/dev/full", O_WRONLY | O_CLOEXEC), STDOUT_FILENO) == STDOUT_FILENO;
}

}  // namespace

TEST_CASE("a command whose output can't be written fails and says why") {
  const auto& command = GENERATE(values<Arguments>({{"status"},
                                                    {"version"},
                                                    {"classify", "198.51.100.1"},
                                                    {"scopes", "check", PODMETER_SCOPES "/default.json"},
                                                    {"scopes", "apply", PODMETER_SCOPES "/default.json"},
                                                    {"reconcile", "--cni-conf-dir", "/run", "--cni-cache-dir", "/run"},
                                                    {"--help"},
                                                    {"--version"}}));
  const auto output = GENERATE(as<std::string>(), "table", "json");
  Arguments arguments = command;
  if (!command.front().starts_with("--"))
    arguments.insert(arguments.end(), {"--output", output});
  const Node node;
  const auto pod = make_pod();
  make_succeeding(add_call(pod.netns));
  CHECK(podmeter(arguments).finish().status == 0);
  const auto full = podmeter(arguments).first(print_to_full).finish();
  INFO(command.front() << ' ' << output << ": " << full.log);
  CHECK(full.status == 1);
  CHECK(full.log.find("write to stdout: No space left on device") != std::string::npos);
}

}  // namespace podmeter::tests
