// SPDX-License-Identifier: Apache-2.0
// What goes back to the runtime on stdout, and the one list that comes from it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "bpf/tree/meter_name.hpp"
#include "plugin/protocol/cni_error.hpp"

namespace podmeter {

// The previous plugin's result, unchanged in meaning.
std::string result_text(const nlohmann::json& previous);
std::string error_text(const CniError& error, const std::string& version);
std::string version_text(const std::string& version);

// GC's `cni.dev/valid-attachments`. An error where it is missing or malformed: an empty list ends every meter.
Result<std::vector<Attachment>, CniError> valid_attachments(const nlohmann::json& network);

}  // namespace podmeter
