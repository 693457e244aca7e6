// SPDX-License-Identifier: Apache-2.0
// Names of meters in bpffs, where a name can't hold a dot (kernel/bpf/inode.c, bpf_lookup).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bpf/base/result.hpp"

namespace podmeter {

// One CNI attachment. It has at most one live meter.
struct Attachment {
  std::string container_id;
  std::string interface;

  bool operator==(const Attachment&) const = default;
};

// The name of an attachment's directory: both parts, with all but [A-Za-z0-9_-] percent-encoded, joined by '+'. Fails
// where encode_ended() of it could exceed NAME_MAX (255 bytes).
Result<std::string> encode_name(const Attachment& attachment);
// Fails on names that encode_name() doesn't produce.
Result<Attachment> decode_name(std::string_view name);

// The name of an ended meter's directory: encode_name(), '+', and the time of its end in nanoseconds since boot.
struct EndedName {
  Attachment attachment;
  std::int64_t ended_ns = 0;
};
std::string encode_ended(std::string_view name, std::int64_t ended_ns);
// Fails on names that encode_ended() doesn't produce.
Result<EndedName> decode_ended(std::string_view name);

}  // namespace podmeter
