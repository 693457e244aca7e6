// SPDX-License-Identifier: Apache-2.0
// The operator's scopes: what becomes of a scope file, by the plugin and by the node's commands.
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "tests/checks/datagrams.hpp"
#include "tests/pods/make_pod.hpp"
#include "tests/runtime/cni.hpp"
#include "tests/runtime/node.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

namespace fs = std::filesystem;

constexpr char kFile[] = "/run/scopes.json";
// The far end of every pod is 198.51.100.2.
constexpr char kNear[] = R"([{"name": "near", "prefixes": ["198.51.100.0/24"]}, {"name": "far", "default": true}])";
constexpr char kHere[] = R"([{"name": "here", "prefixes": ["198.51.100.2/32"]}, {"name": "far", "default": true}])";
constexpr char kBad[] =
    "[\n{\"name\": \"near\", \"prefixes\": [\"198.51.100.1/24\"]}, {\"name\": \"far\", \"default\": true}]";

// The scope file, which goes when this goes.
class ScopeFile {
 public:
  explicit ScopeFile(const std::string& text) { write(text); }
  ~ScopeFile() { remove(); }
  ScopeFile(const ScopeFile&) = delete;
  ScopeFile& operator=(const ScopeFile&) = delete;

  // As an editor does.
  void write(const std::string& text) const {
    std::ofstream("/run/scopes.json.new") << text;
    fs::rename("/run/scopes.json.new", kFile);
  }
  void remove() const { fs::remove(kFile); }
};

Call add_scoped(const Pod& pod, const std::string& container = "c1") {
  return with(add_call(pod.netns, container), {{"scopes", kFile}});
}

// Packets that left a container's eth0, by scope; what counted none is left out unless asked for.
std::map<std::string, int> sent(const std::string& container = "c1", int least = 1) {
  std::map<std::string, int> packets;
  const auto shown = shown_meter(container);
  for (const auto& one : shown.json.at("counters"))
    if (one.at("direction") == "egress" && one.at("packets") >= least)
      packets[one.at("scope")] = one.at("packets");
  return packets;
}

using Packets = std::map<std::string, int>;

Finished podmeter(std::initializer_list<const char*> arguments) {
  Run run(PODMETER_BINARY);
  for (const char* argument : arguments)
    run.argument(argument);
  return run.finish();
}

ordered_json classify(std::initializer_list<const char*> arguments) {
  Run run(PODMETER_BINARY);
  run.argument("classify").argument("--output").argument("json");
  for (const char* argument : arguments)
    run.argument(argument);
  const auto finished = run.finish();
  INFO(finished.log);
  REQUIRE(finished.status == 0);
  return ordered_json::parse(finished.output);
}

}  // namespace

TEST_CASE("a pod's traffic is counted by the scopes of the operator's file") {
  const Node node;
  const ScopeFile file(kNear);
  const auto pod = make_pod();
  make_succeeding(add_scoped(pod));
  send_datagrams(pod);
  CHECK(node.failures() == 0);
  CHECK(sent() == Packets{{"near", 1}});
  CHECK(sent("c1", 0) == Packets{{"near", 1}, {"far", 0}, {"other", 0}});
}

TEST_CASE("a changed file is what all pods are counted by from the next ADD on, and what was counted stays") {
  const Node node;
  const ScopeFile file(kNear);
  const Pod pods[] = {make_pod(), make_pod()};
  make_succeeding(add_scoped(pods[0], "c1"));
  send_datagrams(pods[0]);
  const auto programs = attached_programs(pods[0].netns);
  file.write(kHere);
  make_succeeding(add_scoped(pods[1], "c2"));
  send_datagrams(pods[0]);
  send_datagrams(pods[1]);
  CHECK(attached_programs(pods[0].netns) == programs);
  CHECK(sent("c1", 0) == Packets{{"near", 1}, {"here", 1}, {"far", 0}, {"other", 0}});
  CHECK(sent("c2", 0) == Packets{{"here", 1}, {"far", 0}, {"other", 0}});
  CHECK(classify({"198.51.100.2"})[0]["generation"] == 2);
}

TEST_CASE("an unchanged file makes no new table") {
  const Node node;
  const ScopeFile file(kNear);
  const Pod pods[] = {make_pod(), make_pod()};
  make_succeeding(add_scoped(pods[0], "c1"));
  make_succeeding(add_scoped(pods[1], "c2"));
  CHECK(classify({"198.51.100.2"})[0]["generation"] == 1);
}

TEST_CASE("with a bad file the table that runs goes on, the pod starts, and everyone is told where the fault is") {
  const Node node;
  const ScopeFile file(kNear);
  const Pod pods[] = {make_pod(), make_pod()};
  make_succeeding(add_scoped(pods[0], "c1"));
  file.write(kBad);
  const std::string fault = "/run/scopes.json:2: '198.51.100.1/24' has bits set behind its length";
  CHECK(make_succeeding(add_scoped(pods[1], "c2")).finished.log.find(fault) != std::string::npos);
  CHECK(node.failures(FailureCommand::kAdd, FailureReason::kConfig) == 1);
  for (const auto& pod : pods)
    send_datagrams(pod);
  CHECK(sent("c1") == Packets{{"near", 1}});
  CHECK(sent("c2") == Packets{{"near", 1}});
  const ordered_json field = {{"scopes", kFile}};
  for (const auto& call : {check_call(pods[0].netns), status_call()})
    CHECK(make_failing(closed(with(call, field)), 7).message().find(fault) != std::string::npos);
  file.write(kHere);
  for (const auto& call : {check_call(pods[0].netns), status_call()})
    make_succeeding(with(call, field));
}

TEST_CASE("with a bad file as the first one pods are counted by the built-in table") {
  const Node node;
  const ScopeFile file(kBad);
  const auto pod = make_pod();
  make_succeeding(add_scoped(pod));
  send_datagrams(pod);
  CHECK(sent() == Packets{{"public", 1}});
}

TEST_CASE("with a bad file and a closed policy a pod gets an error that says where the fault is, and no meter") {
  const Node node;
  const ScopeFile file(kBad);
  const auto pod = make_pod();
  const auto reply = make_failing(with(add_scoped(pod), {{"failurePolicy", "closed"}}), 7);
  CHECK(reply.message().find("/run/scopes.json:2: ") != std::string::npos);
  CHECK(node.pins().empty());
}

TEST_CASE("a file that is named and not there is a fault, and the table that runs goes on") {
  const Node node;
  const ScopeFile file(kNear);
  const Pod pods[] = {make_pod(), make_pod()};
  make_succeeding(add_scoped(pods[0], "c1"));
  file.remove();
  const auto added = make_succeeding(add_scoped(pods[1], "c2"));
  CHECK(added.finished.log.find("'/run/scopes.json': No such file") != std::string::npos);
  CHECK(node.failures(FailureCommand::kAdd, FailureReason::kConfig) == 1);
  send_datagrams(pods[1]);
  CHECK(sent("c2") == Packets{{"near", 1}});
}

TEST_CASE("where the usual file is not there the built-in scopes run again") {
  const Node node;
  const ScopeFile file(kNear);
  const Pod pods[] = {make_pod(), make_pod()};
  make_succeeding(add_scoped(pods[0], "c1"));
  make_succeeding(add_call(pods[1].netns, "c2"));
  send_datagrams(pods[0]);
  CHECK(sent("c1") == Packets{{"public", 1}});
  CHECK(node.failures() == 0);
}

TEST_CASE("a scope file that can't be read keeps no pod from being metered") {
  const Node node;
  const std::string path = GENERATE("/run", "/dev/zero", "/run/scopes.fifo");
  REQUIRE((::mkfifo("/run/scopes.fifo", 0600) == 0 || errno == EEXIST));
  const auto pod = make_pod();
  make_succeeding(with(add_call(pod.netns), {{"scopes", path}}));
  CHECK(attached_programs(pod.netns).size() == 2);
  CHECK(node.failures(FailureCommand::kAdd, FailureReason::kConfig) == 1);
  fs::remove("/run/scopes.fifo");
}

TEST_CASE("ADDs at once make one table of a new file") {
  constexpr std::size_t kPods = 8;
  const Node node;
  const ScopeFile file(kNear);
  std::vector<Pod> pods;
  std::vector<Running> running;
  for (std::size_t i = 0; i < kPods; i++)
    pods.push_back(make_pod());
  for (std::size_t i = 0; i < kPods; i++)
    running.push_back(must(run_of(add_scoped(pods[i], "c" + std::to_string(i))).start()));
  for (auto& each : running)
    CHECK(each.wait().status == 0);
  CHECK(node.failures() == 0);
  CHECK(classify({"198.51.100.2"})[0]["generation"] == 1);
  CHECK(shown_meters().size() == kPods);
}

TEST_CASE("scopes apply makes a file what running pods are counted by, at once") {
  const Node node;
  const ScopeFile file(kHere);
  const auto pod = make_pod();
  make_succeeding(add_call(pod.netns));
  const auto applied = podmeter({"scopes", "apply", kFile});
  INFO(applied.log);
  CHECK(applied.status == 0);
  CHECK(applied.output.starts_with("generation 2 is in use\n"));
  send_datagrams(pod);
  CHECK(sent() == Packets{{"here", 1}});
  file.write(kBad);
  const auto refused = podmeter({"scopes", "apply", kFile});
  CHECK(refused.status == 1);
  CHECK(refused.log.starts_with("podmeter scopes apply: /run/scopes.json:2: "));
  send_datagrams(pod);
  CHECK(sent() == Packets{{"here", 2}});
  CHECK(podmeter({"scopes", "apply", "/run/none.json"}).status == 1);
}

TEST_CASE("classify shows scope, prefix and generation by the table in use, or by a file") {
  const Node node;
  const auto nothing = podmeter({"classify", "10.0.0.1"});
  CHECK(nothing.status == 1);
  CHECK(nothing.log.find("no scope table is in use") != std::string::npos);
  const ScopeFile file(kNear);
  const ordered_json near = {
      {"address", "198.51.100.9"}, {"scope", "near"}, {"prefix", "198.51.100.0/24"}, {"generation", nullptr}};
  CHECK(classify({"--scopes", kFile, "198.51.100.9"})[0] == near);
  make_succeeding(add_scoped(make_pod()));
  const auto running = classify({"198.51.100.9", "::ffff:198.51.100.9", "64:ff9b::c633:6409", "2001:db8::1"});
  for (std::size_t i = 0; i < 3; i++) {
    CHECK(running[i]["scope"] == "near");
    CHECK(running[i]["prefix"] == "198.51.100.0/24");
    CHECK(running[i]["generation"] == 1);
  }
  CHECK(running[3]["scope"] == "far");
  CHECK(running[3]["prefix"].is_null());
  CHECK(podmeter({"classify", "198.51.100"}).log.find("'198.51.100' is not an IP address") != std::string::npos);
  CHECK(podmeter({"classify", "198.51.100.9"}).output ==
        "ADDRESS       SCOPE  PREFIX           GENERATION\n198.51.100.9  near   198.51.100.0/24           1\n");
}

TEST_CASE("scopes check shows the scopes of a file, or its faults by line") {
  const ScopeFile file(kNear);
  const auto good = podmeter({"scopes", "check", kFile});
  CHECK(good.status == 0);
  CHECK(good.output == "SCOPE  PREFIXES  DEFAULT\nnear          1         \nfar           0      yes\n");
  file.write(kBad);
  const auto bad = podmeter({"scopes", "check", kFile});
  CHECK(bad.status == 1);
  CHECK(bad.output.empty());
  CHECK(bad.log ==
        "podmeter scopes check: /run/scopes.json:2: '198.51.100.1/24' has bits set behind its length; the "
        "network is 198.51.100.0/24\n");
  CHECK(podmeter({"scopes", "check", "/run/none.json"}).status == 1);
}

TEST_CASE("every table that is shipped can be run, and the default one is the built-in one") {
  for (const auto& entry : fs::directory_iterator(PODMETER_SCOPES)) {
    const auto checked = podmeter({"scopes", "check", entry.path().c_str()});
    INFO(entry.path() << ' ' << checked.log);
    CHECK(checked.status == 0);
  }
  const auto judged = classify({"--scopes", PODMETER_SCOPES "/default.json", "10.0.0.1", "8.8.8.8"});
  CHECK(judged[0]["scope"] == "private");
  CHECK(judged[1]["scope"] == "public");
}

}  // namespace podmeter::tests
