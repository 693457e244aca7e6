// SPDX-License-Identifier: Apache-2.0
// The CNI's commands, each as its specification reads. An error of metering is a Failure; the caller decides by the
// failure policy what the runtime hears of it.
#pragma once

#include <vector>

#include "bpf/tree/identity.hpp"
#include "plugin/protocol/request.hpp"
#include "plugin/verbs/context.hpp"
#include "plugin/verbs/failure.hpp"

namespace podmeter {

// Meters the pod from here on: both directions attached, or nothing left behind. A meter that is already in place and
// whole stays the one meter; one that isn't is ended first.
Metered add(const Context& context, const Request& request, const Identity& pod);
// Ends the meter if there is one. Everything that can be done is done, whatever fails.
Failures del(const Context& context, const Request& request);
// Fails where link, map, program or identity is missing.
Metered check(const Context& context, const Request& request);
// Ends the meters of the request's network that are not among the valid attachments, and removes unfinished ones.
// Everything that can be done is done, whatever fails.
Failures gc(const Context& context, const Request& request, const std::vector<Attachment>& valid);
// Fails where an ADD could not be served now, which it finds out by trying; a success is good for a minute. Makes and
// mounts nothing.
Metered status(const Context& context);

}  // namespace podmeter
