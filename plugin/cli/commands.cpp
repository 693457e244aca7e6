// SPDX-License-Identifier: Apache-2.0
#include "plugin/cli/commands.hpp"

#include <CLI/CLI.hpp>
#include <functional>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "bpf/reading/reading_json.hpp"
#include "bpf/reading/tree_reading.hpp"
#include "bpf/scopes/scope_source.hpp"
#include "bpf/tree/pin_tree.hpp"
#include "plugin/cli/reconcile_command.hpp"
#include "plugin/cli/scopes_command.hpp"
#include "plugin/cli/status_table.hpp"
#include "plugin/protocol/duration.hpp"
#include "plugin/protocol/request.hpp"

namespace podmeter {
namespace {

struct Options {
  std::string pin_root = kDefaultPinRoot;
  Output output = Output::kTable;
  std::string scopes_file = kDefaultScopes;
  Classification classification{};
  ReconcileOptions reconcile{};
  std::string interval;
};

int show_status(const Options& options) {
  const auto reading = read_tree(PinTree(options.pin_root));
  if (const auto* problem = find_problem(reading, ProblemReason::kTree)) {
    std::cerr << "podmeter status: " << problem->error.text << '\n';
    return 1;
  }
  std::cout << (options.output == Output::kJson ? reading_json(reading) : reading_table(reading));
  return 0;
}

int show_version(const Options& options) {
  if (options.output == Output::kJson)
    std::cout << nlohmann::json{{"version", PODMETER_VERSION}, {"abi", PM_ABI_VERSION}, {"cniVersions", kCniVersions}}
              << '\n';
  else
    std::cout << "podmeter " PODMETER_VERSION " (pins v" << PM_ABI_VERSION << ", CNI 0.3.1 to " << kNewestCniVersion
              << ")\n";
  return 0;
}

void add_output(CLI::App* command, Options& options) {
  static const std::map<std::string, Output> words = {{"table", Output::kTable}, {"json", Output::kJson}};
  command->add_option("--output", options.output, "how to print: table or json")
      ->transform(CLI::CheckedTransformer(words).description("{table,json}"))
      ->default_str("table");
}

void add_pin_root(CLI::App* command, std::string& pin_root) {
  command->add_option("--pin-root", pin_root, "podmeter's tree in bpffs")->capture_default_str();
}

void add_status(CLI::App& app, Options& options, std::function<int()>& run) {
  auto* command = app.add_subcommand("status", "show every meter on this node with its counts");
  add_pin_root(command, options.pin_root);
  add_output(command, options);
  command->callback([&] { run = [&] { return show_status(options); }; });
}

void add_classify(CLI::App& app, Options& options, std::function<int()>& run) {
  auto* command = app.add_subcommand("classify", "say which scope addresses are in, by which prefix");
  auto& asked = options.classification;
  command->add_option("ADDRESS", asked.addresses, "IPv4 or IPv6")->required();
  command->add_option("--scopes", asked.file, "ask this scope file, not the table that runs");
  add_pin_root(command, options.pin_root);
  add_output(command, options);
  command->callback([&] {
    run = [&] {
      asked.pin_root = options.pin_root;
      return classify(asked, options.output);
    };
  });
}

void add_scopes(CLI::App& app, Options& options, std::function<int()>& run) {
  auto* scopes = app.add_subcommand("scopes", "look after the scopes that addresses are sorted into");
  scopes->require_subcommand(1);
  auto* check = scopes->add_subcommand("check", "say what is wrong with a scope file, by line, or how it reads");
  check->add_option("FILE", options.scopes_file, "the scope file")->required();
  add_output(check, options);
  check->callback([&] { run = [&] { return check_scopes(options.scopes_file, options.output); }; });
  auto* apply = scopes->add_subcommand(
      "apply",
      "make a scope file what all meters on this node count by, until an ADD or reconcile is configured with another");
  apply->add_option("FILE", options.scopes_file, "the scope file; where the default is not there, the built-in scopes")
      ->capture_default_str();
  add_pin_root(apply, options.pin_root);
  add_output(apply, options);
  apply->callback([&] { run = [&] { return apply_scopes(options.scopes_file, options.pin_root, options.output); }; });
}

void add_reconcile(CLI::App& app, Options& options, std::function<int()>& run) {
  auto* command = app.add_subcommand(
      "reconcile",
      "put the meters in order: end those whose pod is gone, attach again what was detached, replace another "
      "version's\n"
      "programs, apply a changed scope file, adopt pods that run without a meter, remove what was left half-made");
  auto& asked = options.reconcile;
  command->add_option("--interval", options.interval, "do so again and again, until SIGTERM, that long apart: 30s, 5m");
  command->add_flag_callback(
      "--dry-run", [&] { asked.dry_run = DryRun::kYes; }, "say what would be done, and do nothing");
  command->add_option("--pin-root", asked.pin_root, "podmeter's tree in bpffs; else those that the networks name");
  command->add_option("--cni-conf-dir", asked.conf_dir, "where the runtime's networks are configured")
      ->capture_default_str();
  command->add_option("--cni-cache-dir", asked.cache_dir, "where libcni keeps what it attached")->capture_default_str();
  add_output(command, options);
  command->callback([&] {
    if (options.interval.empty()) {
      run = [&] { return run_reconcile(options.reconcile, std::nullopt, options.output); };
      return;
    }
    const auto interval = parse_duration(options.interval);
    if (!interval || interval->count() == 0)
      throw CLI::ValidationError("--interval", interval ? "is 0" : interval.error().text);
    run = [&, interval = *interval] { return run_reconcile(options.reconcile, interval, options.output); };
  });
}

void add_version(CLI::App& app, Options& options, std::function<int()>& run) {
  auto* command = app.add_subcommand("version", "show the version, the tree's and CNI's");
  add_output(command, options);
  command->callback([&] { run = [&] { return show_version(options); }; });
}

}  // namespace

int run_tool(int argc, char** argv) {
  CLI::App app(
      "podmeter counts the bytes that cross each pod's network interface.\n\n"
      "With CNI_COMMAND set it is a CNI chained plugin (ADD, DEL, CHECK, GC, STATUS, VERSION); without, it is\n"
      "the node's tool, with these commands:");
  Options options;
  std::function<int()> run = [&] {
    std::cout << app.help();
    return 0;
  };
  for (const auto add : {add_status, add_classify, add_scopes, add_reconcile, add_version})
    add(app, options, run);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e);
  }
  return run();
}

}  // namespace podmeter
