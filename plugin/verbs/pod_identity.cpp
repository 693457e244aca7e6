// SPDX-License-Identifier: Apache-2.0
#include "plugin/verbs/pod_identity.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "bpf/base/printable.hpp"
#include "bpf/base/symlink_text.hpp"
#include "bpf/base/utf8.hpp"
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

// Written as JSON, these take a second byte (RFC 8259, section 7); the other control characters are replaced before.
std::size_t encoded_size(char c) {
  return std::string_view("\"\\\t\n\r").find(c) == std::string_view::npos ? 1 : 2;
}

std::size_t encoded_size(const std::string& text) {
  std::size_t size = 0;
  for (const char c : text)
    size += encoded_size(c);
  return size;
}

// UTF-8 without control characters but tab, newline and return, which have a short form in JSON.
std::string plain(const std::string& value) {
  std::string text;
  for (const char c : valid_utf8(value)) {
    const bool is_control = (static_cast<unsigned char>(c) < ' ' && encoded_size(c) == 1) || c == '\x7f';
    text += is_control ? "\xef\xbf\xbd" : std::string(1, c);
  }
  return text;
}

// Cut to what takes `most` bytes in JSON.
std::string cut_to_encoded(const std::string& value, std::size_t most) {
  std::size_t end = 0, size = 0;
  while (end < value.size() && size + encoded_size(value[end]) <= most)
    size += encoded_size(value[end++]);
  return end == value.size() ? value : shortened(value, end);
}

using Labels = std::map<std::string, std::string>;

Labels labels_of(const Request& request, const Settings& settings) {
  Labels labels;
  const auto* annotations = annotations_of(*request.config);
  if (annotations == nullptr)
    return labels;
  for (const auto& [annotation, label] : settings.annotation_labels) {
    const auto value = annotations->find(annotation);
    if (value != annotations->end() && value->is_string())
      labels[label] = plain(value->get<std::string>());
  }
  return labels;
}

// The greatest size to which each of these can be cut for their sum to be within `room`.
std::size_t fair_share(std::vector<std::size_t> sizes, std::size_t room) {
  std::ranges::sort(sizes);
  for (std::size_t i = 0; i < sizes.size(); i++) {
    const std::size_t share = room / (sizes.size() - i);
    if (sizes[i] > share)
      return share;
    room -= sizes[i];
  }
  return kSymlinkMax;
}

void cut_labels(Labels& labels, std::size_t room) {
  std::vector<std::size_t> sizes;
  for (auto& [label, value] : labels) {
    if (value.size() > kLabelValueMax)
      value = shortened(value, kLabelValueMax);
    sizes.push_back(encoded_size(value));
  }
  const std::size_t share = fair_share(sizes, room);
  for (auto& [label, value] : labels)
    value = cut_to_encoded(value, share);
}

// A path that is longer is not kept: reconcile then can't look into the namespace.
std::string kept_path(const std::string& path) {
  return path.size() <= kPodFieldMax ? path : "";
}

// The room that is left in an identity; none where it doesn't fit.
std::optional<std::size_t> room_in(const Identity& identity) {
  const std::size_t size = to_text(identity).size() + kReserve;
  return size <= kSymlinkMax ? std::optional(kSymlinkMax - size) : std::nullopt;
}

// With empty values; the longest names go where there are too many for an identity.
std::size_t name_labels(Identity& identity, const Labels& labels, std::vector<std::string>& faults) {
  for (const auto& [label, value] : labels)
    identity.labels[label] = "";
  for (;;) {
    if (const auto room = room_in(identity); room || identity.labels.empty())
      return room.value_or(0);
    const auto longest =
        std::ranges::max_element(identity.labels, {}, [](const auto& one) { return one.first.size(); });
    faults.push_back("label '" + printable(longest->first) + "' does not fit: left out");
    identity.labels.erase(longest);
  }
}

// "NAME (300 bytes), …", of the labels whose values are shorter than they were.
std::string cut_annotations(const Settings& settings, const Labels& before, const Labels& after) {
  std::string all;
  for (const auto& [annotation, label] : settings.annotation_labels) {
    const auto was = before.find(label), is = after.find(label);
    if (was != before.end() && is != after.end() && was->second != is->second)
      all += (all.empty() ? "" : ", ") + printable(annotation) + " (" + std::to_string(was->second.size()) + " bytes)";
  }
  return all;
}

}  // namespace

NamedPod name_pod(const Request& request, const Settings& settings) {
  NamedPod named;
  auto& [identity, faults, cut] = named;
  identity.attachment = request.attachment;
  identity.network = bounded("network name", request.network, kPodFieldMax, faults);
  identity.pod_namespace = argument(request, "K8S_POD_NAMESPACE", faults);
  identity.pod = argument(request, "K8S_POD_NAME", faults);
  identity.uid = argument(request, "K8S_POD_UID", faults);
  identity.netns = kept_path(request.netns);
  if (!room_in(identity)) {
    faults.emplace_back("identity does not fit: known by its container ID alone");
    identity.pod_namespace = identity.pod = identity.uid = "";
  }
  const auto labels = labels_of(request, settings);
  const std::size_t room = name_labels(identity, labels, faults);
  for (auto& [label, value] : identity.labels)
    value = labels.at(label);
  cut_labels(identity.labels, room);
  cut = cut_annotations(settings, labels, identity.labels);
  return named;
}

}  // namespace podmeter
