// SPDX-License-Identifier: Apache-2.0
#include "plugin/cli/commands.hpp"

#include <CLI/CLI.hpp>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "bpf/base/command_line.hpp"
#include "bpf/reading/reading_json.hpp"
#include "bpf/reading/tree_reading.hpp"
#include "bpf/scopes/scope_source.hpp"
#include "bpf/tree/pin_tree.hpp"
#include "plugin/cli/print.hpp"
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
  if (const auto* problem = find_problem(reading, ProblemReason::kTree))
    return fail("status", problem->error);
  return print("status", options.output == Output::kJson ? reading_json(reading) : reading_table(reading));
}

std::string version_line() {
  return "podmeter " PODMETER_VERSION " (pins v" + std::to_string(PM_ABI_VERSION) + ", CNI " + kCniVersions[0] +
         " to " + kNewestCniVersion + ')';
}

int show_version(const Options& options) {
  if (options.output == Output::kJson)
    return print(
        "version",
        nlohmann::json{{"version", PODMETER_VERSION}, {"abi", PM_ABI_VERSION}, {"cniVersions", kCniVersions}}.dump() +
            '\n');
  return print("version", version_line() + '\n');
}

void add_output(CLI::App* command, Options& options) {
  command
      ->add_option_function<std::string>(
          "--output",
          [&](const std::string& word) { options.output = word == "json" ? Output::kJson : Output::kTable; },
          "Print a table or JSON: table, json")
      ->type_name("FORMAT")
      ->check(one_of({"table", "json"}))
      ->default_str("table");
}

void add_pin_root(CLI::App* command, std::string& pin_root) {
  command->add_option("--pin-root", pin_root, "podmeter's directory on a BPF filesystem")
      ->type_name("PATH")
      ->check(check_not_empty)
      ->capture_default_str();
}

void add_status(CLI::App& app, Options& options, std::function<int()>& run) {
  auto* command = app.add_subcommand("status", "Show every meter on this node and its counts");
  add_pin_root(command, options.pin_root);
  add_output(command, options);
  command->callback([&] { run = [&] { return show_status(options); }; });
}

void add_classify(CLI::App& app, Options& options, std::function<int()>& run) {
  auto* command = app.add_subcommand("classify", "Show the scope of an address and the prefix that decides it");
  auto& asked = options.classification;
  command->add_option("ADDRESS", asked.addresses, "IPv4 or IPv6 address")->required();
  command->add_option("--scopes", asked.file, "Use this scope file, not the table that is in use")->type_name("FILE");
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
  auto* scopes = app.add_subcommand("scopes", "Check a scope file or put it into use");
  scopes->require_subcommand(1);
  auto* check = scopes->add_subcommand("check", "Check a scope file; show its scopes, or its errors by line");
  check->add_option("FILE", options.scopes_file, "Scope file")->required();
  add_output(check, options);
  check->callback([&] { run = [&] { return check_scopes(options.scopes_file, options.output); }; });
  auto* apply = scopes->add_subcommand("apply", "Put a scope file into use for all meters on this node");
  apply->footer(
      "Without FILE, if the default doesn't exist, the built-in scopes are put into use. The next ADD or\n"
      "reconcile whose configuration names another scope file replaces them.");
  apply->add_option("FILE", options.scopes_file, "Scope file")->capture_default_str();
  add_pin_root(apply, options.pin_root);
  add_output(apply, options);
  apply->callback([&] { run = [&] { return apply_scopes(options.scopes_file, options.pin_root, options.output); }; });
}

constexpr char kRepairs[] =
    "A pass ends the meters of pods that are gone, attaches detached meters again, replaces programs of\n"
    "another version, applies a changed scope file, meters pods that run without a meter, and removes\n"
    "unfinished meters.";

std::string check_interval(const std::string& text) {
  const auto interval = parse_duration(text);
  if (!interval)
    return interval.error().text;
  return interval->count() == 0 ? "must be more than 0" : "";
}

void add_reconcile(CLI::App& app, Options& options, std::function<int()>& run) {
  auto* command = app.add_subcommand("reconcile", "Repair this node's meters, once or at an interval");
  command->footer(kRepairs);
  auto& asked = options.reconcile;
  command->add_option("--interval", options.interval, "Repeat until SIGTERM, this long apart, such as 30s or 5m")
      ->type_name("DURATION")
      ->check(check_interval);
  command->add_flag_callback(
      "--dry-run", [&] { asked.dry_run = DryRun::kYes; }, "Show what a pass would do, and do nothing");
  command
      ->add_option("--pin-root", asked.pin_root, "podmeter's directory on a BPF filesystem (default: by CNI network)")
      ->type_name("PATH");
  command->add_option("--cni-conf-dir", asked.conf_dir, "Directory of the CNI network configurations")
      ->type_name("PATH")
      ->capture_default_str();
  command->add_option("--cni-cache-dir", asked.cache_dir, "Directory of libcni's cache of attachments")
      ->type_name("PATH")
      ->capture_default_str();
  add_output(command, options);
  command->callback([&] {
    run = [&] {
      if (options.interval.empty())
        return run_reconcile(options.reconcile, std::nullopt, options.output);
      return run_reconcile(options.reconcile, *parse_duration(options.interval), options.output);
    };
  });
}

void add_version(CLI::App& app, Options& options, std::function<int()>& run) {
  auto* command = app.add_subcommand("version", "Show the versions of podmeter, its pins and CNI");
  add_output(command, options);
  command->callback([&] { run = [&] { return show_version(options); }; });
}

}  // namespace

int run_tool(int argc, char** argv) {
  CLI::App app("Counts the bytes that cross each pod's network interface, by scope of the remote address", "podmeter");
  app.require_subcommand(1);
  add_help_flag(app);
  Options options;
  std::function<int()> run;
  for (const auto add : {add_status, add_classify, add_scopes, add_reconcile, add_version})
    add(app, options, run);
  add_version_flag(app, version_line());
  app.footer("A container runtime calls podmeter as a CNI chained plugin, with CNI_COMMAND set.");  // no command's
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const auto [status, text] = early_exit(app, error);
    if (status == kExitDone)
      return print("--help", text);
    std::cerr << text;
    return status;
  }
  return run();
}

}  // namespace podmeter
