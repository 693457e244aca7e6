// SPDX-License-Identifier: Apache-2.0
#include "bpf/attach/attachment_check.hpp"

#include <linux/pkt_cls.h>
#include <unistd.h>

#include "bpf/attach/clsact_filter.hpp"
#include "tests/meters/foreign_program.hpp"
#include "tests/meters/loaded_meter.hpp"
#include "tests/meters/stored_meter.hpp"
#include "tests/pods/make_pod.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

struct Attached {
  Pod pod;
  MeterDir dir;
  std::string how;

  static Attached create(const std::string& how) {
    auto pod = make_pod();
    const auto tree = must(make_own_tree());
    auto identity = make_identity("a");
    identity.attach = how;
    must(store_meter(tree, identity, &pod));
    return {std::move(pod), tree.live(name_of(identity)), how};
  }

  [[nodiscard]] Result<void> check() const {
    const auto inside = must(pod.netns.enter());
    return check_attached(dir, pod.ifindex(), how);
  }

  void check_names(const std::string& missing) const {
    const auto checked = check();
    REQUIRE_FALSE(checked);
    INFO(checked.error().text);
    CHECK(checked.error().text.find(missing) != std::string::npos);
  }
};

}  // namespace

TEST_CASE("a whole meter is found attached") {
  const auto meter = Attached::create(GENERATE(as<std::string>(), "tcx", "clsact"));
  must(meter.check());
}

TEST_CASE("a missing program pin is named") {
  const auto meter = Attached::create(GENERATE(as<std::string>(), "tcx", "clsact"));
  ::unlink(meter.dir.program(PM_INGRESS).c_str());
  meter.check_names("ingress_program");
}

TEST_CASE("a missing link pin is named") {
  const auto meter = Attached::create("tcx");
  ::unlink(meter.dir.link(PM_EGRESS).c_str());
  meter.check_names("egress_link");
}

TEST_CASE("a removed filter is named") {
  const auto meter = Attached::create("clsact");
  {
    const auto inside = must(meter.pod.netns.enter());
    must(remove_filter({meter.pod.ifindex(), PM_INGRESS}));
  }
  meter.check_names("ingress clsact filter");
}

TEST_CASE("a filter of ours with another program is seen") {
  const auto meter = Attached::create("clsact");
  const auto other = must(LoadedMeter::load(LinkLayer::kEthernet));
  {
    const auto inside = must(meter.pod.netns.enter());
    must(add_filter({meter.pod.ifindex(), PM_EGRESS}, other.program(PM_EGRESS)));
  }
  meter.check_names("egress clsact filter");
}

TEST_CASE("an interface that is gone is no meter's") {
  const auto meter = Attached::create(GENERATE(as<std::string>(), "tcx", "clsact"));
  must(remove_interface(meter.pod.netns, meter.pod.ifindex()));
  CHECK_FALSE(meter.check());
}

TEST_CASE("a meter in one network namespace isn't found on an interface of the same number in another") {
  const auto meter = Attached::create(GENERATE(as<std::string>(), "tcx", "clsact"));
  const auto other = make_pod();
  REQUIRE(other.ifindex() == meter.pod.ifindex());
  const auto inside = must(other.netns.enter());
  CHECK_FALSE(check_attached(meter.dir, other.ifindex(), meter.how));
}

TEST_CASE("detaching removes the meter's filters, and leaves others' and the qdisc") {
  const auto meter = Attached::create("clsact");
  const auto foreign = must(ForeignProgram::load(PM_EGRESS, TC_ACT_UNSPEC));
  const auto inside = must(meter.pod.netns.enter());
  const auto ifindex = meter.pod.ifindex();
  must(foreign.attach_filter(ifindex, 7));
  must(detach_filters(meter.dir, ifindex));
  for (const auto direction : kDirections)
    CHECK(is_gone(filter_program_id({ifindex, direction}).error()));
  must(foreign.query_filter(ifindex, 7));
  must(detach_filters(meter.dir, ifindex));
}

TEST_CASE("detaching leaves a filter of ours that runs another meter's program") {
  const auto meter = Attached::create("clsact");
  const auto other = must(LoadedMeter::load(LinkLayer::kEthernet));
  const auto inside = must(meter.pod.netns.enter());
  must(add_filter({meter.pod.ifindex(), PM_EGRESS}, other.program(PM_EGRESS)));
  must(detach_filters(meter.dir, meter.pod.ifindex()));
  must(filter_program_id({meter.pod.ifindex(), PM_EGRESS}));
  CHECK_FALSE(filter_program_id({meter.pod.ifindex(), PM_INGRESS}));
}

TEST_CASE("filters of a meter that wasn't kept go with it, and those of one that was stay") {
  const auto pod = make_pod();
  const auto inside = must(pod.netns.enter());
  {
    auto meter = must(LoadedMeter::load(LinkLayer::kEthernet));
    must(meter.meter().attach(pod.ifindex(), Attach::kClsact, meter.dir()));
    must(filter_program_id({pod.ifindex(), PM_INGRESS}));
  }
  CHECK(is_gone(filter_program_id({pod.ifindex(), PM_EGRESS}).error()));
  CHECK(is_gone(filter_program_id({pod.ifindex(), PM_INGRESS}).error()));
  {
    auto meter = must(LoadedMeter::load(LinkLayer::kEthernet));
    must(meter.meter().attach(pod.ifindex(), Attach::kClsact, meter.dir()));
    meter.meter().keep();
  }
  must(filter_program_id({pod.ifindex(), PM_EGRESS}));
  must(filter_program_id({pod.ifindex(), PM_INGRESS}));
}

TEST_CASE("attaching to an interface that isn't there fails and leaves nothing") {
  const auto how = GENERATE(Attach::kAuto, Attach::kTcx, Attach::kClsact);
  const auto pod = make_pod();
  auto meter = must(LoadedMeter::load(LinkLayer::kEthernet));
  const auto inside = must(pod.netns.enter());
  const auto attached = meter.meter().attach(4711, how, meter.dir());
  REQUIRE_FALSE(attached);
  CHECK(attached.error().text.find("4711") != std::string::npos);
  CHECK(::access(meter.dir().link(PM_EGRESS).c_str(), F_OK) != 0);
}

}  // namespace podmeter::tests
