// SPDX-License-Identifier: Apache-2.0
#include "collector/metrics/exposition.hpp"

#include <prometheus/text_serializer.h>
#include <zlib.h>

#include <sstream>
#include <string>

#include "collector/http/encoding.hpp"
#include "tests/support/catch.hpp"

namespace podmeter {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily counter(std::vector<ClientMetric::Label> labels, double value) {
  MetricFamily family{"bytes_total", "Bytes.", MetricType::Counter, {ClientMetric{}}};
  family.metric[0].label = std::move(labels);
  family.metric[0].counter.value = value;
  return family;
}

std::string series(const std::string& exposition) {
  return exposition.substr(exposition.rfind('\n', exposition.size() - 2) + 1);
}

TEST_CASE("The exposition is the serializer's, whatever the labels hold") {
  const std::vector<MetricFamily> families = {counter({}, 1), counter({{"a", "1"}}, 2),
                                              counter({{"a", "x\"y\\z"}, {"b", ""}, {"c", "d"}}, 3)};
  std::ostringstream expected;
  prometheus::TextSerializer().Serialize(expected, families);
  CHECK(to_exposition(families) == expected.str());
}

TEST_CASE("Quotes, backslashes and ends of lines are escaped in every label's value") {
  CHECK(series(to_exposition({counter({{"a", "\"\\\n"}, {"b", "\"\\\n"}}, 0)})) ==
        "bytes_total{a=\"\\\"\\\\\\n\",b=\"\\\"\\\\\\n\"} 0\n");
}

TEST_CASE("Integers up to 2^53 are exact") {
  for (const double value : {0.0, 1.0, 123456789.0, 9007199254740991.0, 9007199254740992.0}) {
    const std::string line = series(to_exposition({counter({{"a", "b"}}, value)}));
    CHECK(std::stod(line.substr(line.rfind(' '))) == value);
  }
}

TEST_CASE("A client gets gzip only where it says that it takes it") {
  struct Row {
    const char* accept_encoding;
    bool accepts;
  };
  const Row rows[] = {{"", false},           {"gzip", true},           {"GZip", true},
                      {"x-gzip", true},      {"deflate, gzip", true},  {"gzip;q=0.5, identity", true},
                      {"gzip;q=0", false},   {"gzip; q=0.000", false}, {"identity", false},
                      {"*", true},           {"*;q=0", false},         {"gzip;q=0, *", false},
                      {"*;q=0, gzip", true}, {"gzipped", false},       {" , ,gzip ; q=1", true},
                      {";;;,,,", false}};
  for (const auto& row : rows) {
    CAPTURE(row.accept_encoding);
    CHECK(accepts_gzip(row.accept_encoding) == row.accepts);
  }
}

std::string gunzip(std::string packed) {
  z_stream stream{};
  REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
  std::string out(1 << 20, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  CHECK(inflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

TEST_CASE("What gzip packs unpacks to the same") {
  std::string text;
  for (int i = 0; i < 10000; i++)
    text += std::to_string(i * 7919);
  for (const auto& one : {std::string(), std::string("x"), text}) {
    const auto packed = gzip(one);
    REQUIRE(packed);
    CHECK(gunzip(*packed) == one);
  }
}

}  // namespace
}  // namespace podmeter
