// SPDX-License-Identifier: Apache-2.0
// Texts for the runtime on stdout, and the list of attachments that GC gets from it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "bpf/tree/meter_name.hpp"
#include "plugin/protocol/cni_error.hpp"

namespace podmeter {

// The previous plugin's result, with every field that it had.
std::string result_text(const nlohmann::json& previous);
std::string error_text(const CniError& error, const std::string& version);
std::string version_text(const std::string& version);

// GC's `cni.dev/valid-attachments`. Fails where it is missing or malformed: taken for an empty list, it would end every
// meter.
Result<std::vector<Attachment>, CniError> valid_attachments(const nlohmann::json& network);

}  // namespace podmeter
