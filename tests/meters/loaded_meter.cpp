// SPDX-License-Identifier: Apache-2.0
#include "tests/meters/loaded_meter.hpp"

#include <bpf/bpf.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "bpf/tree/counters.hpp"

namespace podmeter::tests {

Result<Ran> run_program(int program, const Frame& frame, Gso gso, int repeat) {
  Ran ran;
  ran.after.resize(frame.size() + 64);
  __sk_buff context{};
  context.gso_size = gso.size;
  context.gso_segs = gso.segments;
  bpf_test_run_opts opts{};
  opts.sz = sizeof(opts);
  opts.data_in = frame.data();
  opts.data_size_in = static_cast<__u32>(frame.size());
  opts.data_out = ran.after.data();
  opts.data_size_out = static_cast<__u32>(ran.after.size());
  opts.ctx_in = &context;
  opts.ctx_size_in = sizeof(context);
  opts.repeat = repeat;
  if (bpf_prog_test_run_opts(program, &opts) != 0)
    return system_error("run program on a frame of " + std::to_string(frame.size()) + " bytes");
  ran.after.resize(opts.data_size_out);
  ran.returned = static_cast<int>(opts.retval);
  return ran;
}

Result<LoadedMeter> LoadedMeter::load(LinkLayer link_layer, const ScopeTable& scopes) {
  static int number = 0;
  auto meter = Meter::load(link_layer, scopes);
  if (!meter)
    return meter.error();
  const std::string path = "/sys/fs/bpf/loaded_" + std::to_string(number++);
  if (::mkdir(path.c_str(), 0700) != 0)
    return system_error("make directory '" + path + "'");
  LoadedMeter loaded(std::move(*meter), path);
  if (auto pinned = loaded.meter_.pin(loaded.dir_); !pinned)
    return pinned.error();
  for (const auto direction : kDirections) {
    loaded.programs_[direction] = Fd(bpf_obj_get(loaded.dir_.program(direction).c_str()));
    if (!loaded.programs_[direction].valid())
      return system_error("open the pinned program of the meter");
  }
  return loaded;
}

LoadedMeter::LoadedMeter(LoadedMeter&& other) noexcept
    : meter_(std::move(other.meter_)), dir_(std::exchange(other.dir_, MeterDir(""))) {
  for (const auto direction : kDirections)
    programs_[direction] = std::move(other.programs_[direction]);
}

LoadedMeter::~LoadedMeter() {
  if (dir_.path().empty())
    return;
  ::unlink(dir_.counters().c_str());
  for (const auto direction : kDirections) {
    ::unlink(dir_.program(direction).c_str());
    ::unlink(dir_.link(direction).c_str());
  }
  ::rmdir(dir_.path().c_str());
}

Result<pm_counters> LoadedMeter::read() const {
  return read_counters(dir_.counters());
}

}  // namespace podmeter::tests
