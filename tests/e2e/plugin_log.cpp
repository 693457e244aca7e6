// SPDX-License-Identifier: Apache-2.0
// The places where the plugin tells people what it does, and those where it must not.
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <regex>
#include <sstream>

#include "bpf/base/fd.hpp"
#include "tests/pods/make_pod.hpp"
#include "tests/runtime/cni.hpp"
#include "tests/runtime/node.hpp"
#include "tests/support/catch.hpp"

namespace podmeter::tests {
namespace {

std::string text_of_file(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("every line of the log is logfmt and names time, level, command and attachment, on stderr and in the file") {
  const Node node;
  const auto pod = make_pod();
  const ordered_json file = {{"logFile", "/run/podmeter.log"}};
  auto log = make_succeeding(with(add_call(pod.netns), file)).finished.log;
  log += make_succeeding(with(del_call(pod.netns), file)).finished.log;
  CHECK(text_of_file("/run/podmeter.log") == log);
  const std::regex line(
      R"(ts=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z level=(debug|info|warn|error) msg="[^"]+" command=(ADD|DEL) )"
      R"(container_id=c1 interface=eth0( [a-z_]+=([^ "]+|".+"))*)");
  std::istringstream lines(log);
  int count = 0;
  for (std::string one; std::getline(lines, one); count++)
    CHECK(std::regex_match(one, line));
  CHECK(count >= 2);
  ::unlink("/run/podmeter.log");
}

TEST_CASE("the log names the pod, whatever its name holds, in lines that a pipe takes at once") {
  const Node node;
  const auto pod = make_pod();
  const std::string name = GENERATE(as<std::string>(), "web", "we\nb\xff\" level=error", std::string(6000, 'x'));
  const auto call = with_variable(add_call(pod.netns), "CNI_ARGS", "K8S_POD_NAMESPACE=shop;K8S_POD_NAME=" + name);
  std::istringstream lines(make_succeeding(call).finished.log);
  int count = 0;
  for (std::string one; std::getline(lines, one); count++) {
    CHECK(one.size() < 4096);
    CHECK(one.starts_with("ts="));
    CHECK(one.find(" command=ADD namespace=shop pod=") != std::string::npos);
    CHECK(one.find(name == "web" ? "pod=web " : "container_id=c1 ") != std::string::npos);
  }
  CHECK(count >= 1);
}

TEST_CASE("what is below the log's level is not written") {
  const Node node;
  const auto pod = make_pod();
  CHECK(make_succeeding(with(add_call(pod.netns), {{"logLevel", "warn"}})).finished.log.empty());
}

TEST_CASE("what comes from outside starts no line of its own in the log") {
  const Node node;
  const auto pod = make_pod();
  const auto reply = make_succeeding(with(add_call(pod.netns), {{"a\nb\rc", 1}, {"logFile", "/nowhere\n/x"}}));
  std::istringstream lines(reply.finished.log);
  for (std::string one; std::getline(lines, one);)
    CHECK(one.find(" command=ADD container_id=c1 interface=eth0") != std::string::npos);
  CHECK(reply.finished.log.find('\r') == std::string::npos);
}

TEST_CASE("a log file that is a FIFO without a reader keeps no pod waiting") {
  ::mkfifo("/run/log-fifo", 0600);
  const Node node;
  const auto pod = make_pod();
  make_succeeding(with(add_call(pod.netns), {{"logFile", "/run/log-fifo"}}));
  CHECK(attached_programs(pod.netns).size() == 2);
  CHECK(node.failures(FailureCommand::kAdd, FailureReason::kConfig) == 1);
}

TEST_CASE("a log file that has no room keeps no pod waiting, and its lines are lost") {
  REQUIRE(::mkdir("/run/full", 0700) == 0);
  REQUIRE(::mount("full", "/run/full", "tmpfs", 0, "size=4096") == 0);
  std::ofstream("/run/full/log") << std::string(4096, 'x');
  std::string file;
  SECTION("which is there") {
    file = "/run/full/log";
  }
  SECTION("which is new") {
    file = "/run/full/new";
  }
  SECTION("which never has any") {
    file = "/dev/full";
  }
  const Node node;
  const auto pod = make_pod();
  make_succeeding(with(add_call(pod.netns), {{"logFile", file}}));
  CHECK(attached_programs(pod.netns).size() == 2);
  CHECK(node.failures() == 0);
  CHECK(text_of_file("/run/full/log").size() == 4096);
  ::umount("/run/full");
  ::rmdir("/run/full");
}

TEST_CASE("a log file that is a FIFO whose reader is stuck keeps no pod waiting") {
  ::mkfifo("/run/log-fifo", 0600);
  const Fd reader(::open("/run/log-fifo", O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  const Fd writer(::open("/run/log-fifo", O_WRONLY | O_NONBLOCK | O_CLOEXEC));
  while (::write(writer.get(), "full", 4) > 0) {
  }
  const Node node;
  const auto pod = make_pod();
  make_succeeding(with(add_call(pod.netns), {{"logFile", "/run/log-fifo"}}));
  CHECK(attached_programs(pod.netns).size() == 2);
  CHECK(node.failures() == 0);
}

TEST_CASE("a reader of the log that has gone keeps no pod from starting") {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  const Fd writer(ends[1]);
  ::close(ends[0]);
  const Node node;
  const auto pod = make_pod();
  const auto call = add_call(pod.netns);
  const Reply reply{run_of(call).first([&] { return ::dup2(writer.get(), STDERR_FILENO) == STDERR_FILENO; }).finish()};
  CHECK(reply.ok());
  CHECK(nlohmann::json(reply.json()) == nlohmann::json(call.network.at("prevResult")));
  CHECK(attached_programs(pod.netns).size() == 2);
}

TEST_CASE("a closed stderr disturbs nothing") {
  const Node node;
  const auto pod = make_pod();
  const Reply reply{run_of(add_call(pod.netns)).first([] { return ::close(STDERR_FILENO) == 0; }).finish()};
  CHECK(reply.ok());
  CHECK(nlohmann::json(reply.json()) == nlohmann::json(add_call(pod.netns).network.at("prevResult")));
  CHECK(attached_programs(pod.netns).size() == 2);
}

}  // namespace podmeter::tests
