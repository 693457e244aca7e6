// SPDX-License-Identifier: Apache-2.0
#include "tests/pods/own_namespaces.hpp"
#include "tests/support/session.hpp"

int main(int argc, char** argv) {
  return podmeter::tests::run_tests_as_root(argc, argv, podmeter::tests::enter_own_namespaces);
}
