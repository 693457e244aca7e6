// SPDX-License-Identifier: Apache-2.0
#include "plugin/verbs/failure.hpp"

#include <cerrno>

#include "plugin/host/restrictions.hpp"

namespace podmeter {

Failure explained(Failure failure) {
  const bool is_refused = failure.error.code == EPERM || failure.error.code == EACCES;
  const bool is_kernels = failure.reason == FailureReason::kLoad || failure.reason == FailureReason::kAttach ||
                          failure.reason == FailureReason::kBpffs;
  if (!is_refused || !is_kernels)
    return failure;
  if (const auto cause = likely_cause(read_restrictions()); !cause.empty())
    failure.error.text += " (" + cause + ")";
  return failure;
}

}  // namespace podmeter
