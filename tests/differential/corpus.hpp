// SPDX-License-Identifier: Apache-2.0
// Packets worth keeping and what each adds to the counters with the built-in scopes, one a line:
//
//   NAME: ethernet|none egress|ingress gso SIZE/SEGMENTS counts SLOT BYTES PACKETS frame HEX
//
// The kept ones are corpus.txt, as `podmeter-differential --corpus` prints them; lines can be added by hand.
#pragma once

#include <string>
#include <vector>

#include "tests/differential/reference.hpp"

namespace podmeter::tests {

struct CorpusEntry {
  NamedPacket named;
  Tally tally;
};

// With what the reference says.
CorpusEntry corpus_entry(const NamedPacket& named);
// With the newline.
std::string corpus_line(const CorpusEntry& entry);
// Lines that begin with '#' and empty ones are passed over. The error names file and line.
Result<std::vector<CorpusEntry>> read_corpus(const std::string& path);

}  // namespace podmeter::tests
