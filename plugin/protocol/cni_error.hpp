// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "bpf/base/result.hpp"

namespace podmeter {

// CNI specification 1.1.0, section "Error"; from 100 on the codes are the plugin's own.
enum class CniCode : unsigned {
  kIncompatibleVersion = 1,
  kInvalidEnvironment = 4,
  kIo = 5,
  kDecode = 6,
  kInvalidConfig = 7,
  kUnavailable = 50,
  kMetering = 100,
};

// What a verb answers with when it fails.
struct CniError {
  CniCode code;
  std::string message;
  std::string details;
};

// What a verb writes to stdout: a result, or nothing.
using CniReply = Result<std::string, CniError>;

}  // namespace podmeter
