// SPDX-License-Identifier: Apache-2.0
// Names of meters in bpffs, which refuses a dot in a name (kernel/bpf/inode.c, bpf_lookup).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bpf/base/result.hpp"

namespace podmeter {

// One CNI attachment. No two meters that live have the same.
struct Attachment {
  std::string container_id;
  std::string interface;

  bool operator==(const Attachment&) const = default;
};

// The directory of an attachment's meter: both parts percent-encoded but for [A-Za-z0-9_-], joined by '+'. Fails where
// the result, with the stamp of an ended meter, would exceed NAME_MAX (255 bytes).
Result<std::string> encode_name(const Attachment& attachment);
// Fails on what encode_name doesn't make.
Result<Attachment> decode_name(std::string_view name);

// The directory of an ended meter: the same, '+' and the nanoseconds since boot at which it ended.
struct EndedName {
  Attachment attachment;
  std::int64_t ended_ns = 0;
};
std::string encode_ended(std::string_view name, std::int64_t ended_ns);
// Fails on what encode_ended doesn't make.
Result<EndedName> decode_ended(std::string_view name);

}  // namespace podmeter
