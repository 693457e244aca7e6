// SPDX-License-Identifier: Apache-2.0
// The CNI_* variables, by the rules of CNI specification 1.1.0, section "Parameters".
#pragma once

#include <map>
#include <string>

#include "plugin/protocol/cni_error.hpp"
#include "plugin/protocol/request.hpp"

namespace podmeter {

// Fills in the variables that the request's verb needs. Fails with code 4, naming the variable, where one is missing or
// malformed.
Result<void, CniError> read_variables(const std::map<std::string, std::string>& environment, Request& request);
// DEL's. One that is missing or malformed stays empty in the request, and is among its faults.
void read_del_variables(const std::map<std::string, std::string>& environment, Request& request);

// "CONTAINER_ID/INTERFACE", for logs and output.
std::string subject_of(const Attachment& attachment);

}  // namespace podmeter
