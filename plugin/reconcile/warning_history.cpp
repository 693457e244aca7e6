// SPDX-License-Identifier: Apache-2.0
#include "plugin/reconcile/warning_history.hpp"

#include <utility>

namespace podmeter {

void WarningHistory::begin_pass() {
  passes_++;
  before_ = std::exchange(now_, {});
}

void WarningHistory::warn(const Log& log, const std::string& message, const LogFields& fields) {
  if (is_new(message, fields))
    log.warn(message, fields);
}

void WarningHistory::error(const Log& log, const std::string& message, const LogFields& fields) {
  if (is_new(message, fields))
    log.error(message, fields);
}

bool WarningHistory::is_new(const std::string& message, const LogFields& fields) {
  LogFields all = {{"msg", message}};
  all.insert(all.end(), fields.begin(), fields.end());
  const std::string warning = format_line(LogFormat::kLogfmt, std::move(all));
  return now_.insert(warning).second && !before_.contains(warning);
}

}  // namespace podmeter
