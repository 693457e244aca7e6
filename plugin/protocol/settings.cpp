// SPDX-License-Identifier: Apache-2.0
#include "plugin/protocol/settings.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <string_view>

#include "bpf/base/printable.hpp"
#include "bpf/tree/label_names.hpp"
#include "plugin/protocol/cni_variables.hpp"
#include "plugin/protocol/duration.hpp"

namespace podmeter {
namespace {

using nlohmann::json;

// Fields of the specification, of libcni and of the plugins' common configuration. podmeter ignores them.
constexpr std::string_view kForeign[] = {
    "cniVersion", "cniVersions", "name", "type",       "disableCheck", "disableGC",     "args",
    "ipMasq",     "ipam",        "dns",  "prevResult", "capabilities", "runtimeConfig", "loadOnlyInlinedPlugins"};

constexpr std::string_view kFailurePolicies[] = {"open", "closed"};
static_assert(std::size(kFailurePolicies) == static_cast<std::size_t>(FailurePolicy::kClosed) + 1);

// "auto", and the ways of attaching in their order.
constexpr auto kAttachWords = [] {
  std::array<std::string_view, std::size(kAttachNames) + 1> words{"auto"};
  std::ranges::copy(kAttachNames, words.begin() + 1);
  return words;
}();

// Reads fields one after the other. A wrong field keeps its default and adds a fault.
class FieldReader {
 public:
  FieldReader(const json& network, std::vector<std::string>& faults) : network_(network), faults_(faults) {}

  enum class Empty : std::uint8_t { kRefused, kAllowed };
  void absolute_path(const char* name, std::string& value, Empty empty);
  void text(const char* name, std::string& value);
  // `words` are the names of the enum's values, in order.
  template <class Choice>
  void choice(const char* name, std::span<const std::string_view> words, Choice& value);
  void duration(const char* name, std::chrono::nanoseconds& value);
  void labels(const char* name, std::map<std::string, std::string>& value);
  void group(const char* name, std::string& value);
  void refuse_unknown();

 private:
  const json* find(const char* name);
  void fault(const std::string& name, const std::string& why) { faults_.push_back("field '" + name + "': " + why); }

  const json& network_;
  std::vector<std::string>& faults_;
  std::set<std::string> known_;
};

const json* FieldReader::find(const char* name) {
  known_.insert(name);
  const auto field = network_.find(name);
  return field == network_.end() ? nullptr : &*field;
}

void FieldReader::text(const char* name, std::string& value) {
  const auto* field = find(name);
  if (field == nullptr)
    return;
  if (!field->is_string() || field->get_ref<const std::string&>().find('\0') != std::string::npos)
    return fault(name, "must be a string");
  value = field->get<std::string>();
}

void FieldReader::absolute_path(const char* name, std::string& value, Empty empty) {
  std::string path = value;
  text(name, path);
  if (path.empty() ? empty == Empty::kRefused : path.front() != '/')
    return fault(name, "'" + printable(path) + "' is not an absolute path");
  value = path;
}

template <class Choice>
void FieldReader::choice(const char* name, std::span<const std::string_view> words, Choice& value) {
  const auto* field = find(name);
  if (field == nullptr)
    return;
  std::string allowed;
  for (std::size_t i = 0; i < words.size(); i++) {
    if (field->is_string() && *field == words[i]) {
      value = static_cast<Choice>(i);
      return;
    }
    allowed += (allowed.empty() ? "'" : ", '") + std::string(words[i]) + "'";
  }
  fault(name, printable(field->dump()) + " is not one of " + allowed);
}

void FieldReader::duration(const char* name, std::chrono::nanoseconds& value) {
  const auto* field = find(name);
  if (field == nullptr)
    return;
  if (!field->is_string())
    return fault(name, "must be a string such as \"15m\"");
  const auto parsed = parse_duration(field->get<std::string>());
  if (!parsed)
    return fault(name, parsed.error().text);
  value = *parsed;
}

// The rule that a label broke; empty where it is allowed.
std::string label_fault(const std::string& annotation, const json& label) {
  const std::string of_annotation = " for annotation '" + printable(annotation) + "' ";
  if (!label.is_string())
    return "the label" + of_annotation + "must be a string";
  const auto& name = label.get_ref<const std::string&>();
  const std::string subject = "label '" + printable(name) + "'" + of_annotation;
  if (!is_label_name(name))
    return subject + "is not a Prometheus label name: letters, digits and '_', no digit first, no '__' first";
  if (is_reserved_label_name(name))
    return subject + "is reserved: podmeter or Prometheus uses it";
  return {};
}

void FieldReader::labels(const char* name, std::map<std::string, std::string>& value) {
  const auto* field = find(name);
  if (field == nullptr)
    return;
  if (!field->is_object())
    return fault(name, "must be an object from annotation names to label names");
  std::map<std::string, std::string> read;
  std::set<std::string> seen;
  for (const auto& [annotation, label] : field->items()) {
    if (const auto why = label_fault(annotation, label); !why.empty())
      return fault(name, why);
    if (!seen.insert(label.get<std::string>()).second)
      return fault(name, "label '" + printable(label.get_ref<const std::string&>()) + "' stands for two annotations");
    read[annotation] = label.get<std::string>();
  }
  value = read;
}

// A wrong group leaves the value empty: the default group could take a tree from its readers.
void FieldReader::group(const char* name, std::string& value) {
  const std::size_t faults = faults_.size();
  text(name, value);
  if (value.empty())
    fault(name, "must not be empty");
  if (faults_.size() != faults)
    value.clear();
}

// Fields that a runtime adds have a dot or a slash in their names. Any other unknown field is an error.
void FieldReader::refuse_unknown() {
  for (const auto& [name, value] : network_.items())
    if (!known_.contains(name) && std::ranges::find(kForeign, name) == std::end(kForeign) &&
        name.find_first_of("./") == std::string::npos)
      faults_.push_back("field '" + printable(name) + "' is unknown");
}

}  // namespace

ReadSettings read_settings(const json& network) {
  ReadSettings read;
  Settings& settings = read.settings;
  FieldReader fields(network, read.faults);
  fields.absolute_path("pinRoot", settings.pin_root, FieldReader::Empty::kRefused);
  fields.absolute_path("scopes", settings.scopes, FieldReader::Empty::kRefused);
  std::size_t attach = 0;
  fields.choice("attach", kAttachWords, attach);
  if (attach != 0)
    settings.attach = kAttachModes[attach - 1];
  fields.choice("failurePolicy", kFailurePolicies, settings.failure_policy);
  fields.labels("annotationLabels", settings.annotation_labels);
  fields.duration("endedRetention", settings.ended_retention);
  fields.group("group", settings.group);
  fields.absolute_path("logFile", settings.log_file, FieldReader::Empty::kAllowed);
  fields.choice("logLevel", kLogLevels, settings.log_level);
  fields.refuse_unknown();
  return read;
}

}  // namespace podmeter
