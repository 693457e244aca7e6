// SPDX-License-Identifier: Apache-2.0
// A call in the log and in the counts of failures.
#pragma once

#include "bpf/base/log.hpp"
#include "bpf/events/failures.hpp"
#include "plugin/protocol/request.hpp"

namespace podmeter {

FailureCommand command_of(Verb verb);
// The reason of a failure that is a DEL's malformed input.
FailureReason fault_reason(const CniError& fault);
// In every line of the call: its command, pod and interface, named as the metrics' labels.
LogFields log_fields(const Request& request);

}  // namespace podmeter
