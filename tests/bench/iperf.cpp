// SPDX-License-Identifier: Apache-2.0
// TCP through a veth pair, from the pod to its host, with a meter on the pod's end and without.
#include <sys/stat.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "bpf/attach/loaded_meter.hpp"
#include "tests/bench/child.hpp"
#include "tests/bench/groups.hpp"
#include "tests/bench/numbers.hpp"
#include "tests/meters/loaded_meter.hpp"
#include "tests/pods/pod.hpp"

namespace podmeter::bench {
namespace {

using tests::LoadedMeter;
using tests::Pod;

constexpr int kRounds = 5;
constexpr char kSeconds[] = "2";
constexpr double kBar = 0.99;  // DESIGN.md, "How fast"
constexpr char kHost[] = "198.51.100.2";
constexpr int kTriesToConnect = 100;

enum class Metering : std::uint8_t { kOff, kOn };

// Dies with this process, however it dies.
Result<Child> start_server(const Pod& pod) {
  const auto inside = pod.host.enter();
  if (!inside)
    return inside.error();
  return Child::start({{"setpriv", "--pdeathsig", "KILL", "iperf3", "--server"}});
}

Result<double> gigabits(const std::string& output) {
  const auto report = nlohmann::json::parse(output, nullptr, false);
  const auto at = nlohmann::json::json_pointer("/end/sum_received/bits_per_second");
  if (report.is_discarded() || !report.contains(at) || !report.at(at).is_number())
    return Error{"iperf3 told no bits per second: " + output};
  return report.at(at).get<double>() / 1e9;
}

Result<double> run_client(const Pod& pod, const char* seconds) {
  const auto inside = pod.netns.enter();
  if (!inside)
    return inside.error();
  const auto ended = run({{"iperf3", "--client", kHost, "--time", seconds, "--json"}});
  if (!ended)
    return ended.error();
  return gigabits(ended->output);
}

Result<void> wait_for_server(const Pod& pod) {
  Result<double> last(0.0);
  for (int i = 0; i < kTriesToConnect; i++) {
    if (last = run_client(pod, "1"); last)
      return {};
    ::usleep(20'000);
  }
  return last.error();
}

// On the pod's interface for as long as it lives.
Result<LoadedMeter> attach_meter(const Pod& pod) {
  auto meter = LoadedMeter::load(LinkLayer::kEthernet);
  const auto inside = pod.netns.enter();
  if (!meter || !inside)
    return meter ? inside.error() : meter.error();
  const auto attached = meter->meter().attach(pod.ifindex(), Attach::kTcx, meter->dir());
  if (!attached)
    return attached.error();
  return std::move(*meter);
}

Result<double> run_once(const Pod& pod, Metering metering) {
  std::optional<LoadedMeter> meter;
  if (metering == Metering::kOn) {
    auto attached = attach_meter(pod);
    if (!attached)
      return attached.error();
    meter.emplace(std::move(*attached));
  }
  return run_client(pod, kSeconds);
}

struct Rates {
  std::vector<double> off{}, on{};
};

// Rounds begin with metering off and on by turns.
Result<void> run_round(const Pod& pod, int round, Rates& rates) {
  for (int i = 0; i < 2; i++) {
    const auto metering = (round + i) % 2 == 0 ? Metering::kOff : Metering::kOn;
    const auto rate = run_once(pod, metering);
    if (!rate)
      return rate.error();
    (metering == Metering::kOff ? rates.off : rates.on).push_back(*rate);
  }
  return {};
}

}  // namespace

Result<void> measure_iperf(Figures& figures) {
  const auto pod = Pod::create(tests::NetNs::Ipv6Stack::kOff);
  if (!pod)
    return pod.error();
  const auto server = start_server(*pod);
  if (!server)
    return server.error();
  if (auto ready = wait_for_server(*pod); !ready)
    return ready;
  Rates rates;
  for (int round = 0; round < kRounds; round++)
    if (auto ran = run_round(*pod, round, rates); !ran)
      return ran;
  const double ratio = median_ratio(rates.on, rates.off);
  figures.push_back({"iperf3 through a veth, unmetered", median(rates.off), "Gbit/s"});
  figures.push_back({"iperf3 through a veth, metered", median(rates.on), "Gbit/s", "unmetered", ratio, "at least 0.99",
                     ratio >= kBar});
  return {};
}

}  // namespace podmeter::bench
