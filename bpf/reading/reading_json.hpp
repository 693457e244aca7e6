// SPDX-License-Identifier: Apache-2.0
// The tree for programs, but for Prometheus: a JSON object.
#pragma once

#include <string>

#include "bpf/reading/tree_reading.hpp"

namespace podmeter {

// {"meters": [{"namespace", "pod", "uid", "container_id", "interface", "meter", "state", "attach", "netns_cookie",
//   "start_timestamp_seconds", "labels": {…}, "counters": [{"direction", "scope", "bytes", "packets"} …]} …],
//  "broken": [{"path", "error"} …]}
// `broken` has everything that can't be read: meters, the scopes' names, totals' records, failures, repairs.
std::string reading_json(const TreeReading& reading);

}  // namespace podmeter
