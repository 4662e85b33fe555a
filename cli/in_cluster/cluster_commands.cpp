#include "cli/in_cluster/cluster_commands.h"

#include "cli/in_cluster/cluster_job.h"
#include "cli/in_cluster/job_manifest.h"
#include "cli/ingest/ingest_command.h"
#include "cli/ingest/ingestion_plan.h"
#include "cli/ingest/source_tree.h"
#include "cli/ingest/tree_handover.h"
#include "cli/terminal/printable.h"

namespace argus::cli {
namespace {

// To upload the tree and to publish it, besides the time that the answer is waited for.
constexpr std::chrono::seconds kHandoverPatience{1800};
constexpr std::chrono::seconds kGraphPatience{3600};

const char* word(OutputFormat output) {
  return output == OutputFormat::kJson ? "--output=json" : "--output=text";
}

std::string word(worker::DatasetType type) {
  switch (type) {
    case worker::DatasetType::kTests:
      return "--type=tests";
    case worker::DatasetType::kFailures:
      return "--type=failures";
    case worker::DatasetType::kCodebase:
      break;
  }
  return "--type=codebase";
}

}  // namespace

std::vector<std::string> remote_arguments(const IngestOptions& options) {
  std::vector<std::string> arguments = {"ingest",
                                        kJobTree,
                                        "--from-tar=-",
                                        "--over-attach",
                                        "--org=" + options.tenant.org_id,
                                        "--project=" + options.tenant.project_id,
                                        "--ingestion-id=" + options.ingestion_id,
                                        word(options.output)};
  arguments.push_back(options.wait ? "--timeout=" + std::to_string(options.timeout.count())
                                   : "--no-wait");
  if (options.allow_empty) arguments.emplace_back("--allow-empty");
  if (options.verbose) arguments.emplace_back("--verbose");
  return arguments;
}

std::vector<std::string> remote_arguments(const GraphOptions& options) {
  std::vector<std::string> arguments = {"graph",
                                        options.dump ? "dump" : "summary",
                                        "--over-attach",
                                        "--org=" + options.tenant.org_id,
                                        "--project=" + options.tenant.project_id,
                                        word(options.type)};
  if (!options.dump) arguments.emplace_back(word(options.output));
  return arguments;
}

int ingest_in_cluster(const IngestOptions& given, std::ostream& out, Progress& progress,
                      base::Clock& clock, const std::stop_token& stop) {
  IngestOptions options = given;
  if (options.ingestion_id.empty()) options.ingestion_id = new_ingestion_id(clock.wall());
  progress.set_interruption("nothing was sent.");
  progress.begin("Looking at " + printable(options.path));
  const SourceTree tree = read_source_tree({options.path, options.repository, options.use_git});
  if (tree.files.empty() && !options.allow_empty) throw nothing_to_ingest(tree.root);
  const std::string total = with_thousands(tree.files.size());
  TreeSender sender(tree, [&](std::size_t files, std::uint64_t bytes) {
    progress.show("Handing over " + with_thousands(files) + " of " + total + " files, " +
                  bytes_text(bytes));
  });
  ClusterTask task;
  task.name = "ingest";
  task.arguments = remote_arguments(options);
  task.deadline = options.timeout + kHandoverPatience;
  task.input = [&] {
    auto piece = sender.next();
    if (!piece) {
      progress.set_interruption("the ingestion " + options.ingestion_id +
                                " goes on if its pod had sent it whole; otherwise the worker "
                                "will forget it.");
    }
    return piece;
  };
  return run_in_cluster(task, options.cluster, out, progress, clock, stop);
}

int graph_in_cluster(const GraphOptions& options, std::ostream& out, Progress& progress,
                     base::Clock& clock, const std::stop_token& stop) {
  const ClusterTask task{"graph", remote_arguments(options), kGraphPatience, {}};
  return run_in_cluster(task, options.cluster, out, progress, clock, stop);
}

}  // namespace argus::cli
