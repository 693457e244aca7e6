// SPDX-License-Identifier: Apache-2.0
#include "plugin/verbs/call_names.hpp"

namespace podmeter {

FailureCommand command_of(Verb verb) {
  switch (verb) {
    case Verb::kAdd:
      return FailureCommand::kAdd;
    case Verb::kDel:
      return FailureCommand::kDel;
    case Verb::kCheck:
      return FailureCommand::kCheck;
    case Verb::kGc:
      return FailureCommand::kGc;
    default:
      return FailureCommand::kStatus;
  }
}

FailureReason fault_reason(const CniError& fault) {
  return fault.code == CniCode::kInvalidEnvironment ? FailureReason::kIdentity : FailureReason::kConfig;
}

LogFields log_fields(const Request& request) {
  LogFields fields = {{"command", verb_name(request.verb)}};
  const auto add = [&fields](const char* name, const std::string& value) {
    if (!value.empty())
      fields.emplace_back(name, value);
  };
  const auto argument = [&request](const char* key) {
    const auto found = request.args.find(key);
    return found == request.args.end() ? std::string() : found->second;
  };
  add("namespace", argument("K8S_POD_NAMESPACE"));
  add("pod", argument("K8S_POD_NAME"));
  add("container_id", request.attachment.container_id);
  add("interface", request.attachment.interface);
  return fields;
}

}  // namespace podmeter
