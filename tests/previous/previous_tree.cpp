// SPDX-License-Identifier: Apache-2.0
#include "tests/previous/previous_tree.hpp"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>

#include "bpf/attach/clsact_filter.hpp"
#include "bpf/attach/tcx_chain.hpp"
#include "bpf/base/fd.hpp"
#include "bpf/tree/meter_name.hpp"
#include "plugin/host/netns.hpp"
#include "previous.skel.h"

namespace podmeter::tests {
namespace {

struct Destroy {
  void operator()(previous_bpf* skeleton) const { previous_bpf::destroy(skeleton); }
};

Result<void> done(int status, const std::string& what) {
  return status == 0 ? Result<void>() : system_error(what);
}

Result<void> make_directory(const std::string& path, gid_t readers) {
  if (::mkdir(path.c_str(), 0750) != 0 && errno != EEXIST)
    return system_error("make '" + path + "'");
  return done(::chown(path.c_str(), 0, readers), "give '" + path + "'");
}

Result<void> attach(int program, pm_direction direction, std::uint32_t ifindex, const std::string& how,
                    const std::string& pin) {
  if (how == "clsact")
    return add_filter({ifindex, direction}, program);
  bpf_link_create_opts opts{};
  opts.sz = sizeof(opts);
  opts.flags = kTcxBefore;
  const Fd link(bpf_link_create(program, static_cast<int>(ifindex), tcx_type(direction), &opts));
  return link.valid() ? done(bpf_obj_pin(link.get(), pin.c_str()), "pin '" + pin + "'") : system_error("attach");
}

std::string identity(const std::string& how, std::uint32_t ifindex, std::uint64_t cookie) {
  return R"({"attach":")" + how + R"(","ifindex":)" + std::to_string(ifindex) +
         R"(,"labels":{},"meter":"5eed5eed5eed5eed","namespace":"shop","netns_cookie":)" + std::to_string(cookie) +
         R"(,"network":"pods","pod":"cart","start_ns":1795340000000000000,"uid":"u-1"})";
}

}  // namespace

Result<void> make_previous_meter(const PinTree& tree, const Pod& pod, const std::string& container,
                                 const std::string& how, gid_t readers) {
  for (const auto& path : {tree.root(), tree.version_dir(), tree.making_dir(), tree.live_dir(), tree.ended_dir()})
    if (auto made = make_directory(path, readers); !made)
      return made;
  const std::unique_ptr<previous_bpf, Destroy> meter(previous_bpf::open());
  const std::pair<bpf_program*, bpf_program*> programs = {meter->progs.pm_egress_eth, meter->progs.pm_ingress_eth};
  bpf_program__set_expected_attach_type(programs.first, tcx_type(PM_EGRESS));
  bpf_program__set_expected_attach_type(programs.second, tcx_type(PM_INGRESS));
  if (auto loaded = done(previous_bpf::load(meter.get()), "load the previous version's programs"); !loaded)
    return loaded;
  const MeterDir dir = tree.live(*encode_name({container, "eth0"}));
  if (auto made = make_directory(dir.path(), readers); !made)
    return made;
  const auto inside = pod.netns.enter();
  for (const auto direction : kDirections) {
    const int fd = bpf_program__fd(direction == PM_EGRESS ? programs.first : programs.second);
    if (auto pinned = done(bpf_obj_pin(fd, dir.program(direction).c_str()), "pin"); !pinned)
      return pinned;
    if (auto attached = attach(fd, direction, pod.ifindex(), how, dir.link(direction)); !attached)
      return attached;
  }
  const std::string text = identity(how, pod.ifindex(), *netns_cookie());
  if (auto written = done(::symlink(text.c_str(), dir.identity().c_str()), "write identity"); !written)
    return written;
  if (auto pinned = done(bpf_obj_pin(bpf_map__fd(meter->maps.counters), dir.counters().c_str()), "pin"); !pinned)
    return pinned;
  if (auto given = done(::chown(dir.counters().c_str(), 0, readers), "give"); !given)
    return given;
  return done(::chmod(dir.counters().c_str(), 0640), "share");
}

}  // namespace podmeter::tests
