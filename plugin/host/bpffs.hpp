// SPDX-License-Identifier: Apache-2.0
// The BPF filesystem (bpffs) that holds the pins.
#pragma once

#include <string>

#include "bpf/base/fd.hpp"
#include "bpf/base/result.hpp"

namespace podmeter {

// Succeeds where `pin_root` is on a bpffs, or can be created on one. Mounts a bpffs on /sys/fs/bpf, as bpftool does, if
// `pin_root` is below it and none is mounted; never mounts elsewhere, nor in a mount namespace that is not the node's.
// ENODEV where there is no bpffs.
Result<void> prepare_bpffs(const std::string& pin_root);
// Fails where prepare_bpffs() would; mounts nothing.
Result<void> check_bpffs(const std::string& pin_root);

// A bpffs that is mounted nowhere and goes with this.
class ScratchBpffs {
 public:
  static Result<ScratchBpffs> make();
  // Its root, for this process alone.
  [[nodiscard]] std::string path() const;

 private:
  explicit ScratchBpffs(Fd root) : root_(std::move(root)) {}

  Fd root_;
};

}  // namespace podmeter
