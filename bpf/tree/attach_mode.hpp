// SPDX-License-Identifier: Apache-2.0
// How a meter is attached, and what kind of interface it is attached to.
#pragma once

#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>

namespace podmeter {

// The header before the IP header, where a classifier sees a packet.
enum class LinkLayer : std::uint8_t { kEthernet, kNone };

// How a meter is attached. The names are those of the configuration, the identity and the labels; the first that the
// kernel has is taken where the configuration leaves it open.
enum class Attach : std::uint8_t { kTcx, kClsact };
inline constexpr Attach kAttachModes[] = {Attach::kTcx, Attach::kClsact};
inline constexpr std::string_view kAttachNames[] = {"tcx", "clsact"};
static_assert(std::size(kAttachModes) == static_cast<std::size_t>(Attach::kClsact) + 1);
static_assert(std::size(kAttachNames) == std::size(kAttachModes));

constexpr std::string_view attach_name(Attach attach) {
  return kAttachNames[static_cast<std::size_t>(attach)];
}
constexpr std::optional<Attach> find_attach(std::string_view name) {
  for (const auto attach : kAttachModes)
    if (attach_name(attach) == name)
      return attach;
  return std::nullopt;
}

}  // namespace podmeter
