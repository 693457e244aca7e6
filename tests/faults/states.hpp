// SPDX-License-Identifier: Apache-2.0
// The states that a verb is called in.
#pragma once

#include <string>

#include "tests/faults/scene.hpp"
#include "tests/runtime/runtime_files.hpp"

namespace podmeter::tests {

// No tree.
void nothing(Scene& scene);
// A tree whose scopes run.
void tree(Scene& scene);
// And container c1's meter on the pod, live, that has counted a packet each way.
inline constexpr std::uint64_t kFirstBytes = 100;
void metered(Scene& scene);
void metered_by_filters(Scene& scene);
// The same, egress being detached.
void metered_by_half(Scene& scene);
// The same, and two ended meters that kShortRetention has run out for.
void metered_after_others(Scene& scene);
// The same, and `kept` on the neighbour, and one that a builder left that was killed.
void metered_among_others(Scene& scene);
// All that reconcile puts right at once: the same by half, two ended meters and a half-made one as above, and `kept` on
// the neighbour without a meter, but in libcni's cache.
void in_disorder(Scene& scene);
// c1's meter on the pod as the previous version made it, that has counted a packet each way.
void metered_by_previous(Scene& scene);
inline constexpr char kShortRetention[] = "10s";
// A tree, and a scope file that is newer than the table.
void scopes_changed(Scene& scene);
inline constexpr char kScopeFile[] = "/run/scopes.json";

// What the runtime of this node keeps: a network with kShortRetention.
const RuntimeFiles& runtime_files();

}  // namespace podmeter::tests
