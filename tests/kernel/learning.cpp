// SPDX-License-Identifier: Apache-2.0
// Facts about the kernel that podmeter takes for granted: a test a fact.
#include <bpf/bpf.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "bpf/base/directory.hpp"
#include "bpf/base/fd.hpp"
#include "bpf/base/symlink_text.hpp"
#include "bpf/tree/counters.hpp"
#include "bpf/tree/meter_store.hpp"
#include "tests/checks/counted.hpp"
#include "tests/meters/stored_meter.hpp"
#include "tests/packets/sockets.hpp"
#include "tests/pods/make_pod.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

std::string own_directory(const char* name) {
  std::string path = std::string("/sys/fs/bpf/") + name;
  REQUIRE(::mkdir(path.c_str(), 0755) == 0);
  return path;
}

Fd small_map() {
  return Fd(bpf_map_create(BPF_MAP_TYPE_ARRAY, "learning", 4, 8, 1, nullptr));
}

bpf_link_info link_info(const std::string& pin) {
  const Fd link(bpf_obj_get(pin.c_str()));
  REQUIRE(link.valid());
  bpf_link_info info{};
  __u32 size = sizeof(info);
  REQUIRE(bpf_obj_get_info_by_fd(link.get(), &info, &size) == 0);
  return info;
}

}  // namespace

TEST_CASE("bpffs refuses a name with a dot, for a directory and for a pin") {
  const auto dir = own_directory("learn_dots");
  CHECK(::mkdir((dir + "/a.b").c_str(), 0755) != 0);
  CHECK(errno == EPERM);
  const auto map = small_map();
  CHECK(bpf_obj_pin(map.get(), (dir + "/a.b").c_str()) != 0);
  CHECK(errno == EPERM);
}

TEST_CASE("bpffs takes names of 255 bytes, percent signs and pluses, and symbolic links of 4095 bytes") {
  const auto dir = own_directory("learn_names");
  CHECK(::mkdir((dir + '/' + std::string(255, 'n')).c_str(), 0755) == 0);
  CHECK(::mkdir((dir + "/a%2Eb+eth0").c_str(), 0755) == 0);
  Identity identity;
  identity.pod = std::string(kSymlinkMax - to_text(identity).size(), 'p');
  must(write_identity(dir + "/identity", identity));
  CHECK(must(read_identity(dir + "/identity")) == identity);
  identity.pod += 'p';
  CHECK(write_identity(dir + "/longer", identity).error().code == ENAMETOOLONG);
}

TEST_CASE("bpffs renames a directory with all that is in it, but not onto one that isn't empty") {
  const auto dir = own_directory("learn_rename");
  const auto map = small_map();
  for (const auto* name : {"/from", "/onto", "/empty"})
    REQUIRE(::mkdir((dir + name).c_str(), 0755) == 0);
  REQUIRE(bpf_obj_pin(map.get(), (dir + "/from/map").c_str()) == 0);
  REQUIRE(bpf_obj_pin(map.get(), (dir + "/onto/map").c_str()) == 0);
  CHECK(::rename((dir + "/from").c_str(), (dir + "/onto").c_str()) != 0);
  CHECK((errno == ENOTEMPTY || errno == EEXIST));
  REQUIRE(::rename((dir + "/from").c_str(), (dir + "/to").c_str()) == 0);
  CHECK_FALSE(exists(dir + "/from"));
  CHECK(Fd(bpf_obj_get((dir + "/to/map").c_str())).valid());
}

TEST_CASE("counters stay readable when the network namespace is gone, and the link's interface is then 0") {
  const auto tree = must(make_own_tree());
  const auto identity = make_identity("a");
  const auto dir = tree.live(name_of(identity));
  {
    const auto pod = make_pod();
    must(store_meter(tree, identity, &pod));
    const auto inside = must(UdpSocket::open(pod.netns, {"198.51.100.1", 9000}));
    const auto outside = must(UdpSocket::open(pod.host, {"198.51.100.2", 9000}));
    must(inside.send(100, {"198.51.100.2", 9000}));
    must(outside.receive());
    CHECK(link_info(dir.link(PM_EGRESS)).xdp.ifindex == pod.ifindex());
  }
  for (int i = 0; i < 500 && link_info(dir.link(PM_EGRESS)).xdp.ifindex != 0; i++)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  for (const auto direction : kDirections)
    CHECK(link_info(dir.link(direction)).xdp.ifindex == 0);
  const auto counted = must(read_counters(dir.counters()));
  INFO(text_of(counted));
  CHECK(same(counted, plus({}, PM_EGRESS, {PM_SCOPE_PUBLIC, 128})));
}

TEST_CASE("who has no capability reads counters by the pin's file mode, and can't write them") {
  const auto meter = must(LoadedMeter::load(LinkLayer::kEthernet));
  REQUIRE(::chmod(meter.dir().path().c_str(), 0755) == 0);
  const auto pin = meter.dir().counters();
  REQUIRE(::chmod(pin.c_str(), 0600) == 0);
  CHECK(as_nobody([&] { return read_counters(pin) ? 1 : read_counters(pin).error().code; }) == EACCES);
  REQUIRE(::chmod(pin.c_str(), 0644) == 0);
  CHECK(as_nobody([&] { return read_counters(pin) ? 0 : 1; }) == 0);
  CHECK(as_nobody([&] { return Fd(bpf_obj_get(pin.c_str())).valid() ? 1 : 0; }) == 0);
}

TEST_CASE("who may read a link's pin can't open it, so can't detach it") {
  const auto pod = make_pod();
  auto meter = must(LoadedMeter::load(LinkLayer::kEthernet));
  REQUIRE(::chmod(meter.dir().path().c_str(), 0755) == 0);
  {
    const auto inside = must(pod.netns.enter());
    must(meter.meter().attach(pod.ifindex(), Attach::kTcx, meter.dir()));
  }
  const auto pin = meter.dir().link(PM_EGRESS);
  REQUIRE(::chmod(pin.c_str(), 0444) == 0);
  CHECK(as_nobody([&] {
          struct bpf_obj_get_opts opts {};
          opts.sz = sizeof(opts);
          opts.file_flags = BPF_F_RDONLY;
          const bool opened = Fd(bpf_obj_get(pin.c_str())).valid() || Fd(bpf_obj_get_opts(pin.c_str(), &opts)).valid();
          return opened ? 1 : 0;
        }) == 0);
}

}  // namespace podmeter::tests
