// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "bpf/reading/tree_reading.hpp"

namespace podmeter {

// A pass over the meters as programs read it, one JSON object (bytes that are not UTF-8 become U+FFFD):
// {"meters": [{"namespace", "pod", "uid", "container_id", "interface", "meter", "state", "attach", "netns_cookie",
//   "start_timestamp_seconds", "labels": {…}, "counters": [{"direction", "scope", "bytes", "packets"} …]} …],
//  "broken": [{"path", "error"} …]}
std::string reading_json(const Walk& walk);

}  // namespace podmeter
