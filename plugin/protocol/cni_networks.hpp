// SPDX-License-Identifier: Apache-2.0
// The node's networks that list podmeter, as its runtime is configured.
#pragma once

#include <string>
#include <vector>

#include "bpf/base/result.hpp"
#include "plugin/protocol/settings.hpp"

namespace podmeter {

inline constexpr char kDefaultConfDir[] = "/etc/cni/net.d";

struct CniNetwork {
  std::string name;
  std::string path;  // the file that lists podmeter
  ReadSettings read;
};

struct CniNetworks {
  std::vector<CniNetwork> networks;  // in the order of their files' names
  std::vector<Error> faults;         // files that can't be read
  std::vector<Error> no_files;       // FIFOs, devices, directories that are named as one
};
// From *.conflist, *.conf and *.json, and from the drop-in files <dir>/<network>/*.conf (libcni 1.3).
CniNetworks read_cni_networks(const std::string& dir);

}  // namespace podmeter
