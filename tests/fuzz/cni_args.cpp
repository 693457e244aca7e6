// SPDX-License-Identifier: Apache-2.0
// CNI_ARGS, and the pod that they name. The input is the variable's value.
#include <nlohmann/json.hpp>
#include <optional>

#include "bpf/base/symlink_text.hpp"
#include "plugin/protocol/cni_variables.hpp"
#include "plugin/verbs/pod_identity.hpp"
#include "tests/fuzz/property.hpp"

namespace podmeter::fuzz {
namespace {

using Args = std::map<std::string, std::string>;

// Another reading of the specification: pairs between semicolons, key and value around the first '='; empty pairs are
// passed over. None where a pair has no key.
std::optional<Args> expected_args(std::string_view text) {
  Args args;
  std::string key, value;
  bool in_value = false;
  for (std::size_t i = 0; i <= text.size(); i++) {
    if (i < text.size() && text[i] != ';') {
      if (text[i] == '=' && !in_value)
        in_value = true;
      else
        (in_value ? value : key) += text[i];
      continue;
    }
    if (key.empty() ? in_value : !in_value)
      return std::nullopt;
    if (in_value)
      args.insert_or_assign(key, value);
    key.clear(), value.clear(), in_value = false;
  }
  return args;
}

Result<void, CniError> read(Verb verb, const std::string& text, Request& request) {
  request.verb = verb;
  return read_variables(
      {{"CNI_CONTAINERID", "c1"}, {"CNI_IFNAME", "eth0"}, {"CNI_NETNS", "/run/netns/c1"}, {"CNI_ARGS", text}}, request);
}

void check_field(const Args& args, const char* key, const std::string& field, std::size_t faults) {
  const auto found = args.find(key);
  const std::string given = found == args.end() ? "" : found->second;
  always(field.size() <= kPodFieldMax, "a field of the pod is bounded");
  always(faults > 0 || field == given, "a field is what was given, or the fault is told");
  always(field.empty() || given.starts_with(field), "a field is what was given, or begins it");
  always(!is_utf8(given) || is_utf8(field), "a cut divides no character");
}

void check_pod(const Request& request) {
  const auto [identity, faults, cut] = name_pod(request, Settings());
  always(cut.empty(), "arguments hold no annotations");
  check_field(request.args, "K8S_POD_NAMESPACE", identity.pod_namespace, faults.size());
  check_field(request.args, "K8S_POD_NAME", identity.pod, faults.size());
  check_field(request.args, "K8S_POD_UID", identity.uid, faults.size());
  for (const auto& fault : faults)
    always(is_line(fault), "a fault is a line for people");
  const std::string text = to_text(identity);
  always(text.size() < kSymlinkMax, "an identity fits into a symbolic link");
  always(parse_identity(text).has_value(), "what ADD writes can be read");
}

}  // namespace
}  // namespace podmeter::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace podmeter;
  using namespace podmeter::fuzz;
  std::string text = text_of(data, size);
  text.resize(std::min(text.find('\0'), text.size()));  // the environment ends a value there
  const auto expected = expected_args(text);
  Request request;
  request.config = std::make_shared<const nlohmann::json>(nlohmann::json::object());
  read_del_variables({{"CNI_CONTAINERID", "c1"}, {"CNI_IFNAME", "eth0"}, {"CNI_ARGS", text}}, request);
  always(request.faults.empty() && request.args.empty(), "DEL takes any CNI_ARGS, and none of it");
  const auto done = read(Verb::kAdd, text, request);
  always(done.has_value() == expected.has_value(), "CNI_ARGS are refused where a pair has no key or no value");
  if (done) {
    always(request.args == *expected, "CNI_ARGS are read as the specification says");
    check_pod(request);
  } else {
    always(done.error().code == CniCode::kInvalidEnvironment && done.error().message.starts_with("CNI_ARGS "),
           "an error has its code and names the variable");
    always(is_line(done.error().message) && done.error().message.size() < 200, "an error is a short line for people");
  }
  return 0;
}
