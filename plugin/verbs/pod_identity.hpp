// SPDX-License-Identifier: Apache-2.0
// A pod's identity, from what the runtime says.
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

// The pod as the runtime names it.
struct NamedPod {
  Identity identity;
  std::vector<std::string> faults;  // a name of the runtime's or of a label that doesn't fit, and is cut or left out
  std::string cut;                  // the annotations whose values are cut: a pod's owner may write anything
};

// From CNI_ARGS, the network's name and the pod's annotations. A control character in an annotation, other than tab,
// newline and return, becomes U+FFFD. The labels share the room that an identity has: a long one is cut before a short
// one loses anything. `meter`, `attach`, `ifindex`, `netns_cookie` and
// `start_ns` are left for ADD to fill in.
NamedPod name_pod(const Request& request, const Settings& settings);

}  // namespace podmeter
