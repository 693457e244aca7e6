// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "bpf/walk.hpp"

namespace podmeter {

// A pass over the meters as programs read it:
// {"meters": [{"namespace", "pod", "uid", "container_id", "interface", "meter", "state", "attach", "netns_cookie",
//   "start_timestamp_seconds", "labels": {…}, "counters": [{"direction", "scope", "bytes", "packets"} …]} …],
//  "broken": [{"path", "error"} …]}
nlohmann::ordered_json reading_json(const Walk& walk);

}  // namespace podmeter
