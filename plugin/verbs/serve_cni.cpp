// SPDX-License-Identifier: Apache-2.0
#include "plugin/verbs/serve_cni.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "bpf/events/failures.hpp"
#include "bpf/events/record_event.hpp"
#include "bpf/tree/meter_store.hpp"
#include "plugin/host/budget.hpp"
#include "plugin/host/group.hpp"
#include "plugin/protocol/cni_variables.hpp"
#include "plugin/protocol/reply.hpp"
#include "plugin/verbs/apply_scopes.hpp"
#include "plugin/verbs/open_tree.hpp"
#include "plugin/verbs/pod_identity.hpp"
#include "plugin/verbs/verbs.hpp"

namespace podmeter {
namespace {

using nlohmann::json;

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

CniError scopes_error(const Failure& failure) {
  const bool is_config = failure.reason == FailureReason::kConfig;
  return {is_config ? CniCode::kInvalidConfig : CniCode::kMetering,
          (is_config ? "configuration of podmeter: " : "scopes: ") + failure.error.text, ""};
}

Outcome outcome_of(const CniReply& reply, const std::string& version) {
  if (!reply)
    return {error_text(reply.error(), version), 1};
  return {*reply, 0};
}

// One call with its settings: runs the verb, and lets the failure policy decide what the runtime hears of a failure.
class Session {
 public:
  explicit Session(const Request& request)
      : request_(request), log_(subject_of(request)), read_(read_settings(*request.config)) {}

  CniReply run();

 private:
  static std::string subject_of(const Request& request);
  void open_log();
  void find_readers();
  void check_scopes();
  [[nodiscard]] bool scopes_come_first() const;
  void refresh_scopes();
  CniReply run_add();
  CniReply run_del();
  CniReply run_check();
  CniReply run_gc();
  CniReply run_status();
  [[nodiscard]] CniReply given_up() const;
  // Logged and counted. What becomes of it is the caller's.
  void note(const Failure& failure);
  [[nodiscard]] bool closed() const { return settings().failure_policy == FailurePolicy::kClosed; }
  [[nodiscard]] const Settings& settings() const { return read_.settings; }
  [[nodiscard]] CniError config_error() const;

  const Request& request_;
  Log log_;
  ReadSettings read_;
  Call call_{request_, read_.settings, log_};
  std::optional<Budget> budget_;
  std::optional<Failure> scopes_failure_;
};

std::string Session::subject_of(const Request& request) {
  const std::string verb = verb_name(request.verb);
  return request.attachment.container_id.empty() ? verb : verb + ' ' + podmeter::subject_of(request.attachment);
}

void Session::open_log() {
  log_.set_level(settings().log_level);
  if (settings().log_file.empty())
    return;
  if (const auto opened = log_.open(settings().log_file); !opened)
    read_.faults.push_back("field 'logFile': " + opened.error().text);
}

// Where not even the default group exists, root alone reads the pins.
void Session::find_readers() {
  const std::string usual = Settings().group;
  auto readers = find_group(settings().group);
  if (!readers && is_gone(readers.error()) && settings().group != usual) {
    read_.faults.push_back("field 'group': " + readers.error().text);
    readers = find_group(usual);
  }
  if (!readers && !is_gone(readers.error())) {
    log_.warn("the tree keeps its group: " + readers.error().text);
    readers = group_of(PinTree(settings().pin_root).version_dir());
  }
  if (readers)
    call_.readers = *readers;
  else
    log_.warn("root alone can read the counters: " + readers.error().text);
}

// Whether the file could be the next table. ADD sees when it makes it that.
void Session::check_scopes() {
  if (const auto good = scopes_are_good(call_); !good)
    read_.faults.push_back("field 'scopes': " + good.error().text);
}

// Under `closed` the file's faults are the call's. Else a pod is metered whatever becomes of the scopes, and first of
// all.
bool Session::scopes_come_first() const {
  return closed() || !scopes_run(call_);
}

void Session::refresh_scopes() {
  const auto refreshed = podmeter::refresh_scopes(call_);
  if (refreshed)
    return;
  Failure failure = refreshed.error();
  if (failure.reason == FailureReason::kConfig)
    failure.error = failure.error.in("field 'scopes'");
  note(failure);
  scopes_failure_ = failure;
}

CniError Session::config_error() const {
  std::string all;
  for (const auto& fault : read_.faults)
    all += (all.empty() ? "" : "; ") + fault;
  return {CniCode::kInvalidConfig, "configuration of podmeter: " + all, ""};
}

void Session::note(const Failure& failure) {
  log_.error(failure.error.text);
  const auto node = open_node(call_);
  if (!node)
    return;
  const std::string pin = node->tree.failures();
  const bool late = budget_ && budget_->is_spent();
  const auto recorded = record_failure(pin, command_of(request_.verb), late ? FailureReason::kTimeout : failure.reason);
  if (!recorded)
    return log_.warn("failure is not counted: " + recorded.error().text);
  (void)share_pin(pin, call_.readers);
}

// What is answered where the time is over and the process does not come to an end.
CniReply Session::given_up() const {
  if (request_.verb == Verb::kDel)
    return std::string();
  const auto previous = request_.config->find("prevResult");
  if (request_.verb == Verb::kAdd && !closed() && previous != request_.config->end() && previous->is_object())
    return result_text(*previous);
  return CniError{CniCode::kMetering, "gave up after " + std::to_string(kMeteringBudget.count()) + " ms", ""};
}

CniReply Session::run() {
  if (request_.verb != Verb::kGc) {  // which takes what the number of meters takes, and which no pod waits for
    const Outcome last = outcome_of(given_up(), request_.version);
    budget_.emplace(kMeteringBudget, last.output, last.exit_status);
  }
  open_log();
  find_readers();
  if (request_.verb == Verb::kCheck || request_.verb == Verb::kStatus)
    check_scopes();
  for (const auto& fault : read_.faults)
    note({FailureReason::kConfig, {fault}});
  switch (request_.verb) {
    case Verb::kAdd:
      return run_add();
    case Verb::kDel:
      return run_del();
    case Verb::kCheck:
      return run_check();
    case Verb::kGc:
      return run_gc();
    default:
      return run_status();
  }
}

CniReply Session::run_add() {
  const auto previous = request_.config->find("prevResult");
  if (previous == request_.config->end() || !previous->is_object())
    return CniError{CniCode::kInvalidConfig, "prevResult is missing or no object: podmeter is a chained plugin", ""};
  const NamedPod named = name_pod(request_, settings());
  for (const auto& fault : named.faults)
    note({FailureReason::kIdentity, {fault}});
  if (closed() && !read_.faults.empty())
    return config_error();
  if (closed() && !named.faults.empty())
    return CniError{CniCode::kMetering, "identity of the pod: " + named.faults.front(), ""};
  const bool scopes_first = scopes_come_first();
  if (scopes_first)
    refresh_scopes();
  if (closed() && scopes_failure_)
    return scopes_error(*scopes_failure_);
  if (const auto metered = add(call_, named.identity); !metered) {
    note(metered.error());
    if (closed())
      return CniError{CniCode::kMetering, "meter the pod: " + metered.error().error.text, ""};
  }
  if (!scopes_first)
    refresh_scopes();
  return result_text(*previous);
}

// An error would keep the plugins before this one from cleaning up: the pod's address would leak.
CniReply Session::run_del() {
  if (const auto ended = del(call_); !ended)
    note(ended.error());
  return std::string();
}

CniReply Session::run_check() {
  if (!read_.faults.empty())
    return config_error();
  if (const auto whole = check(call_); !whole) {
    note(whole.error());
    return CniError{CniCode::kMetering, "check the meter: " + whole.error().error.text, ""};
  }
  return std::string();
}

CniReply Session::run_gc() {
  const auto valid = valid_attachments(*request_.config);
  if (!valid)
    return valid.error();
  if (const auto collected = gc(call_, *valid); !collected) {
    note(collected.error());
    if (closed())
      return CniError{CniCode::kMetering, "end unused meters: " + collected.error().error.text, ""};
  }
  return std::string();
}

CniReply Session::run_status() {
  if (const auto ready = status(call_); !ready) {
    note(ready.error());
    return CniError{CniCode::kUnavailable, "podmeter can't meter pods here: " + ready.error().error.text, ""};
  }
  if (!read_.faults.empty())
    return config_error();
  return std::string();
}

CniReply reply_to(const Request& request) {
  return request.verb == Verb::kVersion ? CniReply(version_text(request.version)) : Session(request).run();
}

}  // namespace

Outcome serve_cni(const Invocation& invocation) {
  const auto request = parse_request(invocation);
  return outcome_of(request ? reply_to(*request) : request.error(), request ? request->version : kNewestCniVersion);
}

}  // namespace podmeter
