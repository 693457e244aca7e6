// SPDX-License-Identifier: Apache-2.0
#include "bpf/tree/identity.hpp"

#include <algorithm>
#include <concepts>
#include <nlohmann/json.hpp>
#include <utility>

#include "bpf/base/symlink_text.hpp"
#include "bpf/base/utf8.hpp"

namespace podmeter {

using nlohmann::json;

namespace {

// get_to() alone would take `true`, 1.5 or a number that doesn't fit.
template <std::integral Integer>
bool read_integer(const json& value, Integer& out) {
  if (!value.is_number_integer())
    return false;
  const bool fits = value.is_number_unsigned() ? std::in_range<Integer>(value.get<std::uint64_t>())
                                               : std::in_range<Integer>(value.get<std::int64_t>());
  if (fits)
    value.get_to(out);
  return fits;
}

// [egress bytes, egress packets, ingress bytes, ingress packets]
json to_json(const DeviceCounts& device) {
  json counts = json::array();
  for (const auto& [bytes, packets] : device.of) {
    counts.push_back(std::uint64_t{bytes});
    counts.push_back(std::uint64_t{packets});
  }
  return counts;
}

DeviceCounts device_of(const json& counts) {
  DeviceCounts device;
  std::size_t at = 0;
  for (auto& [bytes, packets] : device.of) {
    bytes = counts.at(at++).get_ref<const json::number_unsigned_t&>();
    packets = counts.at(at++).get_ref<const json::number_unsigned_t&>();
  }
  return device;
}

}  // namespace

bool operator==(const DeviceCounts& a, const DeviceCounts& b) {
  return std::ranges::equal(a.of, b.of, [](const pm_count& left, const pm_count& right) {
    return left.bytes == right.bytes && left.packets == right.packets;
  });
}

bool is_meter_id(std::string_view text) {
  return text.size() == 16 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string to_text(const Identity& identity) {
  json text = {{"meter", identity.meter},
               {"network", identity.network},
               {"namespace", identity.pod_namespace},
               {"pod", identity.pod},
               {"uid", identity.uid},
               {"labels", identity.labels},
               {"attach", attach_name(identity.attach)},
               {"ifindex", identity.ifindex},
               {"netns_cookie", identity.netns_cookie},
               {"start_ns", identity.start_ns},
               {"netns", identity.netns}};
  if (identity.device)
    text["device"] = to_json(*identity.device);
  return text.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<Identity> parse_identity(const std::string& text) {
  try {
    const json fields = json::parse(text);
    Identity identity;
    fields.at("meter").get_to(identity.meter);
    fields.at("network").get_to(identity.network);
    fields.at("namespace").get_to(identity.pod_namespace);
    fields.at("pod").get_to(identity.pod);
    fields.at("uid").get_to(identity.uid);
    fields.at("labels").get_to(identity.labels);
    const auto attach = find_attach(fields.at("attach").get_ref<const std::string&>());
    if (!attach)
      return Error{"attach is not a way of attaching that this version knows", EBADMSG};
    identity.attach = *attach;
    if (!read_integer(fields.at("ifindex"), identity.ifindex) ||
        !read_integer(fields.at("netns_cookie"), identity.netns_cookie) ||
        !read_integer(fields.at("start_ns"), identity.start_ns))
      return Error{"ifindex, netns_cookie or start_ns is not an integer that fits", EBADMSG};
    for (auto* field : {&identity.meter, &identity.network, &identity.pod_namespace, &identity.pod, &identity.uid})
      *field = valid_utf8(*field);
    for (auto& [name, value] : identity.labels)
      value = valid_utf8(value);
    identity.netns = fields.value("netns", "");
    if (const auto device = fields.find("device"); device != fields.end())
      identity.device = device_of(*device);
    return identity;
  } catch (const json::exception& e) {
    return Error{e.what(), EBADMSG};
  }
}

Result<Identity> read_identity(const std::string& path) {
  const auto text = read_symlink(path);
  if (!text)
    return text.error().in("identity");
  auto identity = parse_identity(*text);
  if (!identity)
    return identity.error().in("parse identity '" + path + "'");
  return identity;
}

Result<std::optional<Identity>> find_identity(const std::string& path) {
  auto identity = read_identity(path);
  if (identity)
    return std::optional(std::move(*identity));
  const bool is_none = is_gone(identity.error()) || identity.error().code == EBADMSG;
  return is_none ? Result(std::optional<Identity>()) : identity.error();
}

}  // namespace podmeter
