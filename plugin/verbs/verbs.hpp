// SPDX-License-Identifier: Apache-2.0
// The CNI's commands, each as its specification reads. What goes wrong with metering is a Failure; who called decides
// by the failure policy what becomes of it.
#pragma once

#include <vector>

#include "bpf/tree/identity.hpp"
#include "plugin/host/log.hpp"
#include "plugin/protocol/request.hpp"
#include "plugin/protocol/settings.hpp"
#include "plugin/verbs/failure.hpp"

namespace podmeter {

// One call: what is asked, how it is configured, where it logs, which group may read the pins (0: root alone).
struct Call {
  const Request& request;
  const Settings& settings;
  Log& log;
  gid_t readers = 0;
};

// Meters the pod from here on: both directions attached, or nothing left behind. A meter that is already in place and
// whole stays the one meter; one that isn't is ended first.
Metered add(Call& call, const Identity& pod);
// Ends the meter if there is one. Everything that can be done is done, whatever fails.
Metered del(Call& call);
// Fails where link, map, program or identity is missing.
Metered check(Call& call);
// Ends the meters of this network that are not among the valid attachments.
Metered gc(Call& call, const std::vector<Attachment>& valid);
// Whether an ADD could be served now.
Metered status(Call& call);

}  // namespace podmeter
