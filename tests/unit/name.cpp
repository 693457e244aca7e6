// SPDX-License-Identifier: Apache-2.0
#include "bpf/tree/meter_name.hpp"

#include <limits>

#include "tests/support/catch.hpp"
#include "tests/support/must.hpp"

namespace podmeter::tests {
namespace {

struct Encoded {
  Attachment attachment;
  std::string name;
};

std::string all_bytes() {
  std::string all;
  for (int byte = 0; byte < 256; byte++)
    all += static_cast<char>(byte);
  return all;
}

}  // namespace

TEST_CASE("a meter's name in bpffs spells its attachment") {
  const auto& row = GENERATE(values<Encoded>({
      {{"0123abcdef", "eth0"}, "0123abcdef+eth0"},
      {{"A-Z_a-z", "net1"}, "A-Z_a-z+net1"},
      {{"pod.1", "eth0.100"}, "pod%2E1+eth0%2E100"},
      {{"a%b", "c+d"}, "a%25b+c%2Bd"},
      {{"a/b", ".."}, "a%2Fb+%2E%2E"},
      {{"p\xc3\xb6", "\xff"}, "p%C3%B6+%FF"},
      {{"sp ace", "tab\t"}, "sp%20ace+tab%09"},
  }));
  CHECK(must(encode_name(row.attachment)) == row.name);
  CHECK(must(decode_name(row.name)) == row.attachment);
}

TEST_CASE("every byte survives the way into a name and back, and none needs a dot or a slash") {
  for (const char byte : all_bytes()) {
    const Attachment attachment{std::string("c") + byte + "d", std::string(1, byte)};
    const auto name = must(encode_name(attachment));
    INFO(name);
    CHECK(name.find_first_of(std::string("./\0", 3)) == std::string::npos);
    CHECK(must(decode_name(name)) == attachment);
  }
}

TEST_CASE("a name leaves room for the stamp of an ended meter in 255 bytes") {
  const std::string interface = "eth0";
  const std::size_t room = 255 - 20 - 1 - interface.size();
  const auto longest = must(encode_name({std::string(room, 'a'), interface}));
  CHECK(encode_ended(longest, std::numeric_limits<std::int64_t>::max()).size() == 255);
  CHECK_FALSE(encode_name({std::string(room + 1, 'a'), interface}));
  CHECK(encode_name({std::string(room / 3, '.'), interface}));
  CHECK_FALSE(encode_name({std::string(room / 3 + 1, '.'), interface}));
}

TEST_CASE("a name that encode_name doesn't make is refused") {
  const auto name = GENERATE(as<std::string>(), "", "+", "a", "a+", "+b", "a+b+c", "a.b+eth0", "a+eth 0", "a%+eth0",
                             "a%2+eth0", "a%2g+eth0", "a%2e+eth0", "a%41+eth0", "a%5F+eth0", "a%2D+eth0", "a+%", "a+%2",
                             "%%%+%%%", "lost+found/", "\xff+eth0");
  INFO(name);
  CHECK_FALSE(decode_name(name));
}

TEST_CASE("an ended meter's name tells the attachment and when it ended") {
  const Attachment attachment{"pod.1", "eth0+1"};
  const auto ended_ns =
      GENERATE(as<std::int64_t>(), 0, 1, 1763797007123456789, std::numeric_limits<std::int64_t>::max());
  const auto ended = must(decode_ended(encode_ended(must(encode_name(attachment)), ended_ns)));
  CHECK(ended.attachment == attachment);
  CHECK(ended.ended_ns == ended_ns);
}

TEST_CASE("an ended name without a whole stamp is refused") {
  const auto name = GENERATE(as<std::string>(), "", "a", "a+eth0", "a+eth0+", "a+eth0+x", "a+eth0+1x", "a+eth0+-1",
                             "a+eth0+-0", "a+eth0+01", "a+eth0++1", "a+eth0+ 1", "a+eth0+9223372036854775808", "+1",
                             "a+1", "a++1", "+eth0+1", "a+eth0+1+2", "a.b+eth0+1");
  INFO(name);
  CHECK_FALSE(decode_ended(name));
}

TEST_CASE("a live name is never taken for an ended one, nor the other way round") {
  const auto live = must(encode_name({"a", "1"}));
  CHECK_FALSE(decode_ended(live));
  CHECK_FALSE(decode_name(encode_ended(live, 5)));
}

}  // namespace podmeter::tests
