// SPDX-License-Identifier: Apache-2.0
#include "plugin/cli/scopes_command.hpp"

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "bpf/scope_table/running_scopes.hpp"
#include "bpf/scopes/scope_source.hpp"
#include "bpf/tree/meter_store.hpp"
#include "bpf/tree/scope_names.hpp"
#include "plugin/cli/print.hpp"
#include "plugin/cli/text_table.hpp"
#include "plugin/host/bpffs.hpp"
#include "plugin/host/group.hpp"

namespace podmeter {
namespace {

using nlohmann::ordered_json;

ordered_json summary_json(const ScopeSet& scopes) {
  ordered_json list = ordered_json::array();
  for (std::size_t i = 0; i < scopes.names.size(); i++)
    list.push_back({{"name", scopes.names[i]},
                    {"prefixes", std::ranges::count(scopes.prefixes, i, &ScopedPrefix::scope)},
                    {"default", i == scopes.default_scope}});
  return list;
}

std::string summary_table(const ScopeSet& scopes) {
  TextTable table({"SCOPE", "PREFIXES", "DEFAULT"});
  for (const auto& scope : summary_json(scopes))
    table.add({scope["name"], scope["prefixes"].dump(), scope["default"] ? "yes" : ""});
  return table.text();
}

Result<std::uint64_t> put_into_use(const SourcedScopes& loaded, const PinTree& tree) {
  if (auto prepared = prepare_bpffs(tree.root()); !prepared)
    return prepared.error();
  const auto readers = find_readers(tree, "");  // an ADD's configuration says which group, not this command
  if (readers.fault)
    std::cerr << "podmeter scopes apply: " << readers.fault->text << '\n';
  if (auto made = make_tree(tree, readers.group); !made)
    return made.error();
  const auto lock = ScopeLock::take(tree, ScopeLock::Wait::kYes);
  if (!lock)
    return lock.error();
  return run_scopes(*lock, tree, loaded.scopes, loaded.source);
}

struct Verdict {
  std::string address;
  std::string scope;
  std::string prefix;                       // empty for the default scope
  std::optional<std::uint64_t> generation;  // of the table in use; empty for a file
};

// Looks up addresses in a scope file, or in the table in use.
struct Classifier {
  ScopeSet scopes;
  std::optional<TablePages> pages{};
  ScopeNames names{};

  [[nodiscard]] Result<Verdict> classify(const std::string& text) const;

 private:
  [[nodiscard]] Result<void> compare(const Verdict& verdict, const Address& address) const;
};

Result<Verdict> Classifier::classify(const std::string& text) const {
  const auto address = parse_address(text);
  if (!address)
    return address.error();
  const auto* match = longest_match(scopes, *address);
  Verdict verdict{text,
                  scopes.names[match == nullptr ? scopes.default_scope : match->scope],
                  match == nullptr ? "" : to_text(match->prefix),
                  {}};
  if (!pages)
    return verdict;
  verdict.generation = head_of(*pages).generation;
  if (auto same = compare(verdict, *address); !same)
    return same.error();
  return verdict;
}

// The table's pages must give the same scope as the prefixes from which they were made.
Result<void> Classifier::compare(const Verdict& verdict, const Address& address) const {
  const std::uint32_t slot = look_up(*pages, address);
  const auto found = std::ranges::find(names, slot, &ScopeName::slot);
  if (found != names.end() && found->name == verdict.scope)
    return {};
  return Error{verdict.address + ": the prefixes give scope '" + verdict.scope + "', but the table gives slot " +
               std::to_string(slot) + ": this is a bug in podmeter, please report it"};
}

Result<Classifier> file_classifier(const std::string& file) {
  auto loaded = load_scopes(file);
  if (!loaded)
    return loaded.error();
  return Classifier{std::move(loaded->scopes)};
}

Result<Classifier> running_classifier(const PinTree& tree) {
  auto running = read_running(tree);
  if (!running)
    return is_gone(running.error()) ? Error{"no scope table is in use below '" + tree.root() +
                                            "'; it is created with the first meter. To use a scope file: --scopes FILE"}
                                    : running.error();
  auto names = read_scope_names(tree.scope_names());
  if (!names)
    return names.error();
  return Classifier{std::move(running->scopes), std::move(running->pages), std::move(*names)};
}

std::string text_of(const std::vector<Verdict>& verdicts, Output output) {
  ordered_json list = ordered_json::array();
  TextTable table({"ADDRESS", "SCOPE", "PREFIX", "GENERATION"}, 3);
  for (const auto& [address, scope, prefix, generation] : verdicts) {
    list.push_back({{"address", address},
                    {"scope", scope},
                    {"prefix", prefix.empty() ? ordered_json() : ordered_json(prefix)},
                    {"generation", generation ? ordered_json(*generation) : ordered_json()}});
    table.add({address, scope, prefix.empty() ? "default" : prefix, generation ? std::to_string(*generation) : ""});
  }
  return output == Output::kJson ? list.dump(2) + '\n' : table.text();
}

}  // namespace

int check_scopes(const std::string& file, Output output) {
  const auto loaded = load_scopes(file);
  if (!loaded)
    return fail("scopes check", loaded.error());
  if (loaded->source == ScopeSource{})
    return fail("scopes check", system_error("open scope file '" + file + "'", ENOENT));
  if (const auto fits = check_size(loaded->scopes); !fits)
    return fail("scopes check", fits.error().in(file));
  return print("scopes check",
               output == Output::kJson ? summary_json(loaded->scopes).dump(2) + '\n' : summary_table(loaded->scopes));
}

int apply_scopes(const std::string& file, const std::string& pin_root, Output output) {
  const auto loaded = load_scopes(file);
  if (!loaded)
    return fail("scopes apply", loaded.error());
  const auto generation = put_into_use(*loaded, PinTree(pin_root));
  if (!generation)
    return fail("scopes apply", generation.error());
  if (output == Output::kJson)
    return print("scopes apply",
                 ordered_json{{"generation", *generation}, {"scopes", summary_json(loaded->scopes)}}.dump(2) + '\n');
  return print("scopes apply",
               "generation " + std::to_string(*generation) + " is in use\n" + summary_table(loaded->scopes));
}

int classify(const Classification& asked, Output output) {
  const auto classifier =
      asked.file.empty() ? running_classifier(PinTree(asked.pin_root)) : file_classifier(asked.file);
  if (!classifier)
    return fail("classify", classifier.error());
  std::vector<Verdict> verdicts;
  for (const auto& text : asked.addresses) {
    auto verdict = classifier->classify(text);
    if (!verdict)
      return fail("classify", verdict.error());
    verdicts.push_back(std::move(*verdict));
  }
  return print("classify", text_of(verdicts, output));
}

}  // namespace podmeter
