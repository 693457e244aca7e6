// SPDX-License-Identifier: Apache-2.0
#include "plugin/verbs/open_tree.hpp"

#include "bpf/tree/meter_store.hpp"
#include "plugin/host/bpffs.hpp"

namespace podmeter {
namespace {

std::string name_of(const Request& request) {
  const auto name = encode_name(request.attachment);
  return name ? *name : "";
}

}  // namespace

Result<Node, Failure> open_node(const Call& call) {
  Node node{PinTree(call.settings.pin_root), name_of(call.request)};
  if (auto prepared = prepare_bpffs(node.tree.root()); !prepared)
    return Failure{FailureReason::kBpffs, prepared.error()};
  if (auto made = make_tree(node.tree, call.readers); !made)
    return Failure{FailureReason::kBpffs, made.error()};
  return node;
}

}  // namespace podmeter
