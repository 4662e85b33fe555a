#include "cli/ingest/ingest_command.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <memory>

#include "base/identity.h"
#include "cli/connections.h"
#include "cli/exit_code.h"
#include "cli/ingest/answer_watch.h"
#include "cli/ingest/ingest_report.h"
#include "cli/ingest/ingestion_plan.h"
#include "cli/ingest/ingestion_sender.h"
#include "cli/ingest/source_tree.h"
#include "cli/ingest/tree_handover.h"
#include "cli/terminal/printable.h"
#include "kafka/consumer.h"
#include "kafka/producer.h"

namespace argus::cli {
namespace {

namespace kafka = worker::kafka;

// How long the broker may take to let us in.
constexpr std::chrono::seconds kIngestPatience{15};
// From send to acknowledgement: on a slow line the parts under way take a while.
constexpr std::chrono::seconds kDeliveryPatience{120};
constexpr std::chrono::milliseconds kWaitTick{250};

std::chrono::milliseconds since(base::Clock& clock, base::Clock::Monotonic start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(clock.monotonic() - start);
}

worker::IngestedHead head_of(const IngestOptions& options, base::Clock& clock) {
  worker::IngestedHead head;
  head.tenant = options.tenant;
  head.ingestion_started_at = head.occurred_at = clock.wall();
  head.ingestion_id = options.ingestion_id.empty() ? new_ingestion_id(head.ingestion_started_at)
                                                   : options.ingestion_id;
  return head;
}

std::unique_ptr<AnswerWatch> watch_answers(const BrokerAccess& access, const IngestReport& report) {
  return std::make_unique<AnswerWatch>(
      WatchedIngestion{report.ingestion_id, report.dataset, access.analyzed_topic,
                       access.dead_letter_topic},
      [access, group = "argusctl-" + report.ingestion_id](kafka::RebalanceListener& listener) {
        return std::make_unique<kafka::Consumer>(
            kafka::ConsumerOptions{access.connection,
                                   group,
                                   {access.analyzed_topic, access.dead_letter_topic},
                                   "latest"},
            listener);
      });
}

SourceTree gather_tree(const IngestOptions& options) {
  if (options.tree_comes_in) return receive_tree(STDIN_FILENO, options.path);
  return read_source_tree({options.path, options.repository, options.use_git});
}

IngestionPlan make_plan(const SourceTree& tree, const worker::IngestedHead& head,
                        Progress& progress) {
  std::atomic<std::size_t> read{0};
  const std::string total = with_thousands(tree.files.size());
  return plan_ingestion(tree, head, [&] {
    progress.show("Reading files: " + with_thousands(++read) + " of " + total);
  });
}

void describe(const SourceTree& tree, const IngestionPlan& plan, const IngestOptions& options,
              Progress& progress) {
  progress.say(source_text(tree.repository, tree.is_checkout, tree.differing));
  const std::string skipped = skipped_text(plan.skipped, options.verbose);
  if (!skipped.empty()) progress.say(skipped);
  if (plan.files.empty() && !options.allow_empty) throw nothing_to_ingest(tree.root);
}

void publish(const IngestionPlan& plan, const SourceTree& tree, const worker::IngestedHead& head,
             const BrokerAccess& access, IngestReport& report, kafka::Sink& sink,
             Progress& progress, base::Clock& clock) {
  progress.set_interruption(
      "the ingestion is incomplete, and the worker will forget it. Run argusctl ingest again.");
  const auto start = clock.monotonic();
  std::atomic<std::size_t> parts{0};
  std::atomic<std::uint64_t> bytes{0};
  const std::string total = " of " + with_thousands(plan.part_ends.size()) + " parts, ";
  SentParts sent =
      send_parts(plan, tree.root, head, access.ingested_topic, sink, [&](std::uint64_t more) {
        progress.show("Publishing: " + with_thousands(++parts) + total + bytes_text(bytes += more) +
                      " of " + bytes_text(plan.bytes));
      });
  if (sent.skipped.size() > plan.skipped.size()) {
    progress.warn(with_thousands(sent.skipped.size() - plan.skipped.size()) +
                  " more skipped, since they changed while they were read.");
  }
  report.manifest_messages = send_manifest(head, sent, access.ingested_topic, sink);
  report.publishing = since(clock, start);
  report.files = sent.files.size();
  report.bytes = sent.bytes;
  report.skipped = std::move(sent.skipped);
}

void wait_for_answer(AnswerWatch& watch, std::chrono::seconds timeout, IngestReport& report,
                     Progress& progress, base::Clock& clock) {
  progress.set_interruption("the ingestion " + report.ingestion_id +
                            " was sent whole, and the worker goes on with it.");
  const auto start = clock.monotonic();
  progress.begin("Waiting for the analysis");
  while (!report.answer && since(clock, start) < timeout) {
    progress.show("Waiting for the analysis: " + duration_text(since(clock, start)));
    report.answer = watch.await(kWaitTick);
  }
  report.waiting = since(clock, start);
  report.other_ingestion = watch.other_ingestion();
  if (!report.answer) {
    report.outcome = IngestOutcome::kTimedOut;
  } else {
    report.outcome = std::holds_alternative<Refusal>(*report.answer) ? IngestOutcome::kRefused
                                                                     : IngestOutcome::kAnalyzed;
  }
}

void send(const IngestionPlan& plan, const SourceTree& tree, const worker::IngestedHead& head,
          const IngestOptions& options, const BrokerAccess& access, AnswerWatch* watch,
          IngestReport& report, Progress& progress, base::Clock& clock) {
  progress.begin("Connecting to " + access.connection.bootstrap_servers);
  kafka::Producer producer({access.connection, kDeliveryPatience});
  producer.require_topic(access.ingested_topic, kIngestPatience);
  if (watch != nullptr) watch->await_in_place(kIngestPatience);
  publish(plan, tree, head, access, report, producer, progress, clock);
  if (watch != nullptr) wait_for_answer(*watch, options.timeout, report, progress, clock);
}

int exit_code(IngestOutcome outcome) {
  switch (outcome) {
    case IngestOutcome::kRefused:
      return kRefused;
    case IngestOutcome::kTimedOut:
      return kTimedOut;
    default:
      return kDone;
  }
}

}  // namespace

std::string new_ingestion_id(base::Clock::Wall now) {
  std::string time = base::to_rfc3339(now);  // without '-' and ':' it is shorter
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  return time + "-" + base::random_identity();
}

int ingest_command(const IngestOptions& options, std::ostream& out, Progress& progress,
                   base::Clock& clock) {
  progress.set_interruption("nothing was sent.");
  const BrokerAccess access = options.dry_run ? BrokerAccess{} : broker_access(options.settings);
  worker::IngestedHead head = head_of(options, clock);
  IngestReport report;
  report.ingestion_id = head.ingestion_id;
  report.dataset = worker::dataset_name(head.tenant, worker::DatasetType::kCodebase);
  // Joins its group while the files are read.
  const auto watch = options.wait && !options.dry_run ? watch_answers(access, report) : nullptr;
  progress.begin("Looking at " + printable(options.path));
  const SourceTree tree = gather_tree(options);
  head.repository = tree.repository;
  const IngestionPlan plan = make_plan(tree, head, progress);
  describe(tree, plan, options, progress);
  report.repository = tree.repository;
  report.differing = tree.differing;
  report.parts = plan.part_ends.size();
  report.files = plan.files.size();
  report.bytes = plan.bytes;
  report.skipped = plan.skipped;
  if (options.dry_run) {
    report.outcome = IngestOutcome::kDryRun;
  } else {
    send(plan, tree, head, options, access, watch.get(), report, progress, clock);
  }
  progress.clear();
  if (options.output == OutputFormat::kJson) {
    out << report_json(report).dump(2) << "\n" << std::flush;
  } else {
    out << report_text(report) << std::flush;
  }
  return exit_code(report.outcome);
}

}  // namespace argus::cli
