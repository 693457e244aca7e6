// SPDX-License-Identifier: Apache-2.0
// The thing that a repair is about, named for programs and for people.
#pragma once

#include <string>

#include "bpf/tree/identity.hpp"

namespace podmeter {

struct Subject {
  std::string key;   // "container/interface", an unfinished meter's name in the tree, or the scope file
  std::string text;  // "shop/web (1b1a0cc99686, eth0)"
};

// A pod by its namespace and name, or by its container where the runtime names no pod.
Subject subject_of(const Identity& identity);
// A meter by its name in the tree.
Subject subject_of(const std::string& name);

}  // namespace podmeter
