// SPDX-License-Identifier: Apache-2.0
#include "tests/kernel/own_world.hpp"
#include "tests/session.hpp"

int main(int argc, char** argv) {
  return podmeter::tests::run_tests_as_root(argc, argv, podmeter::tests::enter_own_world);
}
