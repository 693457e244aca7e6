// SPDX-License-Identifier: Apache-2.0
#include "bpf/tree/audit_record.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bpf/base/symlink_text.hpp"
#include "bpf/tree/pin_tree.hpp"

namespace podmeter {
namespace {

using nlohmann::json;

// IPv4 and UDP: what every further segment of a super-packet repeats at least.
constexpr std::uint64_t kLeastHeaders = 20 + 8;

Result<MeterFault> parse_fault(const std::string& name) {
  for (const auto fault : {MeterFault::kNone, MeterFault::kDetached, MeterFault::kPreceded, MeterFault::kMoved})
    if (name == fault_name(fault))
      return fault;
  return Error{"'" + name + "' is not a fault of a meter"};
}

}  // namespace

std::string_view fault_name(MeterFault fault) {
  switch (fault) {
    case MeterFault::kDetached:
      return "detached";
    case MeterFault::kPreceded:
      return "preceded";
    case MeterFault::kMoved:
      return "moved";
    case MeterFault::kNone:
      break;
  }
  return "";
}

std::string to_text(const Audit& audit) {
  json text;
  for (const auto direction : kDirections)
    text[std::string(direction_name(direction))] = {{"unaccounted_bytes", audit[direction].unaccounted_bytes},
                                                    {"fault", fault_name(audit[direction].fault)}};
  return text.dump();
}

Result<Audit> parse_audit(const std::string& text) {
  try {
    const json fields = json::parse(text);
    Audit audit;
    for (const auto direction : kDirections) {
      const json& seen = fields.at(std::string(direction_name(direction)));
      audit[direction].unaccounted_bytes = seen.at("unaccounted_bytes").get_ref<const json::number_unsigned_t&>();
      const auto fault = parse_fault(seen.at("fault").get<std::string>());
      if (!fault)
        return fault.error();
      audit[direction].fault = *fault;
    }
    return audit;
  } catch (const json::exception& e) {
    return Error{e.what()};
  }
}

Result<Audit> read_audit(const std::string& path) {
  const auto text = read_symlink(path);
  if (!text)
    return text.error();
  auto audit = parse_audit(*text);
  if (!audit)
    return audit.error().in("parse audit '" + path + "'");
  return audit;
}

// The device saw F frames: M that the meter counted and B that it didn't. Each of the M had a link header, and the
// meter made W packets of them, each further one with H more bytes of headers than the device saw. So
//   device = metered - (W - M) * H + M * link + around,   with M at most F and W, and H at least kLeastHeaders
//   around >= device - metered + (W - M) * kLeastHeaders - M * link,   which falls as M grows.
std::uint64_t unaccounted(const pm_count& then, const pm_count& now, const pm_count& counted,
                          std::uint64_t link_header) {
  if (now.bytes < then.bytes || now.packets < then.packets)  // another device by now
    return 0;
  const std::uint64_t metered = std::min<std::uint64_t>(now.packets - then.packets, counted.packets);
  const std::uint64_t seen = now.bytes - then.bytes + (counted.packets - metered) * kLeastHeaders;
  const std::uint64_t explained = counted.bytes + metered * link_header;
  return seen > explained ? seen - explained : 0;
}

}  // namespace podmeter
