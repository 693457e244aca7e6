// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/programs.hpp"

#include <utility>

#include "baseline.skel.h"
#include "yardstick.skel.h"

namespace podmeter::bench {

void Programs::Unload::operator()(yardstick_bpf* skeleton) const {
  yardstick_bpf::destroy(skeleton);
}

void Programs::Unload::operator()(baseline_bpf* skeleton) const {
  baseline_bpf::destroy(skeleton);
}

Result<Programs> Programs::load() {
  Yardstick least(yardstick_bpf::open_and_load());
  if (!least)
    return system_error("load the programs that do least");
  Baseline usual(baseline_bpf::open_and_load());
  if (!usual)
    return system_error("load the programs of the usual shape");
  auto meter = tests::LoadedMeter::load(LinkLayer::kEthernet);
  if (!meter)
    return meter.error();
  return Programs(std::move(least), std::move(usual), std::move(*meter));
}

Programs::Programs(Yardstick least, Baseline usual, tests::LoadedMeter meter)
    : least_(std::move(least)), usual_(std::move(usual)), meter_(std::move(meter)) {}
Programs::Programs(Programs&&) noexcept = default;
Programs::~Programs() = default;

int Programs::empty() const {
  return bpf_program__fd(least_->progs.empty);
}

int Programs::minimal() const {
  return bpf_program__fd(least_->progs.minimal);
}

int Programs::usual(pm_direction direction) const {
  return bpf_program__fd(direction == PM_EGRESS ? usual_->progs.usual_egress : usual_->progs.usual_ingress);
}

}  // namespace podmeter::bench
