// SPDX-License-Identifier: Apache-2.0
#include "bpf/tree/pin_tree.hpp"

#include <utility>

namespace podmeter {

std::string_view direction_name(pm_direction direction) {
  return direction == PM_EGRESS ? "egress" : "ingress";
}

std::string MeterDir::program(pm_direction direction) const {
  return path_ + '/' + std::string(direction_name(direction)) + "_program";
}

std::string MeterDir::link(pm_direction direction) const {
  return path_ + '/' + std::string(direction_name(direction)) + "_link";
}

PinTree::PinTree(std::string root)
    : root_(std::move(root)), version_dir_(root_ + "/v" + std::to_string(PM_ABI_VERSION)) {}

MeterDir PinTree::making(std::string_view name) const {
  return MeterDir(making_dir() + '/' + std::string(name));
}

MeterDir PinTree::live(std::string_view name) const {
  return MeterDir(live_dir() + '/' + std::string(name));
}

MeterDir PinTree::ended(std::string_view name) const {
  return MeterDir(ended_dir() + '/' + std::string(name));
}

MeterDir PinTree::folding(std::string_view name) const {
  return MeterDir(folding_dir() + '/' + std::string(name));
}

TotalDir PinTree::total(std::string_view name) const {
  return TotalDir(totals_dir() + '/' + std::string(name));
}

}  // namespace podmeter
