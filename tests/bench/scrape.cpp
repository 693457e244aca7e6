// SPDX-License-Identifier: Apache-2.0
// Scrapes of the collector as it runs on a node: as nobody, with no capability, on pins that its group may read.
#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <string>

#include "bpf/base/fd.hpp"
#include "tests/bench/child.hpp"
#include "tests/bench/groups.hpp"
#include "tests/bench/http.hpp"
#include "tests/bench/meminfo.hpp"
#include "tests/bench/meters.hpp"
#include "tests/bench/numbers.hpp"

namespace podmeter::bench {
namespace {

constexpr gid_t kNobody = 65534;
constexpr std::uint16_t kPort = 9473;
constexpr int kScrapes = 21;
constexpr int kTriesToConnect = 200;
constexpr unsigned kBarMeters = 250;  // DESIGN.md, "How fast", has its bars for this many
constexpr double kBarMs = 2;
constexpr double kBarRssMib = 20;
constexpr double kLinear =
    1.25;  // what a meter may cost more among many than among kBarMeters, and still be called linear
constexpr double kMib = 1024 * 1024;

// By a descriptor, because nobody may be barred from the folder that it is in. Dies with this process.
Result<Child> start_collector(const PinTree& tree) {
  const Fd program(::open(PODMETER_COLLECTOR, O_PATH));
  if (!program.valid())
    return system_error(std::string("open '") + PODMETER_COLLECTOR + "'");
  const std::string nobody = std::to_string(kNobody);
  return Child::start({{"setpriv", "--reuid", nobody, "--regid", nobody, "--clear-groups", "--pdeathsig", "KILL",
                        "/proc/self/fd/" + std::to_string(program.get()),
                        "--web.listen-address=127.0.0.1:" + std::to_string(kPort), "--pin-root=" + tree.root()}});
}

Result<void> wait_until_ready() {
  Result<Reply> last(Reply{});
  for (int i = 0; i < kTriesToConnect; i++) {
    if (last = http_get(kPort, "/readyz", Encoding::kPlain); last)
      return {};
    ::usleep(10'000);
  }
  return last.error();
}

struct Replies {
  std::vector<double> ms{};
  double bytes = 0;
};
struct Scrapes {
  Replies plain{}, gzip{};
};

enum class Warm : std::uint8_t { kNo, kYes };

Result<void> scrape_once(Encoding encoding, Warm warm, Replies& replies) {
  const auto reply = http_get(kPort, "/metrics", encoding);
  if (!reply)
    return reply.error();
  replies.bytes = static_cast<double>(reply->bytes);
  if (warm == Warm::kYes)
    replies.ms.push_back(reply->milliseconds);
  return {};
}

Result<Scrapes> scrape() {
  Scrapes scrapes;
  for (int i = -3; i < kScrapes; i++) {
    const auto warm = i < 0 ? Warm::kNo : Warm::kYes;
    if (auto scraped = scrape_once(Encoding::kPlain, warm, scrapes.plain); !scraped)
      return scraped.error();
    if (auto scraped = scrape_once(Encoding::kGzip, warm, scrapes.gzip); !scraped)
      return scraped.error();
  }
  return scrapes;
}

struct Scraped {
  unsigned meters = 0;
  Scrapes scrapes{};
  double rss = 0, pss = 0;

  [[nodiscard]] double ms_a_meter() const { return median(scrapes.plain.ms) / meters; }
};

Result<Scraped> scrape_collector(const PinTree& tree, unsigned meters) {
  const auto collector = start_collector(tree);
  if (!collector)
    return collector.error();
  if (auto ready = wait_until_ready(); !ready)
    return ready.error();
  auto scrapes = scrape();
  if (!scrapes)
    return scrapes.error();
  const std::string process = "/proc/" + std::to_string(collector->pid());
  const auto rss = bytes_in(process + "/status", "VmRSS");
  const auto pss = bytes_in(process + "/smaps_rollup", "Pss");
  if (!rss || !pss)
    return rss ? pss.error() : rss.error();
  return Scraped{meters, std::move(*scrapes), *rss, *pss};
}

Figure time_figure(const std::string& name, const Scraped& now, const Scraped* bar) {
  Figure figure{name, median(now.scrapes.plain.ms), "ms"};
  if (now.meters == kBarMeters) {
    figure.bar = "at most 2 ms";
    figure.met = figure.value <= kBarMs;
  } else if (bar != nullptr && now.meters > kBarMeters) {
    figure.over = "a meter's share among 250";
    figure.ratio = now.ms_a_meter() / bar->ms_a_meter();
    figure.bar = "linear";
    figure.met = *figure.ratio <= kLinear;
  }
  return figure;
}

void report(const Scraped& now, const Scraped* bar, Figures& figures) {
  const std::string name = "scrape of " + std::to_string(now.meters) + " meters";
  figures.push_back(time_figure(name, now, bar));
  figures.push_back({name + ", gzip", median(now.scrapes.gzip.ms), "ms", "without gzip",
                     median_ratio(now.scrapes.gzip.ms, now.scrapes.plain.ms)});
  figures.push_back({name + ", size", now.scrapes.plain.bytes / 1024, "KiB"});
  figures.push_back({name + ", size, gzip", now.scrapes.gzip.bytes / 1024, "KiB", "without gzip",
                     now.scrapes.gzip.bytes / now.scrapes.plain.bytes});
  Figure rss{name + ", resident memory", now.rss / kMib, "MiB"};
  if (now.meters == kBarMeters) {
    rss.bar = "at most 20 MiB";
    rss.met = rss.value <= kBarRssMib;
  }
  figures.push_back(rss);
  figures.push_back({name + ", proportional memory", now.pss / kMib, "MiB"});
}

}  // namespace

Result<void> measure_scrape(Figures& figures, const std::vector<unsigned>& meters) {
  const PinTree tree("/sys/fs/bpf/scrape");
  std::vector<Scraped> all;
  unsigned made = 0;
  for (const unsigned wanted : meters) {
    if (auto more = make_meters(tree, made, wanted, kNobody); !more)
      return more;
    made = wanted;
    auto scraped = scrape_collector(tree, wanted);
    if (!scraped)
      return scraped.error();
    all.push_back(std::move(*scraped));
  }
  const Scraped* bar = nullptr;
  for (const auto& one : all)
    if (one.meters == kBarMeters)
      bar = &one;
  for (const auto& one : all)
    report(one, bar, figures);
  return {};
}

}  // namespace podmeter::bench
