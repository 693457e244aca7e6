// SPDX-License-Identifier: Apache-2.0
// A CNI call up to where it would touch the node. The input is the environment, a line each, an empty line, and stdin.
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "bpf/base/symlink_text.hpp"
#include "bpf/tree/label_names.hpp"
#include "plugin/protocol/reply.hpp"
#include "plugin/protocol/settings.hpp"
#include "plugin/verbs/pod_identity.hpp"
#include "plugin/verbs/serve_cni.hpp"
#include "tests/fuzz/property.hpp"

namespace podmeter::fuzz {
namespace {

using nlohmann::json;

Invocation invocation_of(std::string_view input) {
  Invocation invocation;
  while (!input.empty()) {
    const std::size_t end = std::min(input.find('\n'), input.size());
    std::string_view line = input.substr(0, end);
    input.remove_prefix(std::min(end + 1, input.size()));
    if (line.empty())
      break;
    line = line.substr(0, line.find('\0'));
    const std::size_t equals = line.find('=');
    if (equals != std::string_view::npos)
      invocation.environment.emplace(line.substr(0, equals), line.substr(equals + 1));
  }
  invocation.input = input;
  return invocation;
}

bool is_supported(const std::string& version) {
  return std::ranges::find(kCniVersions, version) != std::end(kCniVersions);
}

// One line, one object, of a version that we speak.
json reply_in(const std::string& text) {
  always(std::ranges::count(text, '\n') == 1 && text.back() == '\n', "a reply is one line");
  json reply = json::parse(text, nullptr, false);
  always(reply.is_object(), "a reply is a JSON object");
  return reply;
}

void check_error(const CniError& error, const std::string& text) {
  const json reply = reply_in(text);
  const std::string message = reply.at("msg");
  always(is_supported(reply.at("cniVersion")), "an error has a version that the runtime knows");
  always(reply.at("code") == static_cast<unsigned>(error.code), "an error has its code");
  always(message == "podmeter: " + error.message && is_line(message), "an error's message is a line for people");
}

// The answers that need no node: refusals, and VERSION.
void check_answer(const Invocation& invocation, const Result<Request, CniError>& request) {
  const Outcome outcome = serve_cni(invocation);
  if (!request) {
    always(outcome.exit_status == 1, "who is refused hears it by the exit status, too");
    return check_error(request.error(), outcome.output);
  }
  const json reply = reply_in(outcome.output);
  always(outcome.exit_status == 0 && is_supported(reply.at("cniVersion")) &&
             reply.at("supportedVersions") == json(kCniVersions),
         "VERSION says what is supported");
}

void check_request(const Request& request) {
  const Verb verb = request.verb;
  always(is_supported(request.version) && request.config && request.config->is_object(), "a request is whole");
  always(verb != Verb::kCheck || !request.version.starts_with("0.3."), "CHECK came with 0.4.0");
  always((verb != Verb::kGc && verb != Verb::kStatus) || request.version == "1.1.0", "GC and STATUS came with 1.1.0");
  if (verb == Verb::kGc || verb == Verb::kStatus)
    return;
  always(request.faults.empty() || verb == Verb::kDel, "DEL alone is served in spite of faults");
  for (const auto& fault : request.faults)
    always(is_line(fault.message) && fault.message.size() < 400, "a fault is a short line for people");
  if (request.attachment.container_id.empty() || request.attachment.interface.empty())
    return always(!request.faults.empty(), "what is left out is told");
  const auto name = encode_name(request.attachment);
  always(name.has_value(), "an attachment has a name in bpffs");
  const auto read = decode_name(*name);
  always(read.has_value() && *read == request.attachment, "an attachment survives its name");
  always(verb == Verb::kDel || request.netns.starts_with('/'), "ADD and CHECK have an absolute path");
}

bool is_path(const std::string& text) {
  return text.starts_with('/') && text.find('\0') == std::string::npos;
}

void check_values(const Settings& settings) {
  always(is_path(settings.pin_root) && is_path(settings.scopes), "paths are absolute");
  always(settings.log_file.empty() || is_path(settings.log_file), "a log has an absolute path, or none");
  always(settings.ended_retention.count() >= 0, "a retention is not negative");
  std::set<std::string> labels;
  for (const auto& [annotation, label] : settings.annotation_labels)
    always(is_free_label_name(label) && labels.insert(label).second, "labels are free, and each is there once");
}

bool same(const Settings& a, const Settings& b) {
  return a.pin_root == b.pin_root && a.scopes == b.scopes && a.attach == b.attach &&
         a.failure_policy == b.failure_policy && a.annotation_labels == b.annotation_labels &&
         a.ended_retention == b.ended_retention && a.group == b.group && a.log_file == b.log_file &&
         a.log_level == b.log_level;
}

// A field with a fault is as good as none; a wrong group is empty, so that no tree is given to the default one.
Settings check_settings(const json& network) {
  const auto [settings, faults] = read_settings(network);
  check_values(settings);
  json rest = network;
  bool is_group_wrong = false;
  for (const auto& fault : faults) {
    always(is_line(fault) && fault.size() < 400, "a fault is a short line for people");
    always(fault.starts_with("field '"), "a fault names its field");
    is_group_wrong = is_group_wrong || fault.starts_with("field 'group'");
    if (!fault.ends_with("' is unknown"))
      rest.erase(fault.substr(7, fault.find('\'', 7) - 7));
  }
  auto expected = read_settings(rest).settings;
  if (is_group_wrong)
    expected.group = "";
  always(same(settings, expected), "what is wrong leaves the default");
  return settings;
}

void check_pod(const Request& request, const Settings& settings) {
  auto [identity, faults, cut] = name_pod(request, settings);
  for (const auto& fault : faults)
    always(is_line(fault) && fault.size() < 400, "a fault is a short line for people");
  always(cut.empty() || is_line(cut), "what is cut is told on a line");
  for (const auto& [label, value] : identity.labels) {
    always(is_free_label_name(label), "a label is one that the configuration may name");
    always(value.size() <= kLabelValueMax && is_utf8(value), "a label's value is bounded, and no character is cut");
  }
  identity.meter = "0123456789abcdef";
  identity.attach = Attach::kClsact;
  identity.ifindex = UINT32_MAX;
  identity.netns_cookie = UINT64_MAX;
  identity.start_ns = INT64_MAX;
  always(to_text(identity).size() <= kSymlinkMax, "an identity with all that ADD fills in can be kept");
}

void check_replies(const json& network) {
  if (const auto previous = network.find("prevResult"); previous != network.end() && previous->is_object())
    always(reply_in(result_text(*previous)) == *previous, "prevResult passes through, whatever it holds");
  if (const auto valid = valid_attachments(network); !valid)
    check_error(valid.error(), error_text(valid.error(), kNewestCniVersion));
  else
    always(network.at("cni.dev/valid-attachments").size() == valid->size(), "GC has all attachments, or an error");
}

}  // namespace
}  // namespace podmeter::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace podmeter;
  using namespace podmeter::fuzz;
  const Invocation invocation = invocation_of(text_of(data, size));
  const auto request = parse_request(invocation);
  if (!request || request->verb == Verb::kVersion) {
    check_answer(invocation, request);
    return 0;
  }
  check_request(*request);
  check_pod(*request, check_settings(*request->config));
  check_replies(*request->config);
  return 0;
}
