// SPDX-License-Identifier: Apache-2.0
// One HTTP request on a connection of its own, as plain as it gets.
#pragma once

#include <cstdint>
#include <string>

#include "bpf/base/result.hpp"

namespace podmeter::bench {

enum class Encoding : std::uint8_t { kPlain, kGzip };

struct Reply {
  double milliseconds = 0;  // from before the connection until the server closed it
  std::size_t bytes = 0;    // of the body, as it came
};

// Asks the loopback's `port`. An answer other than 200 is an error; ECONNREFUSED where nobody listens.
Result<Reply> http_get(std::uint16_t port, const std::string& path, Encoding encoding);

}  // namespace podmeter::bench
