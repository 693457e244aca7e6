// SPDX-License-Identifier: Apache-2.0
// The groups of measurements, each run by itself. Each appends its figures, and leaves nothing behind but ended meters
// in the process's own bpffs; each needs the process to be in its own namespaces, with one thread.
#pragma once

#include <vector>

#include "bpf/base/result.hpp"
#include "tests/bench/figure.hpp"

namespace podmeter::bench {

Result<void> measure_packet(Figures& figures);
Result<void> measure_tables(Figures& figures);
Result<void> measure_two_cpus(Figures& figures);
Result<void> measure_add(Figures& figures);
Result<void> measure_iperf(Figures& figures);
Result<void> measure_memory(Figures& figures);
Result<void> measure_ended(Figures& figures);
Result<void> measure_totals(Figures& figures);
// At each of the numbers of meters, which only grow.
Result<void> measure_scrape(Figures& figures, const std::vector<unsigned>& meters);

}  // namespace podmeter::bench
