// SPDX-License-Identifier: Apache-2.0
#include "bpf/base/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <utility>

namespace podmeter {
namespace {

using Rows = std::vector<std::pair<std::string, std::string>>;

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

std::string section(const std::string& title, const Rows& rows) {
  std::size_t width = 0;
  for (const auto& [left, right] : rows)
    width = std::max(width, left.size());
  std::string text = rows.empty() ? "" : '\n' + title + ":\n";
  for (const auto& [left, right] : rows)
    text += "  " + left + std::string(width - left.size() + 2, ' ') + right + '\n';
  return text;
}

std::string flags_of(const CLI::Option& option) {
  std::string text;
  for (const auto& name : option.get_snames())
    text += (text.empty() ? "-" : ", -") + name;
  for (const auto& name : option.get_lnames())
    text += (text.empty() ? "--" : ", --") + name;
  return option.get_type_size() == 0 ? text : text + ' ' + option.get_type_name();
}

std::string description_of(const CLI::Option& option) {
  const std::string& value = option.get_default_str();
  return option.get_description() + (value.empty() ? "" : " (default " + value + ")");
}

std::string usage_of(const CLI::Option& argument) {
  std::string text = argument.get_name(true);
  if (argument.get_items_expected_max() > 1)
    text += "...";
  return argument.get_required() ? text : '[' + text + ']';
}

std::string help_text(const CLI::App* app, const std::string& name) {
  std::string usage = name + (commands_of(*app).empty() ? " [options]" : " COMMAND [options]");
  Rows commands, arguments, options;
  for (const auto* command : commands_of(*app))
    commands.emplace_back(command->get_name(), command->get_description());
  for (const auto* option : app->get_options()) {
    if (option->get_positional()) {
      usage += ' ' + usage_of(*option);
      arguments.emplace_back(option->get_name(true), description_of(*option));
    } else if (option != app->get_help_ptr() && option != app->get_version_ptr()) {
      options.emplace_back(flags_of(*option), description_of(*option));
    }
  }
  for (const auto* option : {app->get_help_ptr(), app->get_version_ptr()})
    options.emplace_back(flags_of(*option), description_of(*option));
  const std::string footer = app->get_footer();
  return app->get_description() + ".\n\nUsage: " + usage + '\n' + section("Commands", commands) +
         section("Arguments", arguments) + section("Options", options) + (footer.empty() ? "" : '\n' + footer + '\n');
}

struct Parsed {
  const CLI::App* command;  // the innermost that was named
  std::string name;         // "podmeter scopes check"
};

Parsed parsed_command(const CLI::App& app) {
  Parsed parsed{&app, app.get_name()};
  while (!parsed.command->get_subcommands().empty()) {
    parsed.command = parsed.command->get_subcommands().front();
    parsed.name += ' ' + parsed.command->get_name();
  }
  return parsed;
}

std::string missing(const CLI::App& command, const CLI::ParseError& error) {
  std::string names;
  for (const auto* each : commands_of(command))
    names += (names.empty() ? "" : ", ") + each->get_name();
  return names.empty() ? error.what() : "a command is required: " + names;
}

// CLI11 says of one error "--pin-root: 1 required PATH missing", of the other "--pin-root: At Most 1 required …".
std::string wrong_number(const std::string& text) {
  const std::string option = text.substr(0, text.find(':'));
  return option + (text.ends_with("missing") ? " needs a value" : " is given more than once");
}

std::string fault_of(const CLI::App& app, const CLI::App& command, const CLI::ParseError& error) {
  const auto unknown = app.remaining(true);
  if (!unknown.empty()) {
    const bool is_flag = unknown.front().starts_with('-');
    return std::string(is_flag                        ? "unknown flag"
                       : commands_of(command).empty() ? "unexpected argument"
                                                      : "unknown command") +
           " '" + unknown.front() + "'";
  }
  if (error.get_name() == "RequiredError")
    return missing(command, error);
  if (error.get_name() == "ArgumentMismatch")
    return wrong_number(error.what());
  if (error.get_name() == "ConversionError")  // every option of ours takes text, so it is a flag
    return "a flag was given a value that it doesn't take";
  return error.what();
}

}  // namespace

void add_help_flag(CLI::App& app) {
  app.set_help_flag("-h,--help", "Show this help");
  app.formatter_fn(
      [](const CLI::App* one, const std::string& name, CLI::AppFormatMode) { return help_text(one, name); });
}

void add_version_flag(CLI::App& app, const std::string& version) {
  app.set_version_flag("--version", version, "Show the version");
  for (auto* command : app.get_subcommands([](CLI::App*) { return true; }))
    add_version_flag(*command, version);
}

std::function<std::string(const std::string&)> one_of(std::vector<std::string> words) {
  return [words = std::move(words)](const std::string& value) {
    if (std::ranges::find(words, value) != words.end())
      return std::string();
    return "'" + value + "' is not one of " + CLI::detail::join(words, ", ");
  };
}

std::string check_not_empty(const std::string& value) {
  return value.empty() ? "must not be empty" : "";
}

EarlyExit early_exit(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_name() == "CallForHelp")
    return {kExitDone, app.help()};
  if (error.get_name() == "CallForVersion")
    return {kExitDone, std::string(error.what()) + '\n'};
  const auto [command, name] = parsed_command(app);
  return {kExitUsage, name + ": " + fault_of(app, *command, error) + "\nSee '" + name + " --help'.\n"};
}

}  // namespace podmeter
