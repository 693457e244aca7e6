// SPDX-License-Identifier: Apache-2.0
// Names of meters in bpffs. The input is read as a name, and as an attachment: container ID, a line break, interface.
#include "bpf/tree/meter_name.hpp"

#include "tests/fuzz/property.hpp"

namespace podmeter::fuzz {
namespace {

constexpr std::size_t kNameMax = 255 - 20;  // NAME_MAX less the stamp of an ended meter

// A name that is understood is the one that its attachment gets.
void read_as_name(const std::string& text) {
  const auto attachment = decode_name(text);
  if (!attachment)
    return;
  const auto name = encode_name(*attachment);
  always(name.has_value() == (text.size() <= kNameMax), "a name is refused for its length alone");
  always(!name || *name == text, "an attachment has one name");
  always(!decode_ended(text), "a live meter's name is no ended one's");
}

void read_as_ended(const std::string& text) {
  const auto ended = decode_ended(text);
  if (!ended)
    return;
  always(ended->ended_ns >= 0, "nothing ended before the boot");
  const auto name = encode_name(ended->attachment);
  always(!name || encode_ended(*name, ended->ended_ns) == text, "an ended meter has one name");
  always(!decode_name(text), "an ended meter's name is no live one's");
}

void write_and_read(const Attachment& attachment, std::int64_t ended_ns) {
  const auto name = encode_name(attachment);
  if (!name)
    return;
  always(name->size() <= kNameMax, "a name leaves room for a stamp");
  always(name->find_first_of(std::string("./\0", 3)) == std::string::npos, "a name is one that bpffs takes");
  const auto read = decode_name(*name);
  const bool whole = !attachment.container_id.empty() && !attachment.interface.empty();
  always(read.has_value() == whole, "the name of an attachment is understood");
  always(!read || *read == attachment, "an attachment survives its name");
  const auto ended = decode_ended(encode_ended(*name, ended_ns));
  always(ended.has_value() == whole, "the name of an ended meter is understood");
  always(!ended || (ended->attachment == attachment && ended->ended_ns == ended_ns),
         "an ended meter survives its name");
}

}  // namespace
}  // namespace podmeter::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = podmeter::fuzz::text_of(data, size);
  podmeter::fuzz::read_as_name(text);
  podmeter::fuzz::read_as_ended(text);
  const auto end = std::min(text.find('\n'), text.size());
  podmeter::fuzz::write_and_read({text.substr(0, end), text.substr(std::min(end + 1, text.size()))},
                                 std::int64_t{1} << size % 63);
  return 0;
}
