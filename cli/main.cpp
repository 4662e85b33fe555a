// argusctl: the floor plan. Read the command line, do it on a thread, end at once on a signal.

#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <thread>
#include <variant>

#include "base/clock.h"
#include "base/log.h"
#include "base/shutdown.h"
#include "cli/broker/broker_command.h"
#include "cli/command_line.h"
#include "cli/connections.h"
#include "cli/exit_code.h"
#include "cli/graph/graph_command.h"
#include "cli/in_cluster/attach_talk.h"
#include "cli/in_cluster/cluster_commands.h"
#include "cli/in_cluster/kubectl.h"
#include "cli/ingest/ingest_command.h"
#include "cli/terminal/progress.h"

namespace argus::cli {
namespace {

int run(const IngestOptions& options, std::ostream& out, Progress& progress,
        const std::stop_token& stop) {
  base::Clock& clock = base::system_clock();
  if (!options.cluster.in_cluster || options.dry_run) {
    return ingest_command(options, out, progress, clock);
  }
  return ingest_in_cluster(options, out, progress, clock, stop);
}

int run(const GraphOptions& options, std::ostream& out, Progress& progress,
        const std::stop_token& stop) {
  if (!options.cluster.in_cluster) return graph_command(options, out, progress);
  return graph_in_cluster(options, out, progress, base::system_clock(), stop);
}

int run(const BrokerOptions& options, std::ostream&, Progress&, const std::stop_token&) {
  return broker_command(options, base::system_clock());
}

template <typename Options>
int run_or_say_why(const Options& options, std::ostream& out, Progress& progress,
                   const std::stop_token& stop) {
  try {
    return run(options, out, progress, stop);
  } catch (const UsageError& error) {
    progress.warn(std::string("argusctl: ") + error.what());
    return kWrongUsage;
  } catch (const Interrupted&) {
    return kFailed;  // what that means was said when the signal came
  } catch (const std::exception& error) {
    progress.warn(std::string("argusctl: ") + error.what());
    return kFailed;
  }
}

// Whether a signal must wait until the command has cleared up behind it.
bool clears_up(const BrokerOptions&) { return false; }
template <typename Options>
bool clears_up(const Options& options) {
  return options.cluster.in_cluster;
}

bool is_answer(const BrokerOptions&) { return false; }
template <typename Options>
bool is_answer(const Options& options) {
  return options.over_attach;
}

template <typename Options>
int run_until_signal(const Options& options, base::LogLevel level) {
  base::Shutdown shutdown;  // before any thread: they inherit the blocked signals
  base::configure_logging({.level = level});
  Progress progress(std::cerr, standard_error_traits(), base::system_clock());
  int status = kFailed;
  std::jthread command([&] {
    const auto run_to = [&](std::ostream& out) {
      return run_or_say_why(options, out, progress, shutdown.token());
    };
    status = is_answer(options) ? answer_over_attach(STDIN_FILENO, std::cout, std::cerr, run_to)
                                : run_to(std::cout);
    shutdown.request();
  });
  const int signal_number = shutdown.wait();
  if (signal_number == 0) {
    command.join();
    return status;
  }
  const std::string meaning = progress.interruption();
  progress.warn("argusctl: interrupted" + (meaning.empty() ? "." : ": " + meaning));
  if (clears_up(options)) {
    command.join();  // a second signal does not wait
    return kInterrupted + signal_number;
  }
  // Not the ordinary way out: a command under way may wait for the network for a long time.
  std::_Exit(kInterrupted + signal_number);
}

int main(int argc, char** argv) {
  // What the libraries log is in the sentences that end a command; broker ensure logs itself.
  constexpr auto kQuiet = base::LogLevel::kError;
  const auto line = read_command_line(argc, argv);
  if (const int* status = std::get_if<int>(&line)) return *status;
  if (const auto* ingest = std::get_if<IngestOptions>(&line)) {
    return run_until_signal(*ingest, kQuiet);
  }
  if (const auto* graph = std::get_if<GraphOptions>(&line)) return run_until_signal(*graph, kQuiet);
  return run_until_signal(std::get<BrokerOptions>(line), base::LogLevel::kInfo);
}

}  // namespace
}  // namespace argus::cli

int main(int argc, char** argv) { return argus::cli::main(argc, argv); }
