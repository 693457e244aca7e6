// SPDX-License-Identifier: Apache-2.0
#include "plugin/tool.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "bpf/pin_tree.hpp"
#include "bpf/reading_json.hpp"
#include "bpf/walk.hpp"
#include "plugin/reading_table.hpp"
#include "plugin/request.hpp"

namespace podmeter {
namespace {

struct Options {
  std::string pin_root = kDefaultPinRoot;
  std::string output = "table";
};

int show_status(const Options& options) {
  const auto meters = walk(PinTree(options.pin_root));
  if (!meters) {
    std::cerr << "podmeter status: " << meters.error().text << '\n';
    return 1;
  }
  std::cout << (options.output == "json" ? reading_json(*meters) : reading_table(*meters));
  return 0;
}

int show_version(const Options& options) {
  if (options.output == "json")
    std::cout << nlohmann::json{{"version", PODMETER_VERSION}, {"abi", PM_ABI_VERSION}, {"cniVersions", kCniVersions}}
              << '\n';
  else
    std::cout << "podmeter " PODMETER_VERSION " (pins v" << PM_ABI_VERSION << ", CNI 0.3.1 to " << kNewestCniVersion
              << ")\n";
  return 0;
}

void add_output(CLI::App* command, Options& options) {
  command->add_option("--output", options.output, "how to print: table or json")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
}

}  // namespace

int run_tool(int argc, char** argv) {
  CLI::App app(
      "podmeter counts the bytes that cross each pod's network interface.\n\n"
      "With CNI_COMMAND set it is a CNI chained plugin (ADD, DEL, CHECK, GC, STATUS, VERSION); without, it is\n"
      "the node's tool, with these commands:");
  Options options;
  auto* status = app.add_subcommand("status", "show every meter on this node with its counts");
  status->add_option("--pin-root", options.pin_root, "podmeter's tree in bpffs")->capture_default_str();
  add_output(status, options);
  auto* version = app.add_subcommand("version", "show the version, the tree's and CNI's");
  add_output(version, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e);
  }
  if (status->parsed())
    return show_status(options);
  if (version->parsed())
    return show_version(options);
  std::cout << app.help();
  return 0;
}

}  // namespace podmeter
