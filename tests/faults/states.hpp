// SPDX-License-Identifier: Apache-2.0
// The states that a verb is called in.
#pragma once

#include <string>

#include "tests/faults/traced_node.hpp"
#include "tests/runtime/runtime_files.hpp"

namespace podmeter::tests {

// No tree.
void nothing(TracedNode& traced_node);
// A tree whose scopes run.
void tree(TracedNode& traced_node);
// And container c1's meter on the pod, live, that has counted a packet each way.
inline constexpr std::uint64_t kFirstBytes = 100;
void metered(TracedNode& traced_node);
void metered_and_not_tried(TracedNode& traced_node);  // STATUS has to try
void metered_by_filters(TracedNode& traced_node);
// The same, egress being detached.
void metered_by_half(TracedNode& traced_node);
// The same, and two ended meters that kShortRetention has run out for.
void metered_after_others(TracedNode& traced_node);
// c1's meter as above, and a meter to be folded that a record holds already: the process before died in between.
void metered_after_a_fold_cut_short(TracedNode& traced_node);
// As after others, and `kept` on the other pod, and one that a builder left that was killed.
void metered_among_others(TracedNode& traced_node);
// All that reconcile puts right at once: the same by half, two ended meters and an unfinished one as above, and `kept`
// on the other pod without a meter, but in libcni's cache.
void in_disorder(TracedNode& traced_node);
// The same two, but for c1's meter and the unfinished one, which are by filters; both directions of the latter are
// attached.
void metered_by_filters_among_others(TracedNode& traced_node);
void in_disorder_by_filters(TracedNode& traced_node);
// c1's meter on the pod as the previous version made it, that has counted a packet each way.
void metered_by_previous(TracedNode& traced_node);
inline constexpr char kShortRetention[] = "10s";
// A tree, and a scope file that is newer than the table.
void scopes_changed(TracedNode& traced_node);
inline constexpr char kScopeFile[] = "/run/scopes.json";

// The files of this node's runtime: a network with kShortRetention.
const RuntimeFiles& runtime_files();

}  // namespace podmeter::tests
