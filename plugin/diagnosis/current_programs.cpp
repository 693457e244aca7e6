// SPDX-License-Identifier: Apache-2.0
#include "plugin/diagnosis/current_programs.hpp"

namespace podmeter {

Result<ProgramTags> CurrentPrograms::tags(LinkLayer link_layer) {
  auto& known = tags_[static_cast<std::size_t>(link_layer)];
  if (known)
    return *known;
  const auto scopes = ScopeTable::open(tree_.scope_table());
  if (!scopes)
    return scopes.error();
  const auto meter = Meter::load(link_layer, *scopes);
  if (!meter)
    return meter.error();
  auto tags = meter->tags();
  if (tags)
    known = *tags;
  return tags;
}

}  // namespace podmeter
