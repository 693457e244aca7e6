// SPDX-License-Identifier: Apache-2.0
#include "tests/support/session.hpp"

int main(int argc, char** argv) {
  return podmeter::tests::run_tests(argc, argv);
}
