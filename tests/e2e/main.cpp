// SPDX-License-Identifier: Apache-2.0
// As the kernel tests', with a node of its own around: /run, the group, no configuration.
#include <bpf/libbpf.h>

#include "tests/pods/own_namespaces.hpp"
#include "tests/runtime/own_node.hpp"
#include "tests/support/session.hpp"

namespace podmeter::tests {
namespace {

Result<void> enter_own_node() {
  libbpf_set_print(nullptr);  // what is asked for and is not there is no news
  if (auto entered = enter_own_namespaces(); !entered)
    return entered;
  return make_own_node();
}

}  // namespace
}  // namespace podmeter::tests

int main(int argc, char** argv) {
  return podmeter::tests::run_tests_as_root(argc, argv, podmeter::tests::enter_own_node);
}
