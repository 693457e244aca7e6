// SPDX-License-Identifier: Apache-2.0
#include "tests/differential/corpus.hpp"

#include <array>
#include <charconv>
#include <fstream>
#include <optional>
#include <sstream>

#include "bpf/scopes/scope_source.hpp"

namespace podmeter::tests {
namespace {

std::string hex(const Frame& frame) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const auto byte : frame) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::optional<Frame> bytes(const std::string& hex) {
  Frame frame(hex.size() / 2);
  for (std::size_t i = 0; i < frame.size(); i++) {
    const char* const digits = hex.data() + 2 * i;
    if (const auto [end, failed] = std::from_chars(digits, digits + 2, frame[i], 16); end != digits + 2)
      return std::nullopt;
  }
  return hex.size() % 2 == 0 ? std::optional(frame) : std::nullopt;
}

// Reads a word that is one of two; fails the stream where it is neither.
template <class Value>
void read_choice(std::istream& in, Value& value, const std::array<std::pair<std::string, Value>, 2>& choices) {
  std::string word;
  in >> word;
  for (const auto& [name, chosen] : choices)
    if (word == name) {
      value = chosen;
      return;
    }
  in.setstate(std::ios::failbit);
}

void read_word(std::istream& in, const std::string& expected) {
  std::string word;
  if (in >> word; word != expected)
    in.setstate(std::ios::failbit);
}

std::optional<CorpusEntry> parse_entry(const std::string& line) {
  const auto colon = line.find(": ");
  if (colon == std::string::npos)
    return std::nullopt;
  std::istringstream in(line.substr(colon + 1));
  CorpusEntry entry{{line.substr(0, colon), {}}, {}};
  auto& [link_layer, direction, gso, frame] = entry.named.packet;
  char slash = 0;
  std::string digits, more;
  read_choice<LinkLayer>(in, link_layer, {{{"ethernet", LinkLayer::kEthernet}, {"none", LinkLayer::kNone}}});
  read_choice<pm_direction>(in, direction, {{{"egress", PM_EGRESS}, {"ingress", PM_INGRESS}}});
  read_word(in, "gso");
  in >> gso.size >> slash >> gso.segments;
  read_word(in, "counts");
  in >> entry.tally.slot >> entry.tally.bytes >> entry.tally.packets;
  read_word(in, "frame");
  in >> digits;
  const auto parsed = bytes(digits);
  if (!in || slash != '/' || !parsed || entry.tally.slot >= PM_SCOPES || in >> more)
    return std::nullopt;
  frame = *parsed;
  return entry;
}

}  // namespace

CorpusEntry corpus_entry(const NamedPacket& named) {
  static const Reference reference(built_in_scopes(), {PM_SCOPE_PRIVATE, PM_SCOPE_PUBLIC});
  return {named, reference.count(named.packet)};
}

std::string corpus_line(const CorpusEntry& entry) {
  const auto& [link_layer, direction, gso, frame] = entry.named.packet;
  std::ostringstream line;
  line << entry.named.name << ": " << (link_layer == LinkLayer::kEthernet ? "ethernet " : "none ")
       << direction_name(direction) << " gso " << gso.size << '/' << gso.segments << " counts " << entry.tally.slot
       << ' ' << entry.tally.bytes << ' ' << entry.tally.packets << " frame " << hex(frame) << '\n';
  return line.str();
}

Result<std::vector<CorpusEntry>> read_corpus(const std::string& path) {
  std::ifstream file(path);
  if (!file)
    return Error{"open '" + path + "'"};
  std::vector<CorpusEntry> entries;
  std::string line;
  for (int number = 1; std::getline(file, line); number++) {
    if (line.empty() || line[0] == '#')
      continue;
    auto entry = parse_entry(line);
    if (!entry)
      return Error{path + ':' + std::to_string(number) + ": no packet of the corpus"};
    entries.push_back(std::move(*entry));
  }
  return entries;
}

}  // namespace podmeter::tests
