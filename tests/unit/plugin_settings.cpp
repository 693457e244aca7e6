// SPDX-License-Identifier: Apache-2.0
#include "plugin/protocol/settings.hpp"

#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"

namespace podmeter::tests {
namespace {

using nlohmann::json;

bool same(const Settings& a, const Settings& b) {
  return a.pin_root == b.pin_root && a.scopes == b.scopes && a.attach == b.attach &&
         a.failure_policy == b.failure_policy && a.annotation_labels == b.annotation_labels &&
         a.ended_retention == b.ended_retention && a.group == b.group && a.log_file == b.log_file &&
         a.log_level == b.log_level;
}

}  // namespace

TEST_CASE("without fields of ours every setting has its default") {
  const auto read = read_settings({{"cniVersion", "1.1.0"}, {"name", "pods"}, {"type", "podmeter"}});
  CHECK(read.faults.empty());
  CHECK(read.settings.pin_root == "/sys/fs/bpf/podmeter");
  CHECK(read.settings.scopes == "/etc/podmeter/scopes.json");
  CHECK_FALSE(read.settings.attach);
  CHECK(read.settings.failure_policy == FailurePolicy::kOpen);
  CHECK(read.settings.annotation_labels.empty());
  CHECK(read.settings.ended_retention == std::chrono::minutes(15));
  CHECK(read.settings.group == "podmeter");
  CHECK(read.settings.log_file.empty());
  CHECK(read.settings.log_level == LogLevel::kInfo);
}

TEST_CASE("every setting is read") {
  const auto read = read_settings({{"type", "podmeter"},
                                   {"pinRoot", "/sys/fs/bpf/mine"},
                                   {"scopes", "/etc/scopes"},
                                   {"attach", "clsact"},
                                   {"failurePolicy", "closed"},
                                   {"annotationLabels", {{"example.com/a", "a"}, {"b", "_b1"}}},
                                   {"endedRetention", "1h30m"},
                                   {"group", "12"},
                                   {"logFile", "/var/log/podmeter.log"},
                                   {"logLevel", "debug"}});
  CHECK(read.faults.empty());
  CHECK(read.settings.pin_root == "/sys/fs/bpf/mine");
  CHECK(read.settings.scopes == "/etc/scopes");
  CHECK(read.settings.attach == Attach::kClsact);
  CHECK(read.settings.failure_policy == FailurePolicy::kClosed);
  CHECK(read.settings.annotation_labels == std::map<std::string, std::string>{{"example.com/a", "a"}, {"b", "_b1"}});
  CHECK(read.settings.ended_retention == std::chrono::minutes(90));
  CHECK(read.settings.group == "12");
  CHECK(read.settings.log_file == "/var/log/podmeter.log");
  CHECK(read.settings.log_level == LogLevel::kDebug);
}

TEST_CASE("every word of a choice is known") {
  CHECK_FALSE(read_settings({{"attach", "auto"}}).settings.attach);
  CHECK(read_settings({{"attach", "tcx"}}).settings.attach == Attach::kTcx);
  CHECK(read_settings({{"failurePolicy", "open"}}).settings.failure_policy == FailurePolicy::kOpen);
  CHECK(read_settings({{"logLevel", "info"}}).settings.log_level == LogLevel::kInfo);
  CHECK(read_settings({{"logLevel", "warn"}}).settings.log_level == LogLevel::kWarn);
  CHECK(read_settings({{"logLevel", "error"}}).settings.log_level == LogLevel::kError);
}

TEST_CASE("a wrong field keeps its default and is named, once") {
  using Row = std::pair<std::string, json>;
  const auto& [field, value] = GENERATE(values<Row>({{"pinRoot", ""},
                                                     {"pinRoot", "relative"},
                                                     {"pinRoot", 1},
                                                     {"pinRoot", std::string("/a\0b", 4)},
                                                     {"scopes", ""},
                                                     {"scopes", json::array()},
                                                     {"attach", ""},
                                                     {"attach", "Auto"},
                                                     {"attach", nullptr},
                                                     {"failurePolicy", "close"},
                                                     {"annotationLabels", json::array()},
                                                     {"annotationLabels", {{"a", nullptr}}},
                                                     {"annotationLabels", {{"a", ""}}},
                                                     {"annotationLabels", {{"a", "__a"}}},
                                                     {"annotationLabels", {{"a", "a-b"}}},
                                                     {"annotationLabels", {{"a", "direction"}}},
                                                     {"annotationLabels", {{"a", "ok"}, {"b", "pod"}}},
                                                     {"annotationLabels", {{"a", "same"}, {"b", "same"}}},
                                                     {"endedRetention", 900},
                                                     {"endedRetention", "fifteen minutes"},
                                                     {"logFile", "podmeter.log"},
                                                     {"logFile", true},
                                                     {"logLevel", "trace"},
                                                     {"loglevel", "info"},
                                                     {"", 1},
                                                     {"enabled", true}}));
  INFO(field << ": " << value.dump());
  const auto read = read_settings({{"type", "podmeter"}, {field, value}});
  REQUIRE(read.faults.size() == 1);
  CHECK(read.faults.front().starts_with("field '" + field + "'"));
  CHECK(same(read.settings, Settings()));
}

TEST_CASE("a wrong group is named, and is not the default: that may not be the tree's") {
  const auto wrong = GENERATE(values<json>({0, "", nullptr, json::array({"podmeter"}), std::string("a\0b", 3)}));
  const auto read = read_settings({{"group", wrong}});
  REQUIRE(read.faults.size() == 1);
  CHECK(read.faults.front().starts_with("field 'group': "));
  CHECK(read.settings.group.empty());
}

TEST_CASE("the fault of a wrong field is a short line, whatever it holds") {
  const std::string any = "\n\x1b[31m" + std::string(1000, 'x'), name(1000, 'x');
  const auto wrong = GENERATE_COPY(json{{"pinRoot", any}}, json{{"attach", any}}, json{{"endedRetention", any}},
                                   json{{"annotationLabels", {{any, 1}}}},
                                   json{{"annotationLabels", {{"a", name}, {"b", name}}}}, json{{any + "y", 1}});
  const auto read = read_settings(wrong);
  REQUIRE(read.faults.size() == 1);
  CHECK(read.faults.front().size() < 300);
  CHECK(read.faults.front().find_first_of("\n\x1b") == std::string::npos);
}

TEST_CASE("a label that an annotation can't have is refused by the rule that it breaks") {
  using Row = std::pair<json, std::string>;
  const auto& [labels, fault] = GENERATE(values<Row>({
      {{{"a", 1}}, "the label for annotation 'a' must be a string"},
      {{{"a", "1a"}},
       "label '1a' for annotation 'a' is not a Prometheus label name: letters, digits and '_', no digit first, no '__' "
       "first"},
      {{{"a", "namespace"}}, "label 'namespace' for annotation 'a' is reserved: podmeter or Prometheus uses it"},
      {{{"a", "job"}}, "label 'job' for annotation 'a' is reserved: podmeter or Prometheus uses it"},
      {{{"a", "t"}, {"b", "t"}}, "label 't' stands for two annotations"},
  }));
  const auto read = read_settings({{"annotationLabels", labels}});
  REQUIRE(read.faults.size() == 1);
  CHECK(read.faults.front() == "field 'annotationLabels': " + fault);
}

TEST_CASE("a wrong field leaves the others as they are, and each wrong one is named") {
  const auto read = read_settings({{"attach", 1}, {"logLevel", "error"}, {"typo", 1}, {"group", "12"}});
  CHECK(read.faults.size() == 2);
  CHECK(read.settings.log_level == LogLevel::kError);
  CHECK(read.settings.group == "12");
}

TEST_CASE("a field's name is shown without the bytes that would spoil a log") {
  const auto read = read_settings({{"a\nb" + std::string(1000, 'x'), 1}});
  REQUIRE(read.faults.size() == 1);
  CHECK(read.faults.front().find('\n') == std::string::npos);
  CHECK(read.faults.front().size() < 150);
}

TEST_CASE("fields of the specification, of libcni and of runtimes are not a mistake, whatever they hold") {
  const std::string field =
      GENERATE("cniVersion", "cniVersions", "name", "type", "args", "ipMasq", "ipam", "dns", "prevResult",
               "capabilities", "runtimeConfig", "disableCheck", "disableGC", "loadOnlyInlinedPlugins",
               "cni.dev/attachments", "io.kubernetes.cri.pod-annotations", "a/b");
  const auto value = GENERATE(json(1), json(nullptr), json("x"), json::object());
  CHECK(read_settings({{field, value}}).faults.empty());
}

}  // namespace podmeter::tests
