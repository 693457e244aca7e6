// SPDX-License-Identifier: Apache-2.0
#include "plugin/verbs/pod_identity.hpp"

#include <map>
#include <nlohmann/json.hpp>

#include "bpf/base/printable.hpp"
#include "bpf/base/symlink_text.hpp"
#include "plugin/protocol/cni_variables.hpp"

namespace podmeter {
namespace {

using nlohmann::json;

constexpr char kAnnotations[] = "io.kubernetes.cri.pod-annotations";
// The fields that ADD fills in later take less than this, but for the namespace's path.
constexpr std::size_t kReserve = 256;

// Cut to `most` bytes, not inside a UTF-8 sequence.
std::string shortened(const std::string& value, std::size_t most) {
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xc0) == 0x80)
    end--;
  return value.substr(0, end);
}

std::string bounded(const std::string& what, const std::string& value, std::size_t most,
                    std::vector<std::string>& faults) {
  if (value.size() <= most)
    return value;
  faults.push_back(what + " has " + std::to_string(value.size()) + " bytes: cut to " + std::to_string(most));
  return shortened(value, most);
}

std::string argument(const Request& request, const char* key, std::vector<std::string>& faults) {
  const auto found = request.args.find(key);
  return found == request.args.end() ? "" : bounded(key, found->second, kPodFieldMax, faults);
}

const json* annotations_of(const json& config) {
  const auto runtime = config.find("runtimeConfig");
  if (runtime == config.end() || !runtime->is_object())
    return nullptr;
  const auto annotations = runtime->find(kAnnotations);
  return annotations == runtime->end() || !annotations->is_object() ? nullptr : &*annotations;
}

std::map<std::string, std::string> labels_of(const Request& request, const Settings& settings,
                                             std::vector<std::string>& faults) {
  std::map<std::string, std::string> labels;
  const auto* annotations = annotations_of(*request.config);
  if (annotations == nullptr)
    return labels;
  for (const auto& [annotation, label] : settings.annotation_labels) {
    const auto value = annotations->find(annotation);
    if (value != annotations->end() && value->is_string())
      labels[label] = bounded("annotation " + printable(annotation), value->get<std::string>(), kLabelValueMax, faults);
  }
  return labels;
}

// A path that is longer is not kept: reconcile then can't look into the namespace.
std::string kept_path(const std::string& path) {
  return path.size() <= kPodFieldMax ? path : "";
}

bool fits(const Identity& identity) {
  return to_text(identity).size() + kReserve <= kSymlinkMax;
}

}  // namespace

NamedPod name_pod(const Request& request, const Settings& settings) {
  NamedPod named;
  auto& [identity, faults] = named;
  identity.attachment = request.attachment;
  identity.network = bounded("network name", request.network, kPodFieldMax, faults);
  identity.pod_namespace = argument(request, "K8S_POD_NAMESPACE", faults);
  identity.pod = argument(request, "K8S_POD_NAME", faults);
  identity.uid = argument(request, "K8S_POD_UID", faults);
  identity.netns = kept_path(request.netns);
  identity.labels = labels_of(request, settings, faults);
  if (!fits(identity)) {
    faults.emplace_back("identity does not fit with its labels: left out");
    identity.labels.clear();
  }
  if (!fits(identity)) {
    faults.emplace_back("identity does not fit: known by its container ID alone");
    identity.pod_namespace = identity.pod = identity.uid = "";
  }
  return named;
}

}  // namespace podmeter
