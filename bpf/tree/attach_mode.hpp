// SPDX-License-Identifier: Apache-2.0
// How a meter is attached, and what kind of interface it is attached to.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace podmeter {

// The header before the IP header, where a classifier sees a packet.
enum class LinkLayer : std::uint8_t { kEthernet, kNone };

// A row for each way of attaching: ROW(enumerator, name). The name is the one of the configuration, the identity and
// the labels; bpf/attach has a hook called name_hook(). If the configuration leaves it open, the first that the kernel
// has is taken.
#define PODMETER_ATTACH_MODES(ROW) \
  ROW(kTcx, tcx)                   \
  ROW(kClsact, clsact)

#define PODMETER_ENUMERATOR(enumerator, name) enumerator,
#define PODMETER_MODE(enumerator, name) Attach::enumerator,
#define PODMETER_NAME(enumerator, name) #name,
enum class Attach : std::uint8_t { PODMETER_ATTACH_MODES(PODMETER_ENUMERATOR) };
inline constexpr Attach kAttachModes[] = {PODMETER_ATTACH_MODES(PODMETER_MODE)};
inline constexpr std::string_view kAttachNames[] = {PODMETER_ATTACH_MODES(PODMETER_NAME)};
#undef PODMETER_ENUMERATOR
#undef PODMETER_MODE
#undef PODMETER_NAME

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
