// SPDX-License-Identifier: Apache-2.0
// The pod that a meter counts for. Kept beside the counters as the target of a symbolic link: one JSON object, made at
// once, never changed, read without a descriptor or a privilege.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "bpf/base/result.hpp"
#include "bpf/kernel/abi.h"
#include "bpf/tree/attach_mode.hpp"
#include "bpf/tree/meter_name.hpp"

namespace podmeter {

// An interface's own statistics: link-layer frames as the kernel hands them over, super-packets as one.
struct DeviceCounts {
  pm_count of[PM_DIRECTIONS] = {};
};
bool operator==(const DeviceCounts& a, const DeviceCounts& b);

struct Identity {
  std::string meter;      // 16 hexadecimal digits, random: no two meters ever have the same
  Attachment attachment;  // the directory's name, not part of the text
  std::string network;    // the CNI network's name; GC ends the meters of its own network only
  std::string pod_namespace;
  std::string pod;
  std::string uid;
  std::map<std::string, std::string> labels;  // from annotations: label name to value
  Attach attach = Attach::kTcx;
  std::uint32_t ifindex = 0;             // in the pod's network namespace
  std::uint64_t netns_cookie = 0;        // SO_NETNS_COOKIE (Linux 5.14); 0 where the kernel has none
  std::int64_t start_ns = 0;             // nanoseconds since 1970 at which counting began
  std::string netns;                     // the path that ADD was given; may be gone, or another's by now
  std::optional<DeviceCounts> device{};  // just after counting began; none where an older version began it

  bool operator==(const Identity&) const = default;
};

// Bytes that are not UTF-8 become U+FFFD. May exceed kSymlinkMax.
std::string to_text(const Identity& identity);
// Refuses (EBADMSG) what is not a JSON object with every field of its type; fields it doesn't know are passed over.
// `netns` and `device` may be missing. A NUL, which no view can show, becomes U+FFFD.
Result<Identity> parse_identity(const std::string& text);

// 16 lower-case hexadecimal digits.
bool is_meter_id(std::string_view text);

Result<Identity> read_identity(const std::string& path);
// None where there is nothing, or what there is can't be an identity; an error is one of reading.
Result<std::optional<Identity>> find_identity(const std::string& path);

}  // namespace podmeter
