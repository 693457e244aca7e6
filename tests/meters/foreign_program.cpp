// SPDX-License-Identifier: Apache-2.0
#include "tests/meters/foreign_program.hpp"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bpf/attach/tcx_chain.hpp"

namespace podmeter::tests {
namespace {

constexpr std::uint32_t kHandle = 0xbeef;

bpf_insn insn(int code, int dst, int src, int off, std::int32_t imm) {
  bpf_insn out{};
  out.code = static_cast<__u8>(code);
  out.dst_reg = static_cast<__u8>(dst & 15);
  out.src_reg = static_cast<__u8>(src & 15);
  out.off = static_cast<__s16>(off);
  out.imm = imm;
  return out;
}

bpf_tc_hook hook_of(std::uint32_t ifindex, pm_direction direction) {
  bpf_tc_hook hook{};
  hook.sz = sizeof(hook);
  hook.ifindex = static_cast<int>(ifindex);
  hook.attach_point = direction == PM_EGRESS ? BPF_TC_EGRESS : BPF_TC_INGRESS;
  return hook;
}

bpf_tc_opts filter_at(std::uint32_t priority) {
  bpf_tc_opts opts{};
  opts.sz = sizeof(opts);
  opts.handle = kHandle;
  opts.priority = priority;
  return opts;
}

}  // namespace

Result<ForeignProgram> ForeignProgram::load(pm_direction direction, std::int32_t returns) {
  Fd map(bpf_map_create(BPF_MAP_TYPE_ARRAY, "foreign", 4, 8, 1, nullptr));
  if (!map.valid())
    return system_error("create the foreign program's map");
  const bpf_insn code[] = {
      insn(BPF_ST | BPF_MEM | BPF_W, BPF_REG_10, 0, -4, 0),
      insn(BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_2, BPF_REG_10, 0, 0),
      insn(BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_2, 0, 0, -4),
      insn(BPF_LD | BPF_DW | BPF_IMM, BPF_REG_1, BPF_PSEUDO_MAP_FD, 0, map.get()),
      insn(0, 0, 0, 0, 0),
      insn(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem),
      insn(BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_0, 0, 2, 0),
      insn(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_1, 0, 0, 1),
      insn(BPF_STX | BPF_ATOMIC | BPF_DW, BPF_REG_0, BPF_REG_1, 0, BPF_ADD),
      insn(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, returns),
      insn(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
  };
  bpf_prog_load_opts opts{};
  opts.sz = sizeof(opts);
  opts.expected_attach_type = tcx_type(direction);
  Fd program(bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "foreign", "GPL", code, std::size(code), &opts));
  if (!program.valid())
    return system_error("load the foreign program");
  return ForeignProgram(std::move(map), std::move(program), direction);
}

Result<std::uint64_t> ForeignProgram::seen() const {
  const std::uint32_t key = 0;
  std::uint64_t value = 0;
  if (bpf_map_lookup_elem(map_.get(), &key, &value) != 0)
    return system_error("read the foreign program's map");
  return value;
}

Result<Fd> ForeignProgram::attach_tcx(std::uint32_t ifindex, std::uint32_t where) const {
  bpf_link_create_opts opts{};
  opts.sz = sizeof(opts);
  opts.flags = where;
  Fd link(bpf_link_create(program_.get(), static_cast<int>(ifindex), tcx_type(direction_), &opts));
  if (!link.valid())
    return system_error("attach the foreign program by tcx");
  return link;
}

Result<void> ForeignProgram::attach_filter(std::uint32_t ifindex, std::uint32_t priority) const {
  auto hook = hook_of(ifindex, PM_EGRESS);
  hook.attach_point = static_cast<bpf_tc_attach_point>(BPF_TC_INGRESS | BPF_TC_EGRESS);
  if (const int failed = bpf_tc_hook_create(&hook); failed != 0 && failed != -EEXIST)
    return system_error("create the foreign program's clsact qdisc", -failed);
  hook = hook_of(ifindex, direction_);
  auto opts = filter_at(priority);
  opts.prog_fd = program_.get();
  if (const int failed = bpf_tc_attach(&hook, &opts); failed != 0)
    return system_error("add the foreign program's filter", -failed);
  return {};
}

Result<void> ForeignProgram::query_filter(std::uint32_t ifindex, std::uint32_t priority) const {
  const auto hook = hook_of(ifindex, direction_);
  auto opts = filter_at(priority);
  if (const int failed = bpf_tc_query(&hook, &opts); failed != 0)
    return system_error("find the foreign program's filter", -failed);
  return {};
}

}  // namespace podmeter::tests
