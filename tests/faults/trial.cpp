// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/trial.hpp"

#include <csignal>
#include <cstdlib>

#include "tests/faults/exceptions.hpp"
#include "tests/faults/state.hpp"
#include "tests/support/catch.hpp"

namespace podmeter::tests {
namespace {

// Another size than kFirstBytes, and another for each stage: a count tells which packets it is of.
constexpr std::uint64_t kBetween = 1000, kAfter = 1400;

bool answers(const Finished& finished, const std::optional<nlohmann::json>& wanted) {
  if (!wanted)
    return true;
  if (wanted->is_null())
    return finished.output.empty();
  return nlohmann::json::parse(finished.output, nullptr, false) == *wanted;
}

}  // namespace

bool all_faults() {
  const char* const wanted = std::getenv("PODMETER_FAULTS");
  return wanted != nullptr && std::string(wanted) == "all";
}

std::string text_of(const Tally& tally) {
  return std::to_string(tally.trials) + " trials, " + std::to_string(tally.recoveries) + " recoveries, " +
         std::to_string(tally.leaks) + " leaks, " + std::to_string(tally.bytes_lost) + " bytes lost, " +
         std::to_string(tally.bytes_doubled) + " bytes doubled";
}

bool Trials::run(const Fault& fault) {
  prepare();
  const auto traced = traced_node_.run(about_.verb(traced_node_).run, fault);
  if (!traced.reached(fault))
    return false;
  INFO(text_of(fault) << ", " << text_of(traced.calls[fault.call]) << '\n' << traced.finished.log);
  tally_.trials++;
  look_at_answer(traced, fault);
  if (fault.error != 0)
    look_at_state(about_.unharmed);
  account(grown(), {});
  exchange_between();
  if (!recovered_.insert(state_of(traced_node_)).second && !all_faults())
    return true;
  recover();
  exchange_after();
  return true;
}

std::vector<std::size_t> Trials::calls_of(const std::string& name) {
  prepare();
  const auto calls = traced_node_.run(about_.verb(traced_node_).run).calls;
  std::vector<std::size_t> found;
  for (std::size_t call = 0; call < calls.size(); call++)
    if (text_of(calls[call]) == name)
      found.push_back(call);
  return found;
}

// A state that a verb left untouched needs no making.
void Trials::prepare() {
  if (prepared_.empty() || state_of(traced_node_) != prepared_) {
    about_.prepare(traced_node_);
    prepared_ = state_of(traced_node_);
  }
  last_ = traced_node_.counted();
  failures_ = traced_node_.node().failures();
}

void Trials::look_at_answer(const Traced& traced, const Fault& fault) const {
  if (fault.error == 0) {
    CHECK(traced.finished.status == 128 + SIGKILL);
    return;
  }
  const auto end = traced.calls.begin() + static_cast<std::ptrdiff_t>(fault.call) + 1;
  const auto exception = exception_of({traced.calls.begin(), end}, fault.error);
  if (exception == Exception::kOutput)
    CHECK(traced.finished.status == 1);
  if (exception == Exception::kNone) {
    CHECK(traced.finished.status <= about_.verb(traced_node_).worst_status);
    look_at_failure(traced);
  }
  if (exception == Exception::kNone || traced.finished.status == 0)
    CHECK(answers(traced.finished, about_.verb(traced_node_).answer));
}

// A pod that starts unmetered doesn't do so in silence.
void Trials::look_at_failure(const Traced& traced) const {
  const auto answer = about_.verb(traced_node_).answer;
  const bool adds = answer && !answer->is_null();
  if (adds && !traced_node_.is_metered() && traced_node_.node().failures() == failures_)
    CHECK(traced.finished.log.find("error") != std::string::npos);
}

void Trials::look_at_state(const std::optional<Expected>& expected) {
  const auto wrong = lasting_complaints(traced_node_, expected);
  INFO(wrong);
  CHECK(wrong.empty());
  tally_.leaks += traced_node_.leaked().size();
}

// If a meter is in place every packet counts. If none is, an unfinished meter may count it, once.
void Trials::exchange_between() {
  const bool is_metered = traced_node_.is_metered();
  traced_node_.exchange(kBetween);
  const auto counted = grown();
  for (const auto direction : kDirections) {
    INFO("sent between, " << text_of(counted));
    CHECK(counted.of[direction].packets <= 1);
    CHECK(counted.of[direction].bytes == counted.of[direction].packets * kBetween);
    if (is_metered)
      CHECK(counted.of[direction].packets == 1);
  }
}

void Trials::recover() {
  tally_.recoveries++;
  const auto verb = about_.again(traced_node_);
  const auto traced = traced_node_.run(verb.run);
  INFO("done again: " << traced.finished.log);
  CHECK(traced.finished.status == 0);
  CHECK(answers(traced.finished, verb.answer));
  look_at_state(about_.recovered);
  account(grown(), {});
}

void Trials::exchange_after() {
  traced_node_.exchange(kAfter);
  account(grown(), traced_node_.is_metered() ? one_each_way(kAfter) : Volume());
}

Volume Trials::grown() {
  const auto before = last_;
  last_ = traced_node_.counted();
  return last_ - before;
}

void Trials::account(const Volume& counted, const Volume& sent) {
  INFO("counted " << text_of(counted) << "instead of " << text_of(sent));
  CHECK(counted == sent);
  for (const auto direction : kDirections) {
    const auto had = static_cast<std::int64_t>(counted.of[direction].bytes - sent.of[direction].bytes);
    (had < 0 ? tally_.bytes_lost : tally_.bytes_doubled) += static_cast<std::uint64_t>(had < 0 ? -had : had);
  }
}

}  // namespace podmeter::tests
