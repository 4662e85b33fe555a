// argusctl: the floor plan. Read the command line, do it on a thread, end at once on a signal.

#include <cstdlib>
#include <exception>
#include <iostream>
#include <thread>
#include <variant>

#include "base/clock.h"
#include "base/log.h"
#include "base/shutdown.h"
#include "cli/command_line.h"
#include "cli/connections.h"
#include "cli/exit_code.h"
#include "cli/graph_command.h"
#include "cli/ingest_command.h"
#include "cli/progress.h"

namespace argus::cli {
namespace {

int run(const IngestOptions& options, Progress& progress) {
  return ingest_command(options, std::cout, progress, base::system_clock());
}

int run(const GraphOptions& options, Progress& progress) {
  return graph_command(options, std::cout, progress);
}

template <typename Options>
int run_or_say_why(const Options& options, Progress& progress) {
  try {
    return run(options, progress);
  } catch (const UsageError& error) {
    progress.warn(std::string("argusctl: ") + error.what());
    return kWrongUsage;
  } catch (const std::exception& error) {
    progress.warn(std::string("argusctl: ") + error.what());
    return kFailed;
  }
}

template <typename Options>
int run_until_signal(const Options& options) {
  base::Shutdown shutdown;  // before any thread: they inherit the blocked signals
  // What the libraries log is in the sentences that end a command.
  base::configure_logging({.level = base::LogLevel::kError});
  Progress progress(std::cerr, standard_error_traits(), base::system_clock());
  int status = kFailed;
  std::jthread command([&] {
    status = run_or_say_why(options, progress);
    shutdown.request();
  });
  const int signal_number = shutdown.wait();
  if (signal_number == 0) {
    command.join();
    return status;
  }
  const std::string meaning = progress.interruption();
  progress.warn("argusctl: interrupted" + (meaning.empty() ? "." : ": " + meaning));
  // Not the ordinary way out: a command under way may wait for the network for a long time.
  std::_Exit(kInterrupted + signal_number);
}

int main(int argc, char** argv) {
  const auto line = read_command_line(argc, argv);
  if (const int* status = std::get_if<int>(&line)) return *status;
  if (const auto* ingest = std::get_if<IngestOptions>(&line)) return run_until_signal(*ingest);
  return run_until_signal(std::get<GraphOptions>(line));
}

}  // namespace
}  // namespace argus::cli

int main(int argc, char** argv) { return argus::cli::main(argc, argv); }
