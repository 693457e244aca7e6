// SPDX-License-Identifier: Apache-2.0
#include "plugin/verbs/serve_cni.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "bpf/base/directory.hpp"
#include "bpf/events/failures.hpp"
#include "bpf/events/record_event.hpp"
#include "bpf/tree/meter_store.hpp"
#include "plugin/host/budget.hpp"
#include "plugin/host/group.hpp"
#include "plugin/protocol/cni_variables.hpp"
#include "plugin/protocol/reply.hpp"
#include "plugin/verbs/apply_scopes.hpp"
#include "plugin/verbs/call_names.hpp"
#include "plugin/verbs/end_meter.hpp"
#include "plugin/verbs/health.hpp"
#include "plugin/verbs/open_tree.hpp"
#include "plugin/verbs/pod_identity.hpp"
#include "plugin/verbs/verbs.hpp"

namespace podmeter {
namespace {

using nlohmann::json;

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

struct Problem {
  const char* message;
  Failure failure;
};

// One call with its settings: runs the verb, and lets the failure policy decide what the runtime hears of a failure.
class Session {
 public:
  explicit Session(const Request& request)
      : request_(request),
        read_(read_settings(*request.config)),
        log_(settings().log_level, LogFormat::kLogfmt, log_fields(request)) {}

  CniReply run();

 private:
  void open_log();
  void choose_readers();
  void check_scopes();
  [[nodiscard]] bool scopes_come_first() const;
  void refresh_scopes();
  void tell_cuts(const NamedPod& named);
  CniReply run_add();
  CniReply run_del();
  CniReply run_check();
  CniReply run_gc();
  CniReply run_status();
  [[nodiscard]] CniReply given_up() const;
  // Logs a failure and counts it in the tree, which ADD makes for that if there is none. Then the caller decides.
  void note(const char* message, const Failure& failure);
  // CHECK's and STATUS's reply. Runtimes ask again and again: a problem is noted when it begins or changes.
  CniReply answer(const std::optional<CniError>& refusal);
  [[nodiscard]] bool asks() const { return request_.verb == Verb::kCheck || request_.verb == Verb::kStatus; }
  [[nodiscard]] bool closed() const { return settings().failure_policy == FailurePolicy::kClosed; }
  [[nodiscard]] const Settings& settings() const { return read_.settings; }
  [[nodiscard]] CniError config_error() const;
  // Why a closed ADD refuses the pod before it is metered.
  [[nodiscard]] std::optional<CniError> refusal_of(const NamedPod& named) const;

  const Request& request_;
  ReadSettings read_;
  Log log_;
  Context context_{PinTree(settings().pin_root), settings(), 0, log_};
  std::optional<Budget> budget_;
  std::optional<Failure> scopes_failure_;
  std::vector<Problem> problems_;  // what CHECK and STATUS found
};

void Session::open_log() {
  if (settings().log_file.empty())
    return;
  if (const auto opened = log_.open(settings().log_file); !opened)
    read_.faults.push_back("field 'logFile': " + opened.error().text);
}

// The default group may be missing where only root is to read, and /etc/group may be out of reach for a moment: neither
// is the configuration's fault.
void Session::choose_readers() {
  const auto readers = find_readers(context_.tree, settings().group);
  context_.readers = readers.group;
  if (!readers.fault)
    return;
  if (is_gone(*readers.fault) && !settings().group.empty() && settings().group != kDefaultGroup)
    read_.faults.push_back("field 'group': " + readers.fault->text);
  else if (!asks())
    log_.warn("not the configured group reads the counters", {{"err", readers.fault->text}});
}

// ADD sees the file's faults when it makes it the table.
void Session::check_scopes() {
  if (const auto good = scopes_are_good(context_); !good)
    read_.faults.push_back("field 'scopes': " + good.error().text);
}

// closed: a bad scope file fails ADD, so apply scopes first. open: meter first, unless there is no table yet.
bool Session::scopes_come_first() const {
  return closed() || !scopes_run(context_);
}

void Session::refresh_scopes() {
  const auto refreshed = podmeter::refresh_scopes(context_);
  if (refreshed)
    return;
  Failure failure = refreshed.error();
  if (failure.reason == FailureReason::kConfig)
    failure.error = failure.error.in("field 'scopes'");
  note("scopes are not applied", failure);
  scopes_failure_ = failure;
}

CniError Session::config_error() const {
  std::string all;
  for (const auto& fault : read_.faults)
    all += (all.empty() ? "" : "; ") + fault;
  return {CniCode::kInvalidConfig, "configuration of podmeter: " + all, ""};
}

void Session::note(const char* message, const Failure& failure) {
  const bool late = budget_ && budget_->is_spent();
  const auto reason = late ? FailureReason::kTimeout : failure.reason;
  log_.error(message, {{"reason", std::string(reason_name(reason))}, {"err", failure.error.text}});
  if (request_.verb == Verb::kAdd ? !open_tree(context_) : !exists(context_.tree.version_dir()))
    return;
  const std::string pin = context_.tree.failures();
  const auto recorded = record_failure(pin, command_of(request_.verb), reason);
  if (const auto counted = readable(recorded, pin, context_.readers); !counted)
    log_.warn("failure is not counted", {{"err", counted.error().text}});
}

// The answer if the time is over and the process does not come to an end.
CniReply Session::given_up() const {
  if (request_.verb == Verb::kDel || (asks() && !closed()))
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
  choose_readers();
  if (asks())
    check_scopes();
  for (const auto& fault : read_.faults) {
    const Problem wrong{"configuration is wrong", {FailureReason::kConfig, {fault}}};
    if (asks())
      problems_.push_back(wrong);
    else
      note(wrong.message, wrong.failure);
  }
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

std::optional<CniError> Session::refusal_of(const NamedPod& named) const {
  if (!read_.faults.empty())
    return config_error();
  if (!named.faults.empty())
    return CniError{CniCode::kMetering, "identity of the pod: " + named.faults.front(), ""};
  return std::nullopt;
}

void Session::tell_cuts(const NamedPod& named) {
  for (const auto& fault : named.faults)
    note("pod's identity is cut short", {FailureReason::kIdentity, {fault}});
  if (!named.cut.empty())
    log_.debug("annotations are cut", {{"annotations", named.cut}});
}

CniReply Session::run_add() {
  const auto previous = request_.config->find("prevResult");
  if (previous == request_.config->end() || !previous->is_object())
    return CniError{CniCode::kInvalidConfig, "prevResult is missing or is not an object: podmeter is a chained plugin",
                    ""};
  const NamedPod named = name_pod(request_, settings());
  tell_cuts(named);
  if (auto refusal = refusal_of(named); closed() && refusal)
    return *refusal;
  const bool scopes_first = scopes_come_first();
  if (scopes_first)
    refresh_scopes();
  if (closed() && scopes_failure_)
    return scopes_error(*scopes_failure_);
  if (const auto metered = add(context_, request_, named.identity); !metered) {
    note("pod is not metered", metered.error());
    if (closed())
      return CniError{CniCode::kMetering, "meter the pod: " + metered.error().error.text, ""};
  }
  if (!scopes_first)
    refresh_scopes();
  return result_text(*previous);
}

// An error would keep the plugins before this one from cleaning up: the pod's address would leak.
CniReply Session::run_del() {
  for (const auto& fault : request_.faults)
    note("DEL is malformed", {fault_reason(fault), {fault.message}});
  for (const auto& failure : del(context_, request_))
    note("meter is not ended", failure);
  return std::string();
}

CniReply Session::answer(const std::optional<CniError>& refusal) {
  std::string all;
  for (const auto& problem : problems_)
    all += problem.failure.error.text + '\n';
  const auto& [container, interface] = request_.attachment;
  const std::string subject =
      std::string(verb_name(request_.verb)) + ' ' + request_.network + ' ' + container + ' ' + interface;
  const auto change = remember_problem(context_.tree, subject, all);
  if (change == Change::kOver)
    log_.info("the problem that was told before is over");
  for (const auto& problem : problems_)
    if (change != Change::kNone)
      note(problem.message, problem.failure);
  return closed() && refusal ? CniReply(*refusal) : std::string();
}

CniReply Session::run_check() {
  std::optional<CniError> refusal;
  if (const auto whole = check(context_, request_); !whole) {
    problems_.push_back({"meter is not whole", whole.error()});
    refusal = CniError{CniCode::kMetering, "check the meter: " + whole.error().error.text, ""};
  }
  return answer(read_.faults.empty() ? refusal : config_error());
}

CniReply Session::run_gc() {
  const auto valid = valid_attachments(*request_.config);
  if (!valid)
    return valid.error();
  const auto failures = gc(context_, request_, *valid);
  for (const auto& failure : failures)
    note("unused meters are not ended", failure);
  if (closed() && !failures.empty())
    return CniError{CniCode::kMetering, "end unused meters: " + failures.front().error.text, ""};
  return std::string();
}

CniReply Session::run_status() {
  std::optional<CniError> refusal;
  if (!read_.faults.empty())
    refusal = config_error();
  if (const auto ready = status(context_); !ready) {
    problems_.push_back({"podmeter can't meter pods here", ready.error()});
    refusal = CniError{CniCode::kUnavailable, "podmeter can't meter pods here: " + ready.error().error.text, ""};
  }
  return answer(refusal);
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
