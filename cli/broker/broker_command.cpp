#include "cli/broker/broker_command.h"

#include <algorithm>
#include <fstream>
#include <optional>

#include "base/health_server.h"
#include "base/log.h"
#include "base/metrics.h"
#include "cli/broker/broker_round.h"
#include "cli/broker/broker_word.h"
#include "cli/broker/setup_health.h"
#include "cli/exit_code.h"

namespace argus::cli {
namespace {

constexpr std::chrono::seconds kFirstDelay{1};
constexpr const char* kInPlace = "the brokers have what the data layer needs";

// Logs what is new since the last round.
void log_news(const Findings& now, const Findings& before) {
  for (const auto of : {&Findings::remarks, &Findings::notes}) {
    for (const std::string& note : now.*of) {
      if (!(before.*of).contains(note)) base::log_info("note", {{"note", note}});
    }
  }
  for (const auto& [problem, kind] : now.problems) {
    if (!before.problems.contains(problem)) base::log_warning("problem", {{"problem", problem}});
  }
}

Findings round_or_problem(const BrokerOptions& options) {
  try {
    return run_round(options);
  } catch (const std::exception& error) {  // a file that is not there yet, or half written
    return {{{error.what(), Trouble::kFailed}}, {}};
  }
}

int once(const BrokerOptions& options) {
  const Findings findings = run_round(options);
  log_news(findings, {});
  if (!findings.problems.empty()) return kFailed;
  base::log_info(kInPlace);
  return kDone;
}

int say(const Word& word, const BrokerOptions& options, const WordMemory& memory) {
  std::ofstream(options.message_file, std::ios::binary | std::ios::trunc) << word.text;
  memory.leave(word);
  base::log_info("ends to say something else than before", {{"exit_code", word.code}});
  return word.code;
}

int watch(const BrokerOptions& options, base::Clock& clock) {
  static_cast<void>(connection_as({"x", "x", "SCRAM-SHA-512"}, options));  // a wrong flag ends it
  std::optional<WordMemory> memory;
  if (!options.memory_file.empty()) memory.emplace(options.memory_file);
  Watching watching(memory ? memory->said() : Word{});
  SetupHealth health(clock, options.period);
  const base::Metrics metrics;
  std::optional<base::HealthServer> server;
  if (options.health_port != 0) {
    server.emplace(
        base::HealthServerOptions{.port = static_cast<std::uint16_t>(options.health_port),
                                  .liveness_path = "/health",
                                  .readiness_path = "/ready"},
        metrics, std::vector<base::HealthCheck>{{"rounds", [&] { return health.stuck(); }}},
        std::vector<base::HealthCheck>{{"setup", [&] { return health.problem(); }}});
  }
  Findings before;
  bool said_good = false;
  for (int failures = 0;;) {
    Findings now = round_or_problem(options);
    log_news(now, before);
    failures = now.problems.empty() ? 0 : failures + 1;
    if (failures == 0 && !said_good) base::log_info(kInPlace);
    said_good = failures == 0;
    const std::optional<Word> word = watching.after(now, clock.monotonic());
    health.after_round(watching.in_place(), now);
    if (word && !options.message_file.empty() && memory) return say(*word, options, *memory);
    before = std::move(now);
    clock.sleep_for(delay_after(failures, options.period), {});
  }
}

}  // namespace

std::chrono::seconds delay_after(int failures, std::chrono::seconds period) {
  if (failures == 0) return period;
  std::chrono::seconds delay = kFirstDelay;
  for (int i = 1; i < failures && delay < period; ++i) delay *= 2;
  return std::min(delay, period);
}

int broker_command(const BrokerOptions& options, base::Clock& clock) {
  return options.watch ? watch(options, clock) : once(options);
}

}  // namespace argus::cli
