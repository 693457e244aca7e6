// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "bpf/tree/identity.hpp"
#include "plugin/protocol/request.hpp"
#include "plugin/protocol/settings.hpp"

namespace podmeter {

// Longest values that are kept, in bytes. Kubernetes: a pod's name is a DNS subdomain (RFC 1123, 253), which bounds the
// rest; podmeter: an annotation's value as a label.
inline constexpr std::size_t kPodFieldMax = 253;
inline constexpr std::size_t kLabelValueMax = 256;

// The pod as the runtime names it, and what of that had to be shortened or left out to fit.
struct NamedPod {
  Identity identity;
  std::vector<std::string> faults;
};

// From CNI_ARGS, the network's name and the pod's annotations. `meter`, `attach`, `ifindex`, `netns_cookie` and
// `start_ns` are left for ADD to fill in.
NamedPod name_pod(const Request& request, const Settings& settings);

}  // namespace podmeter
