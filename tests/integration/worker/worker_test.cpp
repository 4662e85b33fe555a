#include "worker_test.h"

#include <unistd.h>

#include <algorithm>
#include <sstream>

#include "graph/canonical_dump.h"
#include "graph/code_graph.h"

namespace argus::worker::live {
namespace {

std::string unique_name() {
  static int count = 0;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return "t" + std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(now).count()) +
         "-" + std::to_string(getpid()) + "-" + std::to_string(++count);
}

std::vector<std::string> lines_of_text(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace

WorkerTest::WorkerTest()
    : services_(services()),
      name_(unique_name()),
      group_(name_ + "-group"),
      topics_(services_.kafka, name_ + ".") {}

WorkerTest::~WorkerTest() {
  try {
    FalkorDbConnection db(services_.falkordb);
    for (const std::string& dataset : datasets_) db.command({"DEL", dataset});
  } catch (const GraphError&) {  // the store is wiped with the services
  }
}

std::unique_ptr<WorkerProcess> WorkerTest::start_worker(
    std::map<std::string, std::string> more) const {
  return std::make_unique<WorkerProcess>(services_,
                                         WorkerSettings{topics_.prefix(), group_, std::move(more)});
}

void WorkerTest::send(const std::vector<SourceFile>& files, const Sending& sending) {
  for (const OutboundEvent& event : messages_of(files, sending)) topics_.publish(event);
}

Tenant WorkerTest::tenant(const std::string& project) {
  Tenant tenant{name_, project};
  datasets_.push_back(dataset(tenant));
  return tenant;
}

std::string WorkerTest::dataset(const Tenant& tenant) const {
  return dataset_name(tenant, DatasetType::kCodebase);
}

std::optional<AnalyzedSummary> WorkerTest::analyzed(const std::string& ingestion_id) const {
  std::optional<AnalyzedSummary> found;
  std::int64_t seen = 0;
  fakes::eventually(
      [&] {
        const std::int64_t end = topics_.end(topics_.analyzed());
        if (end == seen) return false;
        seen = end;
        for (const auto& record : topics_.read(topics_.analyzed())) {
          auto summary = read_analyzed(record.value);
          if (summary && summary->ingestion_id == ingestion_id) found = std::move(summary);
        }
        return found.has_value();
      },
      kPatience);
  return found;
}

bool WorkerTest::committed_all() const {
  const std::int64_t end = topics_.end(topics_.ingested());
  return fakes::eventually([&] { return topics_.committed(group_) == end; }, kPatience);
}

std::string WorkerTest::dump(const Tenant& tenant) const {
  FalkorDbConnection db(services_.falkordb);
  std::string text = canonical_dump(db, dataset(tenant));
  const std::string name = dataset(tenant);
  for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at)) {
    text.replace(at, name.size(), "DATASET");
  }
  return text;
}

std::int64_t WorkerTest::count(const Tenant& tenant, const std::string& query) const {
  try {
    FalkorDbConnection db(services_.falkordb);
    if (db.command({"EXISTS", dataset(tenant)}).integer() == 0) return 0;
    const auto rows = db.query(dataset(tenant), query);
    return rows.empty() ? 0 : rows[0].at(0).integer();
  } catch (const GraphError&) {
    return 0;
  }
}

testing::AssertionResult equal_dumps(const std::string& left, const std::string& right) {
  if (left == right) return testing::AssertionSuccess();
  const auto a = lines_of_text(left);
  const auto b = lines_of_text(right);
  std::vector<std::string> only_left, only_right;
  std::ranges::set_difference(a, b, std::back_inserter(only_left));
  std::ranges::set_difference(b, a, std::back_inserter(only_right));
  auto failure = testing::AssertionFailure();
  failure << a.size() << " and " << b.size() << " lines; " << only_left.size() << " only left, "
          << only_right.size() << " only right";
  for (std::size_t i = 0; i < std::min<std::size_t>(5, only_left.size()); ++i) {
    failure << "\n< " << only_left[i].substr(0, 300);
  }
  for (std::size_t i = 0; i < std::min<std::size_t>(5, only_right.size()); ++i) {
    failure << "\n> " << only_right[i].substr(0, 300);
  }
  return failure;
}

}  // namespace argus::worker::live
