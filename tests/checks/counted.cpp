// SPDX-License-Identifier: Apache-2.0
#include "tests/checks/counted.hpp"

#include <cstring>

#include "tests/support/must.hpp"

namespace podmeter::tests {

pm_counters plus(pm_counters counters, pm_direction direction, const Counted& counted) {
  counters.of[direction][counted.scope].bytes += counted.bytes;
  counters.of[direction][counted.scope].packets += counted.packets;
  return counters;
}

bool same(const pm_counters& a, const pm_counters& b) {
  return std::memcmp(&a, &b, sizeof(a)) == 0;
}

std::string text_of(const pm_counters& counters) {
  std::string text;
  for (const auto direction : kDirections) {
    text += std::string(direction_name(direction)) + ":";
    for (int slot = 0; slot < PM_SCOPES; slot++) {
      const auto& count = counters.of[direction][slot];
      if (count.bytes != 0 || count.packets != 0)
        text +=
            " [" + std::to_string(slot) + "] " + std::to_string(count.bytes) + " B/" + std::to_string(count.packets);
    }
    text += '\n';
  }
  return text;
}

void check_counts(const LoadedMeter& meter, pm_direction direction, const Frame& frame, const Counted& expected,
                  Gso gso) {
  const auto before = must(meter.read());
  const auto ran = must(run_program(meter.program(direction), frame, gso));
  const auto after = must(meter.read());
  const auto wanted = plus(before, direction, expected);
  INFO(direction_name(direction) << ", frame of " << frame.size() << " bytes\nwanted\n"
                                 << text_of(wanted) << "counted\n"
                                 << text_of(after));
  CHECK(ran.returned == -1);
  CHECK(ran.after == frame);
  CHECK(same(after, wanted));
}

}  // namespace podmeter::tests
