// SPDX-License-Identifier: Apache-2.0
// The CNI_* variables, by the rules of CNI specification 1.1.0, section "Parameters".
#pragma once

#include <map>
#include <string>

#include "plugin/protocol/cni_error.hpp"
#include "plugin/protocol/request.hpp"

namespace podmeter {

// Fills in what the request's verb needs. Code 4, naming the variable, where it is missing or malformed.
Result<void, CniError> read_variables(const std::map<std::string, std::string>& environment, Request& request);

// "container/interface", for logs and output.
std::string subject_of(const Attachment& attachment);

}  // namespace podmeter
