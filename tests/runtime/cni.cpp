// SPDX-License-Identifier: Apache-2.0
#include "tests/runtime/cni.hpp"

#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

const ordered_json kNetwork = {
    {"cniVersion", "1.1.0"},
    {"name", "pods"},
    {"type", "podmeter"},
    {"prevResult",
     {{"cniVersion", "1.1.0"},
      {"interfaces", {{{"name", "eth0"}, {"mac", "02:00:00:00:00:01"}, {"sandbox", "/run/netns/c1"}}}},
      {"ips", {{{"address", "198.51.100.1/24"}, {"interface", 0}}}},
      {"dns", ordered_json::object()}}}};

Call attachment_call(const std::string& command, const NetNs& netns, const std::string& container) {
  return {{{"CNI_COMMAND", command},
           {"CNI_CONTAINERID", container},
           {"CNI_NETNS", netns.path()},
           {"CNI_IFNAME", "eth0"},
           {"CNI_ARGS", ""},
           {"CNI_PATH", "/opt/cni/bin"}},
          kNetwork};
}

}  // namespace

Call add_call(const NetNs& netns, const std::string& container) {
  return attachment_call("ADD", netns, container);
}

Call del_call(const NetNs& netns, const std::string& container) {
  return attachment_call("DEL", netns, container);
}

Call check_call(const NetNs& netns, const std::string& container) {
  return attachment_call("CHECK", netns, container);
}

Call gc_call(const std::vector<std::string>& valid_containers) {
  Call call{{{"CNI_COMMAND", "GC"}, {"CNI_PATH", "/opt/cni/bin"}}, kNetwork};
  call.network.erase("prevResult");
  call.network["cni.dev/valid-attachments"] = ordered_json::array();
  for (const auto& container : valid_containers)
    call.network["cni.dev/valid-attachments"].push_back({{"containerID", container}, {"ifname", "eth0"}});
  return call;
}

Call status_call() {
  Call call{{{"CNI_COMMAND", "STATUS"}, {"CNI_PATH", "/opt/cni/bin"}}, kNetwork};
  call.network.erase("prevResult");
  return call;
}

Call with(Call call, const ordered_json& fields) {
  call.network.update(fields);
  return call;
}

Call closed(const Call& call) {
  return with(call, {{"failurePolicy", "closed"}});
}

Call with_variable(Call call, const std::string& name, const std::string& value) {
  call.environment[name] = value;
  return call;
}

ordered_json Reply::json() const {
  auto parsed = ordered_json::parse(finished.output, nullptr, false);
  return parsed.is_discarded() ? ordered_json() : parsed;
}

int Reply::code() const {
  const auto error = json();
  return error.is_object() ? error.value("code", 0) : 0;
}

std::string Reply::message() const {
  const auto error = json();
  return error.is_object() ? error.value("msg", "") : "";
}

Run run_of(const Call& call) {
  return Run(PODMETER_BINARY).environment(call.environment).input(call.network.dump());
}

Reply make(const Call& call) {
  return {run_of(call).finish()};
}

Reply make_failing(const Call& call, int code) {
  auto reply = make(call);
  INFO(reply.finished.output << reply.finished.log);
  CHECK(reply.finished.status == 1);
  CHECK(reply.code() == code);
  CHECK_FALSE(reply.message().empty());
  return reply;
}

Reply make_succeeding(const Call& call) {
  auto reply = make(call);
  INFO(reply.finished.output << reply.finished.log);
  CHECK(reply.finished.status == 0);
  if (call.environment.at("CNI_COMMAND") == "ADD")
    CHECK(nlohmann::json(reply.json()) == nlohmann::json(call.network.at("prevResult")));
  else
    CHECK(reply.finished.output.empty());
  return reply;
}

}  // namespace podmeter::tests
