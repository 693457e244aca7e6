// SPDX-License-Identifier: Apache-2.0
#include "collector/views/page.hpp"

namespace podmeter {
namespace {

std::string row(std::string_view name, std::size_t value) {
  return "<tr><th>" + std::string(name) + "</th><td>" + std::to_string(value) + "</td></tr>\n";
}

std::string item(std::string_view path, std::string_view what) {
  const std::string link = escape_html(path);
  return "<li><a href=\"" + link + "\">" + link + "</a> " + std::string(what) + "</li>\n";
}

std::string problem_list(const std::vector<Problem>& problems) {
  if (problems.empty())
    return {};
  std::string list = "<h2>Could not be read</h2>\n<ul>\n";
  for (const auto& problem : problems)
    list += "<li>" + escape_html(problem.error.text) + "</li>\n";
  return list + "</ul>\n";
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string to_page(const TreeReading& reading, std::string_view telemetry_path) {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>podmeter</title></head>\n<body>\n"
         "<h1>podmeter</h1>\n<p>Version " +
         escape_html(PODMETER_VERSION) + "</p>\n<h2>Meters</h2>\n<table>\n" +
         row("live", count_meters(reading, MeterState::kLive)) +
         row("ended", count_meters(reading, MeterState::kEnded)) + row("broken", count_broken_meters(reading)) +
         "</table>\n" + problem_list(reading.problems) + "<h2>For programs</h2>\n<ul>\n" +
         item(telemetry_path, "for Prometheus") + item("/api/v1/pods", "every meter, JSON") +
         item("/api/v1/counters", "every counter, one JSON object a line") +
         item("/healthz", "whether this process serves") + item("/readyz", "whether it can read the meters") +
         "</ul>\n</body>\n</html>\n";
}

}  // namespace podmeter
