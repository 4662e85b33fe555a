// Lines of code a second from Kafka to FalkorDB: the real argus-worker reads a whole codebase that
// already stands in the topic, until the answer is announced and every offset is committed. Against
// it, in the same run, the nodes and edges of that graph sent straight to FalkorDB, at the best
// batch size found.
//
//   eval "$(deploy/local/services env)" && ingest_bench
//
// The corpus is k8s.io/kubernetes of the module cache, whose version is pinned by
// deploy/local/versions.env: its Go files and go.mod.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <fstream>
#include <sstream>
#include <thread>

#include "codebase.h"
#include "event/analyzed_event.h"
#include "extract/extractor.h"
#include "kafka/consumer.h"
#include "live_services.h"
#include "raw_replay.h"
#include "topics.h"
#include "worker_process.h"

namespace argus::worker::live {
namespace {

constexpr std::size_t kBatchSizes[] = {1000, 2000, 5000, 10000};
constexpr std::chrono::minutes kPatience{5};
constexpr const char* kGroup = "bench";

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Processor time of a process and of its children that ended.
struct Cpu {
  double user = 0;
  double system = 0;
};

Cpu cpu_of(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(file, text);
  std::istringstream fields(text.substr(text.rfind(')') + 1));
  std::string skipped;
  for (int i = 3; i < 14; ++i) fields >> skipped;
  double user = 0, system = 0, child_user = 0, child_system = 0;
  fields >> user >> system >> child_user >> child_system;
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  return {(user + child_user) / ticks, (system + child_system) / ticks};
}

void print_cpu(const char* name, const Cpu& before, const Cpu& after) {
  std::printf("  %-9s %6.2f s user, %5.2f s system\n", name, after.user - before.user,
              after.system - before.system);
}

std::string value_of(const std::string& metrics, const std::string& name) {
  const auto at = metrics.find("\n" + name + " ");
  if (at == std::string::npos) return "?";
  const auto begin = at + name.size() + 2;
  return metrics.substr(begin, metrics.find('\n', begin) - begin);
}

template <typename Condition>
void wait_for(Condition condition, const char* what) {
  const auto end = Clock::now() + kPatience;
  while (!condition()) {
    if (Clock::now() > end) throw std::runtime_error(std::string("In vain waited for ") + what);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

// Sees the announcement when it comes: asking for the topic's end takes librdkafka a second.
class Watch final : private kafka::RebalanceListener {
 public:
  Watch(const Services& services, const Topics& topics)
      : consumer_({.connection = services.kafka,
                   .group = topics.prefix() + "watch",
                   .topics = {topics.analyzed()}},
                  *this) {
    wait_for([&] { return !consumer_.poll(kPoll) && in_place_; }, "a place in the watching group");
  }
  ~Watch() override { consumer_.close(); }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  AnalyzedSummary await() {
    std::optional<AnalyzedSummary> answer;
    wait_for(
        [&] {
          if (const auto record = consumer_.poll(kPoll)) answer = read_analyzed(record->value);
          return answer.has_value();
        },
        "the announcement");
    return *answer;
  }

 private:
  static constexpr std::chrono::milliseconds kPoll{20};
  void assigned(const std::vector<kafka::TopicPartition>&) override { in_place_ = true; }
  void revoked(const std::vector<kafka::TopicPartition>&) override {}
  void lost(const std::vector<kafka::TopicPartition>&) override {}

  bool in_place_ = false;
  kafka::Consumer consumer_;
};

struct EndToEnd {
  double seconds = 0;
  AnalyzedSummary answer;
};

EndToEnd ingest(const Services& services, const std::string& prefix,
                const std::vector<SourceFile>& files, const Tenant& tenant) {
  Topics topics(services.kafka, prefix);
  for (const auto& event : messages_of(files, {.tenant = tenant, .ingestion_id = prefix})) {
    topics.publish(event);
  }
  const std::int64_t messages = topics.end(topics.ingested());
  const int store = process_of(services, "falkordb");
  const int broker = process_of(services, "kafka");
  const Cpu store_before = cpu_of(store);
  const Cpu broker_before = cpu_of(broker);
  Watch watch(services, topics);
  const auto start = Clock::now();
  WorkerProcess worker(services, {prefix, kGroup, {{"LOG_LEVEL", "debug"}}});
  EndToEnd result{0, watch.await()};
  wait_for([&] { return topics.committed(kGroup) == messages; }, "the commit");
  result.seconds = seconds_since(start);
  const std::string metrics = worker.get("/metrics").body;
  const Cpu worker_after = cpu_of(worker.pid());
  std::printf("processor time of %.2f s on %u cores:\n", result.seconds,
              std::thread::hardware_concurrency());
  print_cpu("worker", {}, worker_after);
  print_cpu("FalkorDB", store_before, cpu_of(store));
  print_cpu("Kafka", broker_before, cpu_of(broker));
  std::printf("  turns of the lane: %s s in all\n",
              value_of(metrics, "argus_worker_batch_seconds_sum").c_str());
  std::fputs(worker.output().c_str(), stderr);
  worker.signal(SIGTERM);
  worker.wait(std::chrono::seconds(30));
  return result;
}

std::uint64_t elements_of_answer(const AnalyzedSummary& answer) {
  std::uint64_t sum = 0;
  for (const auto& [name, count] : answer.graph) sum += count;
  return sum;
}

std::vector<FileFacts> extract(const std::vector<SourceFile>& files) {
  Extractor extractor;
  std::vector<FileFacts> facts;
  for (const SourceFile& file : files) facts.push_back(extractor.extract(file.path, file.content));
  return facts;
}

int bench() {
  const Services where = services();
  const auto root = kubernetes();
  const auto files = read_sources(root, {""}, {".go", ".mod"});
  const auto lines = static_cast<double>(lines_of(files));
  const std::string prefix = "bench" + std::to_string(getpid()) + ".";
  const Tenant tenant{"bench", "ingest" + std::to_string(getpid())};
  const std::string dataset = dataset_name(tenant, DatasetType::kCodebase);
  const std::string raw =
      dataset_name({"bench", "raw" + std::to_string(getpid())}, DatasetType::kCodebase);
  std::printf("corpus: %s, %zu files, %.0f lines\n", root.filename().c_str(), files.size(), lines);
  const EndToEnd run = ingest(where, prefix, files, tenant);
  const auto elements = static_cast<double>(elements_of_answer(run.answer));
  std::printf("end to end: %.2f s, %.0f lines/s, %.0f elements/s; %.0f elements, %.3f a line\n",
              run.seconds, lines / run.seconds, elements / run.seconds, elements, elements / lines);
  std::fflush(stdout);
  const auto facts = extract(files);
  double best = 0;
  for (const std::size_t rows : kBatchSizes) {
    const RawRate rate = replay_raw(where.falkordb, dataset, raw, facts, rows);
    const double speed = static_cast<double>(rate.elements) / rate.seconds;
    std::printf("raw, %5zu rows a statement: %.2f s, %.0f elements/s\n", rows, rate.seconds, speed);
    best = std::max(best, speed);
  }
  std::printf("end to end / best raw: %.2f\n", elements / run.seconds / best);
  FalkorDbConnection(where.falkordb).command({"DEL", dataset, raw});
  return 0;
}

}  // namespace
}  // namespace argus::worker::live

int main() {
  try {
    return argus::worker::live::bench();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ingest_bench: %s\n", error.what());
    return 1;
  }
}
