// SPDX-License-Identifier: Apache-2.0
#include "plugin/cli/reconcile_command.hpp"

#include <csignal>
#include <nlohmann/json.hpp>

#include "plugin/cli/print.hpp"
#include "plugin/cli/text_table.hpp"

namespace podmeter {
namespace {

using nlohmann::ordered_json;

ordered_json list_of(const std::vector<RepairMade>& repairs) {
  ordered_json list = ordered_json::array();
  for (const auto& [repair, subject, why] : repairs)
    list.push_back({{"repair", repair_name(repair)}, {"subject", subject.key}, {"name", subject.text}, {"why", why}});
  return list;
}

std::string as_json(const Reconciled& all, DryRun dry_run) {
  const ordered_json text = {{"dry_run", dry_run == DryRun::kYes},
                             {"repairs", list_of(all.repairs)},
                             {"put_off", list_of(all.put_off)},
                             {"failures", ordered_json(all.failures)}};
  return text.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

// "nothing to repair" is for a pass that could look at everything.
std::string as_table(const Reconciled& all, DryRun dry_run) {
  constexpr std::size_t kTextColumns = 3;
  TextTable table({dry_run == DryRun::kYes ? "WOULD" : "REPAIR", "SUBJECT", "WHY"}, kTextColumns);
  for (const auto& [repair, subject, why] : all.repairs)
    table.add({std::string(repair_name(repair)), subject.text, why});
  std::string text = all.repairs.empty() ? "" : table.text();
  for (const auto& [repair, subject, why] : all.put_off)
    text += "put off, as another process is at it: " + std::string(repair_name(repair)) + ' ' + subject.text + ": " +
            why + '\n';
  for (const auto& failure : all.failures)
    text += "failed: " + failure + '\n';
  return text.empty() ? "nothing to repair\n" : text;
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

  // True where one came within that time.
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
  WarningHistory history;
  if (!interval) {
    const auto all = reconcile(options, history);
    const int printed =
        print("reconcile", output == Output::kJson ? as_json(all, options.dry_run) : as_table(all, options.dry_run));
    return all.failures.empty() ? printed : 1;
  }
  const EndSignals signals;
  std::signal(SIGPIPE, SIG_IGN);  // the log's reader may go
  do
    (void)reconcile(options, history);
  while (!signals.come_within(*interval));
  return 0;
}

}  // namespace podmeter
