// SPDX-License-Identifier: Apache-2.0
#include "plugin/protocol/cni_networks.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bpf/base/directory.hpp"
#include "bpf/base/text_file.hpp"

namespace podmeter {
namespace {

using nlohmann::json;

constexpr char kType[] = "podmeter";

bool is_directory(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

bool is_configuration(const std::string& name) {
  return name.ends_with(".conflist") || name.ends_with(".conf") || name.ends_with(".json");
}

class Reader {
 public:
  void directory(const std::string& dir);
  CniNetworks take() { return std::move(found_); }

 private:
  // None where there is no such directory, or it can't be listed, which is a fault.
  std::vector<std::string> sorted_names(const std::string& dir);
  void drop_ins(const std::string& dir, const std::string& network);
  void file(const std::string& path, const std::string& network);
  void plugins(const json& configuration, const std::string& path, const std::string& network);

  CniNetworks found_;
};

std::vector<std::string> Reader::sorted_names(const std::string& dir) {
  auto names = list_if_exists(dir);
  if (!names) {
    found_.faults.push_back(names.error());
    return {};
  }
  std::ranges::sort(*names);
  return std::move(*names);
}

void Reader::directory(const std::string& dir) {
  for (const auto& name : sorted_names(dir)) {
    const std::string path = dir + '/' + name;
    if (is_directory(path))
      drop_ins(path, name);
    else if (is_configuration(name))
      file(path, "");
  }
}

void Reader::drop_ins(const std::string& dir, const std::string& network) {
  for (const auto& name : sorted_names(dir))
    if (name.ends_with(".conf"))
      file(dir + '/' + name, network);
}

void Reader::file(const std::string& path, const std::string& network) {
  const auto text = read_regular_file(path);
  if (!text)
    return (text.error().code == EPROTOTYPE ? found_.no_files : found_.faults).push_back(text.error());
  try {
    const json configuration = json::parse(*text);
    plugins(configuration, path, network.empty() ? configuration.value("name", "") : network);
  } catch (const json::exception& e) {
    found_.faults.push_back({"read '" + path + "': " + e.what()});
  }
}

// A list's, or the file is one plugin's.
void Reader::plugins(const json& configuration, const std::string& path, const std::string& network) {
  const bool is_list = configuration.contains("plugins");
  const json one = json::array({configuration});
  for (const auto& plugin : is_list ? configuration.at("plugins") : one)
    if (plugin.value("type", "") == kType && std::ranges::find(found_.networks, network, &CniNetwork::name) ==
                                                 found_.networks.end())  // the runtime takes the first of a name
      found_.networks.push_back({network, path, read_settings(plugin)});
}

}  // namespace

CniNetworks read_cni_networks(const std::string& dir) {
  Reader reader;
  reader.directory(dir);
  return reader.take();
}

}  // namespace podmeter
