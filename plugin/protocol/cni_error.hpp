// SPDX-License-Identifier: Apache-2.0
// A CNI error, and the reply of a verb.
#pragma once

#include <string>

#include "bpf/base/result.hpp"

namespace podmeter {

// Codes of CNI specification 1.1.0, section "Error"; codes from 100 on belong to the plugin.
enum class CniCode : unsigned {
  kIncompatibleVersion = 1,
  kInvalidEnvironment = 4,
  kIo = 5,
  kDecode = 6,
  kInvalidConfig = 7,
  kUnavailable = 50,
  kMetering = 100,
};

// A verb's reply when it fails.
struct CniError {
  CniCode code;
  std::string message;
  std::string details;
};

// The text that a verb writes to stdout: a result, or nothing.
using CniReply = Result<std::string, CniError>;

}  // namespace podmeter
