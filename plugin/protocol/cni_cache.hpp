// SPDX-License-Identifier: Apache-2.0
// The attachments that libcni remembers: one file each, written when all plugins' ADD succeeded, removed after their
// DEL. Source: containernetworking/cni, libcni/api.go, cachedInfo ("cniCacheV1"; `netns` since libcni 1.2).
#pragma once

#include <string>
#include <vector>

#include "bpf/base/result.hpp"
#include "plugin/protocol/request.hpp"

namespace podmeter {

inline constexpr char kDefaultCacheDir[] = "/var/lib/cni";

// As ADD would have been asked for it: attachment, netns, args, network and the runtime's capabilities.
Result<Request> parse_cached(const std::string& text);

struct CniCache {
  std::vector<Request> attachments;
  std::vector<Error> unread;  // the directory and files that can't be read
  std::vector<Error> faults;  // files that hold no attachment of libcni's
};
// Empty where there is no cache.
CniCache read_cni_cache(const std::string& dir);

}  // namespace podmeter
