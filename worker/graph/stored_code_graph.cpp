#include "graph/stored_code_graph.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/identity.h"
#include "base/mutex.h"
#include "graph/resolution.h"

namespace argus::worker {
namespace {

std::int64_t milliseconds_of(std::chrono::system_clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

std::string ledger_name(const Ingestion& ingestion) {
  return kLedgerPrefix + ingestion.dataset + ':' + ingestion.ingestion_id;
}

Provenance provenance_of(const Ingestion& ingestion) {
  return {ingestion.dataset, ingestion.repository, ingestion.commit, ingestion.event_id};
}

std::uint32_t number_in(const GraphStore::Fields& fields, const std::string& name) {
  const auto found = fields.find(name);
  std::uint32_t number = 0;
  if (found != fields.end()) {
    const std::string& text = found->second;
    std::from_chars(text.data(), text.data() + text.size(), number);
  }
  return number;
}

// All of `kind` (part or manifest) were seen, as far as their number is known.
bool all_seen(const GraphStore::Fields& ledger, const std::string& kind) {
  const std::uint32_t total = number_in(ledger, kind + "s");
  const std::string prefix = kind + ':';
  const auto seen = std::ranges::count_if(
      ledger, [&](const auto& field) { return field.first.starts_with(prefix); });
  return total > 0 && std::cmp_greater_equal(seen, total);
}

std::unordered_map<std::string, std::string> manifest_of(const GraphStore::Fields& ledger) {
  std::unordered_map<std::string, std::string> files;
  for (const auto& [name, value] : ledger) {
    if (!name.starts_with("manifest:")) continue;
    std::string_view rest = value;
    while (!rest.empty()) {  // a digest, a space, a path, and a NUL that no path holds
      const auto end = rest.find('\0');
      const auto line = rest.substr(0, end);
      const auto space = line.find(' ');
      if (space != std::string_view::npos) {
        files[std::string(line.substr(space + 1))] = line.substr(0, space);
      }
      if (end == std::string_view::npos) break;
      rest.remove_prefix(end + 1);
    }
  }
  return files;
}

// Takes the files that the manifest does not name out of `graph`, with their definitions; returns
// all their ids.
std::vector<NodeId> take_vanished(StoredGraph& graph,
                                  const std::unordered_map<std::string, std::string>& manifest,
                                  std::uint64_t& files_deleted) {
  std::vector<NodeId> gone;
  std::unordered_set<NodeId> gone_set;
  const auto take = [&](const auto& node) {
    if (manifest.contains(node.path)) return false;
    gone.push_back(node.id);
    gone_set.insert(node.id);
    return true;
  };
  files_deleted = std::erase_if(graph.files, take);
  std::erase_if(graph.definitions, take);
  std::erase_if(graph.edges, [&](const Edge& edge) {
    return gone_set.contains(edge.from) || gone_set.contains(edge.to);
  });
  return gone;
}

// Files of the manifest that the graph does not hold with these bytes: the producer never sent
// them.
std::uint64_t count_missing(const StoredGraph& graph,
                            const std::unordered_map<std::string, std::string>& manifest) {
  const auto held = std::ranges::count_if(graph.files, [&](const StoredFile& file) {
    const auto named = manifest.find(file.path);
    return named != manifest.end() && named->second == file.sha256;
  });
  return manifest.size() - static_cast<std::size_t>(held);
}

void count_nodes(const StoredGraph& graph, GraphCounts& counts) {
  counts.files = graph.files.size();
  for (const StoredPlace& place : graph.places) {
    ++(place.label == NodeLabel::kModule ? counts.modules : counts.directories);
  }
  for (const StoredDefinition& definition : graph.definitions) {
    switch (definition.label) {
      case NodeLabel::kClass:
        ++counts.classes;
        break;
      case NodeLabel::kFunction:
        ++counts.functions;
        break;
      case NodeLabel::kTest:
        ++counts.tests;
        break;
      default:
        ++counts.variables;
    }
  }
}

void count_edges(const std::vector<Edge>& edges, GraphCounts& counts) {
  for (const Edge& edge : edges) {
    switch (edge.type) {
      case EdgeType::kContains:
        ++counts.contains;
        break;
      case EdgeType::kDefines:
        ++counts.defines;
        break;
      case EdgeType::kImports:
        ++counts.imports;
        break;
      case EdgeType::kCalls:
        ++counts.calls;
        break;
      case EdgeType::kInherits:
        ++counts.inherits;
        break;
      case EdgeType::kReferences:
        ++counts.references;
        break;
    }
  }
}

class StoredCodeGraph final : public CodeGraph {
 public:
  explicit StoredCodeGraph(std::unique_ptr<GraphStore> store)
      : store_(std::move(store)), token_(base::random_identity()) {}

  std::vector<std::string> changed_files(const Ingestion& ingestion,
                                         std::span<const FileDigest> files,
                                         std::stop_token) override {
    if (const auto over = settled(ingestion)) return {};
    std::vector<std::string> paths;
    for (const FileDigest& file : files) paths.push_back(file.path);
    const auto stored = digests(ingestion.dataset, paths);
    std::vector<std::string> changed;
    for (const FileDigest& file : files) {
      const auto found = stored.find(file.path);
      if (found == stored.end() || found->second != file.sha256) changed.push_back(file.path);
    }
    return changed;
  }

  IngestionState write_part(const Ingestion& ingestion, Position part,
                            std::span<const FileFacts> files, std::stop_token stop) override {
    if (const auto over = settled(ingestion)) return *over;
    std::vector<std::string> paths;
    for (const FileFacts& file : files) paths.push_back(file.path);
    const auto stored = digests(ingestion.dataset, paths);
    std::vector<FileFacts> changed;
    for (const FileFacts& file : files) {
      const auto found = stored.find(file.path);
      if (found == stored.end() || found->second != file.sha256) changed.push_back(file);
    }
    const auto name = std::to_string(part.number);
    GraphStore::Fields fields = {
        {"started_at", std::to_string(milliseconds_of(ingestion.started_at))},
        {"parts", std::to_string(part.total)}};
    if (!changed.empty()) {
      // Before the write, so that a repeat after a crash still counts what it changed.
      const GraphStore::Fields mark = {{"changed:" + name, std::to_string(changed.size())}};
      store_->add_to_ledger(ledger_name(ingestion), mark);
      written(ingestion,
              [&] { store_->write_files(provenance_of(ingestion), token_, changed, stop); });
    }
    fields["part:" + name] = "1";
    return seen(ingestion, fields);
  }

  IngestionState write_manifest(const Ingestion& ingestion, Position message,
                                std::span<const FileDigest> files, std::stop_token) override {
    if (const auto over = settled(ingestion)) return *over;
    std::string lines;
    for (const FileDigest& file : files) {
      if (file.path.find('\0') != std::string::npos) {
        throw GraphError(false, "a path of the manifest holds a NUL byte: rename the file");
      }
      lines += file.sha256 + ' ' + file.path + '\0';
    }
    return seen(ingestion, {{"started_at", std::to_string(milliseconds_of(ingestion.started_at))},
                            {"manifests", std::to_string(message.total)},
                            {"manifest:" + std::to_string(message.number), std::move(lines)}});
  }

  Analysis resolve(const Ingestion& ingestion, std::stop_token stop) override {
    claim(ingestion);
    Analysis analysis;
    written(ingestion, [&] { analysis = resolve_claimed(ingestion, stop); });
    return analysis;
  }

  void make_durable(std::stop_token stop) override { store_->barrier(stop); }
  void check(std::stop_token) override { store_->check(); }

 private:
  void claim(const Ingestion& ingestion) {
    {
      const base::MutexLock lock(mutex_);
      if (claimed_.contains(ingestion.dataset)) return;
    }
    store_->claim(provenance_of(ingestion), token_);
    const base::MutexLock lock(mutex_);
    claimed_.insert(ingestion.dataset);
  }

  // After an error nothing is known about who writes the dataset: claimed again at the next call.
  template <typename Write>
  void written(const Ingestion& ingestion, Write write) {
    try {
      write();
    } catch (const GraphError&) {
      const base::MutexLock lock(mutex_);
      claimed_.erase(ingestion.dataset);
      throw;
    }
  }

  // What is known of the ingestion without looking at its parts.
  std::optional<IngestionState> settled(const Ingestion& ingestion) {
    claim(ingestion);
    RepositoryState state;
    written(ingestion, [&] { state = store_->claim(provenance_of(ingestion), token_); });
    if (state.resolved_ingestion.empty()) return std::nullopt;
    if (state.resolved_ingestion == ingestion.ingestion_id) return IngestionState::kResolved;
    if (milliseconds_of(ingestion.started_at) < state.resolved_started) {
      return IngestionState::kSuperseded;
    }
    return std::nullopt;
  }

  std::unordered_map<std::string, std::string> digests(const std::string& dataset,
                                                       std::span<const std::string> paths) {
    std::unordered_map<std::string, std::string> found;
    for (StoredFile& file : store_->find_files(dataset, paths)) {
      found[std::move(file.path)] = std::move(file.sha256);
    }
    return found;
  }

  IngestionState seen(const Ingestion& ingestion, const GraphStore::Fields& fields) {
    const std::string name = ledger_name(ingestion);
    store_->add_to_ledger(name, fields);
    const auto ledger = store_->read_ledger(name);
    return all_seen(ledger, "part") && all_seen(ledger, "manifest") ? IngestionState::kComplete
                                                                    : IngestionState::kPending;
  }

  Analysis resolve_claimed(const Ingestion& ingestion, const std::stop_token& stop) {
    const Provenance by = provenance_of(ingestion);
    const std::string run = store_->run();
    const auto ledger = store_->read_ledger(ledger_name(ingestion));
    StoredGraph graph = store_->read_all(ingestion.dataset);
    Analysis analysis;
    const bool repeat = graph.repository.resolved_ingestion == ingestion.ingestion_id;
    if (!repeat) {
      if (!all_seen(ledger, "part") || !all_seen(ledger, "manifest")) {
        throw GraphError(false, "the ingestion " + ingestion.ingestion_id +
                                    " is not complete: it cannot be resolved yet");
      }
      for (const auto& [name, value] : ledger) {
        if (name.starts_with("changed:")) analysis.files_changed += number_in(ledger, name);
      }
      const auto manifest = manifest_of(ledger);
      const auto gone = take_vanished(graph, manifest, analysis.files_deleted);
      analysis.files_missing = count_missing(graph, manifest);
      store_->delete_nodes(ingestion.dataset, token_, gone, stop);
    }
    std::ranges::sort(graph.files, {}, &StoredFile::path);
    std::ranges::sort(graph.definitions, {}, [](const StoredDefinition& definition) {
      return std::tie(definition.path, definition.index);
    });
    settle_places(by, graph, stop);
    const Resolution wanted = resolve_edges(graph);
    settle_edges(by, graph, wanted.edges, stop);
    // Else what was read above may be gone, and an ingestion that is marked is never mended.
    if (store_->run() != run) {
      throw GraphError(true, "FalkorDB was restarted while a codebase was resolved");
    }
    store_->mark_resolved(
        by, token_,
        {graph.repository.id, ingestion.ingestion_id, milliseconds_of(ingestion.started_at)});
    store_->erase_ledger(ledger_name(ingestion));
    analysis.calls_unresolved = wanted.calls_unresolved;
    count_nodes(graph, analysis.graph);
    count_edges(wanted.edges, analysis.graph);
    return analysis;
  }

  void settle_places(const Provenance& by, StoredGraph& graph, const std::stop_token& stop) {
    PlannedPlaces plan = plan_places(graph);
    store_->delete_nodes(by.dataset, token_, plan.stale, stop);
    const std::unordered_set<NodeId> stale(plan.stale.begin(), plan.stale.end());
    std::erase_if(graph.edges, [&](const Edge& edge) {
      return stale.contains(edge.from) || stale.contains(edge.to);
    });
    std::vector<StoredPlace> missing;
    std::ranges::copy_if(plan.wanted, std::back_inserter(missing),
                         [](const StoredPlace& place) { return place.id == kNoNode; });
    const auto ids = store_->create_places(by, token_, missing, stop);
    std::size_t next = 0;
    for (StoredPlace& place : plan.wanted) {
      if (place.id == kNoNode) place.id = ids.at(next++);
    }
    graph.places = std::move(plan.wanted);
  }

  void settle_edges(const Provenance& by, StoredGraph& graph, const std::vector<Edge>& wanted,
                    const std::stop_token& stop) {
    std::vector<Edge>& stored = graph.edges;
    std::ranges::sort(stored);
    stored.erase(std::unique(stored.begin(), stored.end()), stored.end());
    std::vector<Edge> missing;
    std::vector<Edge> stale;
    std::ranges::set_difference(wanted, stored, std::back_inserter(missing));
    std::ranges::set_difference(stored, wanted, std::back_inserter(stale));
    store_->delete_edges(by.dataset, token_, stale, stop);
    store_->create_edges(by.dataset, token_, missing, stop);
  }

  const std::unique_ptr<GraphStore> store_;
  const std::string token_;
  base::Mutex mutex_;
  std::set<std::string> claimed_ ARGUS_GUARDED_BY(mutex_);
};

}  // namespace

std::unique_ptr<CodeGraph> make_code_graph(std::unique_ptr<GraphStore> store) {
  return std::make_unique<StoredCodeGraph>(std::move(store));
}

}  // namespace argus::worker
