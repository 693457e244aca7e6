// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/bare_attach.hpp"

#include <bpf/bpf.h>
#include <linux/bpf.h>

#include <array>

#include "bpf/attach/tcx_chain.hpp"
#include "tests/bench/numbers.hpp"

namespace podmeter::bench {
namespace {

Result<Fd> load_bare(bpf_attach_type type) {
  const std::array<bpf_insn, 2> code = {
      {{BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, -1}, {BPF_JMP | BPF_EXIT, 0, 0, 0, 0}}};
  bpf_prog_load_opts opts{};
  opts.sz = sizeof(opts);
  opts.expected_attach_type = type;
  Fd program(bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "bare", "GPL", code.data(), code.size(), &opts));
  if (!program.valid())
    return system_error("load a bare program");
  return program;
}

Fd link(const Fd& program, std::uint32_t ifindex, bpf_attach_type type) {
  bpf_link_create_opts opts{};
  opts.sz = sizeof(opts);
  opts.flags = kTcxBefore;
  return Fd(bpf_link_create(program.get(), static_cast<int>(ifindex), type, &opts));
}

double milliseconds_since(std::int64_t start) {
  return static_cast<double>(now_ns() - start) / 1e6;
}

}  // namespace

Result<BarePrograms> BarePrograms::load() {
  auto egress = load_bare(kTcxEgress);
  if (!egress)
    return egress.error();
  auto ingress = load_bare(kTcxIngress);
  if (!ingress)
    return ingress.error();
  return BarePrograms(std::move(*egress), std::move(*ingress));
}

Result<BareAttach> BarePrograms::attach(std::uint32_t ifindex) const {
  BareAttach took;
  const auto start = now_ns();
  Fd egress = link(egress_, ifindex, kTcxEgress);
  Fd ingress = link(ingress_, ifindex, kTcxIngress);
  if (!egress.valid() || !ingress.valid())
    return system_error("attach a bare program");
  took.attach_ms = milliseconds_since(start);
  const auto attached = now_ns();
  { const Fd first(std::move(egress)), second(std::move(ingress)); }
  took.detach_ms = milliseconds_since(attached);
  return took;
}

}  // namespace podmeter::bench
