// SPDX-License-Identifier: Apache-2.0
#include "bpf/base/result.hpp"

#include <system_error>

namespace podmeter {

Error system_error(const std::string& doing, int code) {
  return {doing + ": " + std::generic_category().message(code), code};
}

Error system_error(const std::string& doing) {
  return system_error(doing, errno);
}

}  // namespace podmeter
