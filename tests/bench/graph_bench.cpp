// How fast a code graph is written: the same facts through CodeGraph, and raw, straight to the
// store at several batch sizes. Prints elements (nodes and edges) a second, where the time goes,
// and the ratio to the best raw rate.
//
//   ARGUS_TEST_FALKORDB_PORT=23006 ARGUS_TEST_FALKORDB_PASSWORD_FILE=... graph_bench [DIRECTORY]
//
// Not part of a test run. It deletes and writes the datasets org_bench_project_graph_codebase and
// org_bench_project_raw_codebase.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "codebase.h"
#include "extract/extractor.h"
#include "graph/falkordb_code_graph.h"
#include "raw_replay.h"

namespace argus::worker {
namespace {

constexpr std::size_t kPartBytes = 768U << 10U;  // of source in one part, as argusctl sends them
constexpr std::uintmax_t kMaxFileBytes = 1U << 20U;
constexpr std::size_t kBatchSizes[] = {500, 1000, 2000, 5000, 10000};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

FalkorDbEndpoint endpoint() {
  FalkorDbEndpoint out;
  if (const char* host = std::getenv("ARGUS_TEST_FALKORDB_HOST")) out.host = host;
  if (const char* port = std::getenv("ARGUS_TEST_FALKORDB_PORT")) {
    out.port = static_cast<std::uint16_t>(std::stoi(port));
  }
  if (const char* file = std::getenv("ARGUS_TEST_FALKORDB_PASSWORD_FILE")) {
    std::ifstream(file) >> out.password;
  }
  return out;
}

std::vector<FileFacts> extract_tree(const std::filesystem::path& root) {
  std::vector<FileFacts> all;
  Extractor extractor;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    const auto extension = entry.path().extension();
    if (!entry.is_regular_file() || entry.file_size() > kMaxFileBytes) continue;
    if (extension != ".go" && extension != ".py" && entry.path().filename() != "go.mod") continue;
    std::stringstream content;
    content << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    all.push_back(
        extractor.extract(std::filesystem::relative(entry.path(), root).string(), content.str()));
  }
  std::ranges::sort(all, {}, &FileFacts::path);
  return all;
}

struct Run {
  double parts = 0;
  double manifest = 0;
  double resolve = 0;
  double durable = 0;
  Analysis analysis;
  [[nodiscard]] double total() const { return parts + manifest + resolve + durable; }
};

Run run_code_graph(const std::vector<FileFacts>& files, const std::string& id, std::int64_t order) {
  const auto graph = make_falkordb_code_graph({endpoint()});
  Ingestion ingestion;
  ingestion.dataset = "org_bench_project_graph_codebase";
  ingestion.ingestion_id = id;
  ingestion.repository = "bench";
  ingestion.commit = "0123456789abcdef0123456789abcdef01234567";
  ingestion.event_id = "bench-event";
  ingestion.started_at = std::chrono::system_clock::time_point(std::chrono::seconds(order));
  std::vector<std::pair<std::size_t, std::size_t>> parts;
  for (std::size_t begin = 0, end = 0; begin < files.size(); begin = end) {
    std::uint64_t bytes = 0;
    while (end < files.size() && (end == begin || bytes + files[end].bytes < kPartBytes)) {
      bytes += files[end++].bytes;
    }
    parts.emplace_back(begin, end - begin);
  }
  std::vector<FileDigest> digests;
  for (const auto& file : files) digests.push_back({file.path, file.sha256});
  Run run;
  auto start = std::chrono::steady_clock::now();
  std::uint32_t number = 0;
  for (const auto& [begin, count] : parts) {
    graph->changed_files(ingestion, std::span(digests).subspan(begin, count), {});
    graph->write_part(ingestion, {++number, static_cast<std::uint32_t>(parts.size())},
                      std::span(files).subspan(begin, count), {});
  }
  run.parts = seconds_since(start);
  start = std::chrono::steady_clock::now();
  graph->write_manifest(ingestion, {1, 1}, digests, {});
  run.manifest = seconds_since(start);
  start = std::chrono::steady_clock::now();
  run.analysis = graph->resolve(ingestion, {});
  run.resolve = seconds_since(start);
  start = std::chrono::steady_clock::now();
  graph->make_durable({});
  run.durable = seconds_since(start);
  return run;
}

void print_run(const char* name, const Run& run, std::uint64_t lines) {
  const double elements = static_cast<double>(elements_of(run.analysis.graph));
  std::printf(
      "%-10s %6.2f s  %8.0f lines/s  %8.0f elements/s  (parts %.2f, manifest %.2f, resolve %.2f, "
      "durable %.2f s)\n",
      name, run.total(), static_cast<double>(lines) / run.total(), elements / run.total(),
      run.parts, run.manifest, run.resolve, run.durable);
  std::fflush(stdout);
}

int bench(const std::string& directory) {
  FalkorDbConnection db(endpoint());
  db.command({"DEL", "org_bench_project_graph_codebase"});
  auto start = std::chrono::steady_clock::now();
  const auto files = extract_tree(directory);
  std::uint64_t lines = 0;
  for (const auto& file : files) lines += file.lines;
  std::printf("%zu files, %lu lines, extracted by one thread in %.2f s\n", files.size(), lines,
              seconds_since(start));
  const Run first = run_code_graph(files, "first", 1000);
  const double elements = static_cast<double>(elements_of(first.analysis.graph));
  std::printf("%.0f elements, %.3f a line; calls %lu, unresolved %lu\n", elements,
              elements / static_cast<double>(lines), first.analysis.graph.calls,
              first.analysis.calls_unresolved);
  print_run("CodeGraph", first, lines);
  print_run("again", run_code_graph(files, "second", 2000), lines);
  double best = 0;
  for (const std::size_t rows : kBatchSizes) {
    const RawRate rate = replay_raw(endpoint(), "org_bench_project_graph_codebase",
                                    "org_bench_project_raw_codebase", files, rows);
    std::printf("raw, %5zu a statement: %.2f s  %8.0f elements/s\n", rows, rate.seconds,
                static_cast<double>(rate.elements) / rate.seconds);
    std::fflush(stdout);
    best = std::max(best, static_cast<double>(rate.elements) / rate.seconds);
  }
  std::printf("CodeGraph / best raw: %.2f\n", elements / first.total() / best);
  db.command({"DEL", "org_bench_project_graph_codebase", "org_bench_project_raw_codebase"});
  return 0;
}

}  // namespace
}  // namespace argus::worker

int main(int argc, char** argv) {
  try {
    return argus::worker::bench(argc > 1 ? argv[1] : argus::worker::live::kubernetes().string());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "graph_bench: %s\n", error.what());
    return 1;
  }
}
