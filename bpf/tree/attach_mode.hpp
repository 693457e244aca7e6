// SPDX-License-Identifier: Apache-2.0
// How a meter is attached, and what kind of interface it is attached to.
#pragma once

#include <cstdint>
#include <string_view>

namespace podmeter {

// What stands before the IP header where a classifier sees a packet.
enum class LinkLayer : std::uint8_t { kEthernet, kNone };

// How a meter is, or may be, attached. kAuto: tcx links where the kernel has them, else clsact filters.
enum class Attach : std::uint8_t { kAuto, kTcx, kClsact };
inline constexpr std::string_view kAttachNames[] = {"auto", "tcx", "clsact"};
constexpr std::string_view attach_name(Attach attach) {
  return kAttachNames[static_cast<std::size_t>(attach)];
}

}  // namespace podmeter
