// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/test_run.hpp"

#include <bpf/bpf.h>
#include <linux/pkt_cls.h>

#include "tests/bench/numbers.hpp"

namespace podmeter::bench {

Result<double> packet_cost(int program, const tests::Frame& frame, int repeat) {
  bpf_test_run_opts opts{};
  opts.sz = sizeof(opts);
  opts.data_in = frame.data();
  opts.data_size_in = static_cast<__u32>(frame.size());
  opts.repeat = repeat;
  const auto start = now_ns();
  const int failed = bpf_prog_test_run_opts(program, &opts);
  const auto took = now_ns() - start;
  if (failed != 0)
    return system_error("run a program " + std::to_string(repeat) + " times", -failed);
  if (static_cast<int>(opts.retval) != TC_ACT_UNSPEC)
    return Error{"a program returned " + std::to_string(static_cast<int>(opts.retval))};
  return static_cast<double>(took) / repeat;
}

}  // namespace podmeter::bench
