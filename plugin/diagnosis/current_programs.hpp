// SPDX-License-Identifier: Apache-2.0
// The programs that this version of podmeter would load.
#pragma once

#include <array>
#include <optional>

#include "bpf/attach/loaded_meter.hpp"
#include "bpf/tree/pin_tree.hpp"

namespace podmeter {

// The fingerprints of this version's programs, found out by loading them once.
class CurrentPrograms {
 public:
  explicit CurrentPrograms(const PinTree& tree) : tree_(tree) {}
  Result<ProgramTags> tags(LinkLayer link_layer);

 private:
  const PinTree& tree_;
  std::array<std::optional<ProgramTags>, 2> tags_;
};

}  // namespace podmeter
