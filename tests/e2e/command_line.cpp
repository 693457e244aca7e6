// SPDX-License-Identifier: Apache-2.0
// The command line of podmeter without CNI_COMMAND: exit statuses, usage errors, help and version.
#include "tests/runtime/run.hpp"
#include "tests/support/catch.hpp"

namespace podmeter::tests {
namespace {

using Arguments = std::vector<std::string>;

Finished podmeter(const Arguments& arguments) {
  Run run(PODMETER_BINARY);
  for (const auto& argument : arguments)
    run.argument(argument);
  return run.finish();
}

std::string joined(const Arguments& arguments) {
  std::string text;
  for (const auto& argument : arguments)
    text += ' ' + argument;
  return text;
}

}  // namespace

TEST_CASE("a usage error exits 2 with a plain message on stderr that names the command's help") {
  struct Row {
    Arguments arguments;
    std::string command, message;
  };
  const auto row = GENERATE(values<Row>({
      {{}, "podmeter", "a command is required: status, classify, scopes, reconcile, version"},
      {{"bogus"}, "podmeter", "unknown command 'bogus'"},
      {{"--bogus"}, "podmeter", "unknown flag '--bogus'"},
      {{"scopes"}, "podmeter scopes", "a command is required: check, apply"},
      {{"scopes", "bogus"}, "podmeter scopes", "unknown command 'bogus'"},
      {{"scopes", "check"}, "podmeter scopes check", "FILE is required"},
      {{"scopes", "check", "a", "b"}, "podmeter scopes check", "unexpected argument 'b'"},
      {{"classify"}, "podmeter classify", "ADDRESS is required"},
      {{"status", "--bogus=1"}, "podmeter status", "unknown flag '--bogus=1'"},
      {{"status", "--pin-root"}, "podmeter status", "--pin-root needs a value"},
      {{"status", "--pin-root=a", "--pin-root=b"}, "podmeter status", "--pin-root is given more than once"},
      {{"status", "--output", "xml"}, "podmeter status", "--output: 'xml' is not one of table, json"},
      {{"reconcile", "--interval", "15"},
       "podmeter reconcile",
       "--interval: '15' is not a duration such as 15m or 1h30m"},
      {{"reconcile", "--interval", "0s"}, "podmeter reconcile", "--interval: must be more than 0"},
      {{"reconcile", "--dry-run=maybe"}, "podmeter reconcile", "a flag was given a value that it doesn't take"},
  }));
  INFO(joined(row.arguments));
  const auto finished = podmeter(row.arguments);
  CHECK(finished.status == 2);
  CHECK(finished.output.empty());
  CHECK(finished.log == row.command + ": " + row.message + "\nSee '" + row.command + " --help'.\n");
}

TEST_CASE("a command that fails exits 1") {
  const auto arguments = GENERATE(values<Arguments>({{"scopes", "check", "/nowhere"},
                                                     {"classify", "--scopes", "/nowhere", "10.0.0.1"},
                                                     {"classify", "--pin-root=/nowhere", "10.0.0.1"},
                                                     {"status", "--pin-root=/dev/null"}}));
  INFO(joined(arguments));
  const auto finished = podmeter(arguments);
  CHECK(finished.status == 1);
  CHECK(finished.output.empty());
  CHECK(finished.log.starts_with("podmeter " + arguments.front()));
}

TEST_CASE("the option --version prints the same as the command version, for every command") {
  const auto version = podmeter({"version"});
  CHECK(version.status == 0);
  CHECK(version.output.starts_with("podmeter " PODMETER_VERSION " (pins v"));
  const auto arguments =
      GENERATE(values<Arguments>({{"--version"}, {"status", "--version"}, {"scopes", "check", "--version"}}));
  INFO(joined(arguments));
  const auto finished = podmeter(arguments);
  CHECK(finished.status == 0);
  CHECK(finished.output == version.output);
  CHECK(finished.log.empty());
}

TEST_CASE("the option --help of every command has its usage, and its defaults, in lines of at most 120 characters") {
  struct Row {
    Arguments arguments;
    std::string text;
  };
  const auto row = GENERATE(values<Row>({
      {{}, "Usage: podmeter COMMAND [options]\n"},
      {{"status"}, "(default /sys/fs/bpf/podmeter)\n"},
      {{"classify"}, "Usage: podmeter classify [options] ADDRESS...\n"},
      {{"scopes"}, "Usage: podmeter scopes COMMAND [options]\n"},
      {{"scopes", "check"}, "Usage: podmeter scopes check [options] FILE\n"},
      {{"scopes", "apply"}, "(default /etc/podmeter/scopes.json)\n"},
      {{"reconcile"}, "(default /var/lib/cni)\n"},
      {{"version"}, "Usage: podmeter version [options]\n"},
  }));
  INFO(joined(row.arguments));
  auto arguments = row.arguments;
  arguments.emplace_back("--help");
  const auto finished = podmeter(arguments);
  CHECK(finished.status == 0);
  CHECK(finished.log.empty());
  INFO(finished.output);
  CHECK(finished.output.find(row.text) != std::string::npos);
  for (std::size_t at = 0, end = 0; (end = finished.output.find('\n', at)) != std::string::npos; at = end + 1)
    CHECK(end - at <= 120);
}

}  // namespace podmeter::tests
