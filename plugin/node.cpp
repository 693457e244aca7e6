// SPDX-License-Identifier: Apache-2.0
#include "plugin/node.hpp"

#include "bpf/store.hpp"
#include "plugin/bpffs.hpp"
#include "plugin/group.hpp"

namespace podmeter {
namespace {

std::string name_of(const Request& request) {
  const auto name = encode_name(request.attachment);
  return name ? *name : "";
}

}  // namespace

Result<gid_t> readers_of(const Settings& settings) {
  auto found = find_group(settings.group);
  if (!found && is_gone(found.error()) && settings.group == Settings().group)
    return gid_t{0};
  return found;
}

Result<Node, Failure> open_node(Call& call) {
  Node node{PinTree(call.settings.pin_root), name_of(call.request), 0};
  if (const auto readers = readers_of(call.settings); readers)
    node.readers = *readers;
  if (auto prepared = prepare_bpffs(node.tree.root()); !prepared)
    return Failure{FailureReason::kBpffs, prepared.error()};
  if (auto made = make_tree(node.tree, node.readers); !made)
    return Failure{FailureReason::kBpffs, made.error()};
  return node;
}

}  // namespace podmeter
