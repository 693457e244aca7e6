// SPDX-License-Identifier: Apache-2.0
#include "plugin/cli/reconcile_command.hpp"

#include <csignal>
#include <iostream>
#include <nlohmann/json.hpp>

#include "plugin/cli/text_table.hpp"

namespace podmeter {
namespace {

using nlohmann::ordered_json;

std::string_view name_of(Repair repair) {
  return kRepairs[static_cast<int>(repair)];
}

std::string as_json(const Reconciled& all, DryRun dry_run) {
  ordered_json repairs = ordered_json::array();
  for (const auto& made : all.repairs)
    repairs.push_back({{"repair", name_of(made.repair)}, {"subject", made.subject}, {"why", made.why}});
  const ordered_json text = {
      {"dry_run", dry_run == DryRun::kYes}, {"repairs", repairs}, {"failures", ordered_json(all.failures)}};
  return text.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

std::string as_table(const Reconciled& all, DryRun dry_run) {
  if (all.repairs.empty())
    return "nothing to repair\n";
  constexpr std::size_t kTextColumns = 3;
  TextTable table({dry_run == DryRun::kYes ? "WOULD" : "REPAIR", "SUBJECT", "WHY"}, kTextColumns);
  for (const auto& made : all.repairs)
    table.add({std::string(name_of(made.repair)), made.subject, made.why});
  return table.text();
}

// Blocked while a pass goes on, which takes no longer than it must.
class EndSignals {
 public:
  EndSignals() {
    ::sigemptyset(&set_);
    for (const int signal : {SIGTERM, SIGINT})
      ::sigaddset(&set_, signal);
    ::sigprocmask(SIG_BLOCK, &set_, nullptr);
  }

  // Whether one came within that time.
  [[nodiscard]] bool come_within(std::chrono::nanoseconds time) const {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
    const timespec wait{seconds.count(), (time - seconds).count()};
    return ::sigtimedwait(&set_, nullptr, &wait) > 0;
  }

 private:
  sigset_t set_{};
};

}  // namespace

int run_reconcile(const ReconcileOptions& options, std::optional<std::chrono::nanoseconds> interval, Output output) {
  if (!interval) {
    const auto all = reconcile(options);
    std::cout << (output == Output::kJson ? as_json(all, options.dry_run) : as_table(all, options.dry_run));
    return all.failures.empty() && std::cout.flush() ? 0 : 1;
  }
  const EndSignals signals;
  std::signal(SIGPIPE, SIG_IGN);  // who read the log and has gone
  do
    (void)reconcile(options);
  while (!signals.come_within(*interval));
  return 0;
}

}  // namespace podmeter
