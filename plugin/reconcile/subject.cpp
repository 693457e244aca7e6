// SPDX-License-Identifier: Apache-2.0
#include "plugin/reconcile/subject.hpp"

#include "bpf/base/printable.hpp"
#include "bpf/tree/meter_name.hpp"
#include "plugin/protocol/cni_variables.hpp"

namespace podmeter {

Subject subject_of(const Identity& identity) {
  constexpr std::size_t kShortId = 12;  // as podman and crictl show one
  const std::string container = printable(identity.attachment.container_id.substr(0, kShortId));
  const std::string interface = printable(identity.attachment.interface);
  const std::string key = subject_of(identity.attachment);
  if (identity.pod.empty())
    return {key, "container " + container + " (" + interface + ')'};
  return {key, printable(identity.pod_namespace) + '/' + printable(identity.pod) + " (" + container + ", " + interface +
                   ')'};
}

Subject subject_of(const std::string& name) {
  const auto attachment = decode_name(name);
  if (!attachment)
    return {name, "meter '" + printable(name) + "'"};
  Identity identity;
  identity.attachment = *attachment;
  return {name, subject_of(identity).text};
}

}  // namespace podmeter
