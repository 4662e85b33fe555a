#include "cli/graph/graph_command.h"

#include "cli/connections.h"
#include "cli/exit_code.h"
#include "cli/graph/graph_summary_text.h"
#include "event/tenant.h"
#include "graph/canonical_dump.h"
#include "graph/graph_summary.h"

namespace argus::cli {
namespace {

int missing(const std::string& dataset, Progress& progress) {
  progress.warn("There is no graph " + dataset +
                ": check --org, --project and --type, or ingest a codebase first.");
  return kFailed;
}

}  // namespace

int graph_command(const GraphOptions& options, std::ostream& out, Progress& progress) {
  const std::string dataset = worker::dataset_name(options.tenant, options.type);
  worker::FalkorDbConnection connection(graph_access(options.settings));
  if (options.dump) {
    const std::string dump = worker::canonical_dump(connection, dataset);
    if (dump.empty()) return missing(dataset, progress);
    out << dump << std::flush;
    return kDone;
  }
  const auto summary = worker::summarize_graph(connection, dataset);
  if (!summary) return missing(dataset, progress);
  if (options.output == OutputFormat::kJson) {
    out << summary_json(dataset, *summary).dump(2) << "\n" << std::flush;
  } else {
    out << summary_text(dataset, *summary) << std::flush;
  }
  return kDone;
}

}  // namespace argus::cli
