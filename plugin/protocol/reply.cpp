// SPDX-License-Identifier: Apache-2.0
#include "plugin/protocol/reply.hpp"

#include <nlohmann/json.hpp>

#include "plugin/protocol/request.hpp"

namespace podmeter {
namespace {

using nlohmann::json;

std::string line_of(const json& object) {
  return object.dump(-1, ' ', false, json::error_handler_t::replace) + '\n';
}

}  // namespace

std::string result_text(const json& previous) {
  return line_of(previous);
}

std::string error_text(const CniError& error, const std::string& version) {
  json object = {
      {"cniVersion", version}, {"code", static_cast<unsigned>(error.code)}, {"msg", "podmeter: " + error.message}};
  if (!error.details.empty())
    object["details"] = error.details;
  return line_of(object);
}

std::string version_text(const std::string& version) {
  return line_of({{"cniVersion", version}, {"supportedVersions", kCniVersions}});
}

Result<std::vector<Attachment>, CniError> valid_attachments(const json& network) {
  constexpr char kField[] = "cni.dev/valid-attachments";
  try {
    std::vector<Attachment> valid;  // libcni writes an empty list as null
    for (const auto& one : network.at(kField))
      valid.push_back({one.at("containerID").get<std::string>(), one.at("ifname").get<std::string>()});
    if (!network.at(kField).is_array() && !network.at(kField).is_null())
      return CniError{CniCode::kInvalidConfig, std::string("field '") + kField + "' is not a list", ""};
    return valid;
  } catch (const json::exception& e) {
    return CniError{CniCode::kInvalidConfig, std::string("field '") + kField + "' is missing or malformed", e.what()};
  }
}

}  // namespace podmeter
