// SPDX-License-Identifier: Apache-2.0
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>

#include "plugin/cli/commands.hpp"
#include "plugin/host/budget.hpp"
#include "plugin/verbs/serve_cni.hpp"

namespace {

constexpr char kNoInput[] =
    R"({"cniVersion":"1.0.0","code":6,"msg":"podmeter: the network configuration on stdin did not end in time"})"
    "\n";
constexpr char kNoMemory[] = R"({"cniVersion":"1.0.0","code":5,"msg":"podmeter: out of memory"})"
                             "\n";

// The outcome where there is none of the verb's own. A DEL succeeds whatever happens.
podmeter::Outcome last_outcome(const char* error) {
  const char* const command = std::getenv("CNI_COMMAND");
  return command != nullptr && std::string_view(command) == "DEL" ? podmeter::Outcome{} : podmeter::Outcome{error, 1};
}

// Calls again after EINTR, until the budget is spent.
template <class Call>
ssize_t repeated(const podmeter::Budget& budget, Call call) {
  ssize_t result = 0;
  do
    result = call();
  while (result < 0 && errno == EINTR && !budget.is_spent());
  return result;
}

// Reads at most 16 MiB (a configuration has some KiB). When the budget is spent, the input read so far is used.
std::string read_input() {
  constexpr std::size_t kInputMax = 16U << 20;
  const auto last = last_outcome(kNoInput);
  const podmeter::Budget budget(podmeter::kMeteringBudget, last.output, last.exit_status);
  std::string input;
  char block[65536];
  ssize_t size = 0;
  while (input.size() < kInputMax &&
         (size = repeated(budget, [&] { return ::read(STDIN_FILENO, block, sizeof(block)); })) > 0)
    input.append(block, static_cast<std::size_t>(size));
  return input;
}

podmeter::Invocation read_invocation(char** environment) {
  podmeter::Invocation invocation;
  for (char** entry = environment; *entry != nullptr; entry++) {
    const std::string_view variable = *entry;
    const std::size_t equals = variable.find('=');
    if (variable.starts_with("CNI_") && equals != std::string_view::npos)
      invocation.environment.emplace(variable.substr(0, equals), variable.substr(equals + 1));
  }
  invocation.input = read_input();
  return invocation;
}

// If a runtime left one of the three closed, the next file that podmeter opens would get that number, and log lines
// or the reply would be written into it.
void fill_standard_descriptors() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (::fcntl(fd, F_GETFD) < 0)
      (void)::open("/dev/null", O_RDWR);  // open() returns the lowest free number: this one
}

bool write_output(const std::string& text) {
  const podmeter::Budget budget(podmeter::kMeteringBudget, "", 1);
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t size =
        repeated(budget, [&] { return ::write(STDOUT_FILENO, text.data() + done, text.size() - done); });
    if (size < 0)
      return false;
    done += static_cast<std::size_t>(size);
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  fill_standard_descriptors();
  libbpf_set_print(nullptr);  // libbpf would print to stderr, beside the log
  if (std::getenv("CNI_COMMAND") == nullptr)
    return podmeter::run_tool(argc, argv);
  std::signal(SIGPIPE, SIG_IGN);  // a reader of stderr that is gone must not end an ADD
  try {
    const auto outcome = podmeter::serve_cni(read_invocation(environ));
    return write_output(outcome.output) ? outcome.exit_status : 1;
  } catch (const std::exception& e) {  // out of memory: even then the runtime gets a CNI error
    const auto last = last_outcome(kNoMemory);
    write_output(last.output);
    return last.exit_status;
  }
}
