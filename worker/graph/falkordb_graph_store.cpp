#include "graph/falkordb_graph_store.h"

#include <algorithm>
#include <atomic>
#include <set>
#include <utility>

#include "base/mutex.h"
#include "graph/code_graph.h"
#include "graph/cypher_text.h"
#include "graph/facts_text.h"

namespace argus::worker {
namespace {

// FalkorDB 4.16.3, 2 cores, rows per statement 500 to 10,000: CREATE 40-110k nodes/s, MERGE on an
// indexed key 22k; definitions nested below their file with FOREACH 84k nodes + 84k edges/s; edges
// by ID() 80-180k/s (both ends bound by WITH first: otherwise the planner scans all nodes), by an
// indexed key 50k.
constexpr std::size_t kBytesPerStatement = 4U << 20U;
// Statements on their way at once: hides the round trip, bounds the server's queue.
constexpr std::size_t kStatementsInFlight = 4;
constexpr std::size_t kIdleConnections = 8;
constexpr std::chrono::seconds kBarrierTimeout{20};
constexpr const char* kFence = "MATCH (g:Repository {token:$token}) ";
constexpr const char* kMine = "MATCH (g:Repository) RETURN g.token";

std::string parameters(const std::string& token) {
  std::string text = "CYPHER token=";
  append_cypher_string(text, token);
  return text;
}

std::string parameters(const Provenance& by, const std::string& token) {
  std::string text = parameters(token);
  const std::pair<const char*, const std::string&> all[] = {{" dataset=", by.dataset},
                                                            {" repository=", by.repository},
                                                            {" commit=", by.commit},
                                                            {" event_id=", by.event_id}};
  for (const auto& [name, value] : all) {
    text += name;
    append_cypher_string(text, value);
  }
  return text;
}

constexpr const char* kProvenance =
    "dataset:$dataset,repository:$repository,commit:$commit,event_id:$event_id,";

const std::string& write_files_query() {
  static const std::string kQuery = [] {
    std::string text = std::string(" ") + kFence +
                       "UNWIND $rows AS f CREATE (x:File {key:f.path,path:f.path,name:f.name," +
                       kProvenance +
                       "language:f.language,module:f.module,bytes:f.bytes,lines:f.lines,line:1,"
                       "end_line:f.lines,references:f.references,sha256:f.sha256})";
    for (const auto label : {DefinitionLabel::kClass, DefinitionLabel::kFunction,
                             DefinitionLabel::kVariable, DefinitionLabel::kTest}) {
      const std::string word = to_word(label_of(label));
      text += " FOREACH (d IN f." + word + " | CREATE (x)-[:DEFINES]->(:" + word +
              " {key:d.k,path:f.path," + kProvenance +
              "kind:d.t,name:d.n,scope:d.s,line:d.l,end_line:d.e,signature:d.g,bases:d.b,"
              "index:d.i}))";
    }
    return text;
  }();
  return kQuery;
}

void append_definitions(std::string& out, const FileFacts& file,
                        const std::vector<std::string>& keys, DefinitionLabel label) {
  out += '[';
  bool first = true;
  for (std::size_t i = 0; i < file.definitions.size(); ++i) {
    const Definition& definition = file.definitions[i];
    if (definition.label != label) continue;
    if (!std::exchange(first, false)) out += ',';
    std::string bases;
    for (const std::string& base : definition.bases) {
      bases += (bases.empty() ? "" : "\n") + base;
    }
    CypherMap row(out);
    row.put("k", keys[i]);
    row.put("t", definition.kind);
    row.put("n", definition.name);
    row.put("s", definition.scope);
    row.put("l", static_cast<std::int64_t>(definition.line));
    row.put("e", static_cast<std::int64_t>(definition.end_line));
    row.put("g", definition.signature);
    row.put("b", bases);
    row.put("i", static_cast<std::int64_t>(i));
  }
  out += ']';
}

void append_file(std::string& out, const FileFacts& file) {
  const auto keys = definition_keys(file);
  CypherMap row(out);
  row.put("path", file.path);
  row.put("name", std::string_view(file.path).substr(file.path.rfind('/') + 1));
  row.put("language", file.language);
  row.put("module", file.module);
  row.put("bytes", static_cast<std::int64_t>(file.bytes));
  row.put("lines", static_cast<std::int64_t>(file.lines));
  row.put("sha256", file.sha256);
  row.put("references", encode_references(file));
  for (const auto label : {DefinitionLabel::kClass, DefinitionLabel::kFunction,
                           DefinitionLabel::kVariable, DefinitionLabel::kTest}) {
    row.begin(to_word(label_of(label)));
    append_definitions(out, file, keys, label);
  }
}

std::string ids_text(std::span<const NodeId> ids) {
  std::string text = "[";
  for (const NodeId id : ids) {
    if (text.size() > 1) text += ',';
    append_cypher_number(text, id);
  }
  return text + ']';
}

std::string edges_text(std::span<const Edge> edges) {
  std::string text = "[";
  for (const Edge& edge : edges) {
    if (text.size() > 1) text += ',';
    text += '[';
    append_cypher_number(text, edge.from);
    text += ',';
    append_cypher_number(text, edge.to);
    text += ']';
  }
  return text + ']';
}

class FalkorDbGraphStore final : public GraphStore {
 public:
  explicit FalkorDbGraphStore(FalkorDbGraphStoreOptions options)
      : endpoint_(std::move(options.endpoint)), rows_(options.rows_per_statement) {}

  RepositoryState claim(const Provenance& by, const std::string& token) override {
    Lease lease(*this);
    auto& db = lease.connection();
    create_index(db, by.dataset);
    const auto rows =
        db.query(by.dataset, parameters(by, token) +
                                 " MERGE (g:Repository {dataset:$dataset}) SET g.token=$token,"
                                 "g.key=$repository,g.repository=$repository,g.path='',g.line=0,"
                                 "g.end_line=0 RETURN ID(g),g.ingestion_id,g.started_at");
    return state_of(rows);
  }

  std::vector<StoredFile> find_files(const std::string& dataset,
                                     std::span<const std::string> paths) override {
    std::vector<StoredFile> found;
    Lease lease(*this);
    auto& db = lease.connection();
    for (std::size_t at = 0; at < paths.size(); at += rows_) {
      std::string text = "CYPHER paths=[";
      for (const auto& path : paths.subspan(at, std::min(rows_, paths.size() - at))) {
        if (text.back() != '[') text += ',';
        append_cypher_string(text, path);
      }
      text += "] UNWIND $paths AS p MATCH (f:File {key:p}) RETURN ID(f),f.path,f.sha256";
      for (const auto& row : db.query(dataset, text)) {
        StoredFile& file = found.emplace_back();
        file.id = row.at(0).integer();
        file.path = row.at(1).text();
        file.sha256 = row.at(2).text();
      }
    }
    return found;
  }

  StoredGraph read_all(const std::string& dataset) override {
    Lease lease(*this);
    auto& db = lease.connection();
    StoredGraph graph;
    graph.repository =
        state_of(db.read(dataset, "MATCH (g:Repository) RETURN ID(g),g.ingestion_id,g.started_at"));
    read_files(db, dataset, graph);
    for (const auto label :
         {NodeLabel::kClass, NodeLabel::kFunction, NodeLabel::kVariable, NodeLabel::kTest}) {
      read_definitions(db, dataset, label, graph);
    }
    for (const auto label : {NodeLabel::kDirectory, NodeLabel::kModule}) {
      for (const auto& row : db.read(dataset, std::string("MATCH (n:") + to_word(label) +
                                                  ") RETURN ID(n),n.key,n.path")) {
        graph.places.push_back({row.at(0).integer(), label, row.at(1).text(), row.at(2).text()});
      }
    }
    for (const auto type : kEdgeTypes) {
      for (const auto& row : db.read(dataset, std::string("MATCH (a)-[:") + to_word(type) +
                                                  "]->(b) RETURN ID(a),ID(b)")) {
        graph.edges.push_back({type, row.at(0).integer(), row.at(1).integer()});
      }
    }
    return graph;
  }

  void write_files(const Provenance& by, const std::string& token, std::span<const FileFacts> files,
                   std::stop_token stop) override {
    Lease lease(*this);
    auto& db = lease.connection();
    const std::string head = parameters(by, token) + " rows=[";
    std::size_t next = 0;
    while (next < files.size()) {
      std::string paths = parameters(token) + " rows=[";
      std::string rows = head;
      std::size_t count = 0;
      const std::size_t begin = next;
      while (next < files.size() &&
             (next == begin || (count < rows_ && rows.size() < kBytesPerStatement))) {
        if (next != begin) paths += ',', rows += ',';
        append_cypher_string(paths, files[next].path);
        append_file(rows, files[next]);
        count += 1 + files[next++].definitions.size();
      }
      send(db, by.dataset,
           paths + "] " + kFence +
               "UNWIND $rows AS k MATCH (f:File {key:k}) OPTIONAL MATCH (f)-[:DEFINES]->(d) "
               "DELETE d,f",
           stop);
      send(db, by.dataset, rows + ']' + write_files_query(), stop);
    }
    finish(db, by.dataset, token);
  }

  std::vector<NodeId> create_places(const Provenance& by, const std::string& token,
                                    std::span<const StoredPlace> places,
                                    std::stop_token stop) override {
    std::map<std::pair<NodeLabel, std::string>, NodeId> ids;
    Lease lease(*this);
    auto& db = lease.connection();
    for (const auto label : {NodeLabel::kDirectory, NodeLabel::kModule}) {
      std::string text = parameters(by, token) + " rows=[";
      for (const auto& place : places) {
        if (place.label != label) continue;
        if (text.back() != '[') text += ',';
        CypherMap row(text);
        row.put("k", place.key);
        row.put("p", place.path);
      }
      if (text.back() == '[') continue;
      text += std::string("] ") + kFence + "UNWIND $rows AS r CREATE (n:" + to_word(label) +
              " {key:r.k,name:r.k,path:r.p," + kProvenance +
              "line:0,end_line:0}) RETURN ID(n),n.key";
      if (stop.stop_requested()) throw GraphError(true, "stopped while writing to FalkorDB");
      for (const auto& row : db.query(by.dataset, text)) {
        ids[{label, row.at(1).text()}] = row.at(0).integer();
      }
    }
    finish(db, by.dataset, token);
    std::vector<NodeId> out;
    for (const auto& place : places) out.push_back(ids.at({place.label, place.key}));
    return out;
  }

  void delete_nodes(const std::string& dataset, const std::string& token,
                    std::span<const NodeId> nodes, std::stop_token stop) override {
    Lease lease(*this);
    auto& db = lease.connection();
    for (std::size_t at = 0; at < nodes.size(); at += rows_) {
      const auto rows = nodes.subspan(at, std::min(rows_, nodes.size() - at));
      send(db, dataset,
           parameters(token) + " rows=" + ids_text(rows) + ' ' + kFence +
               "UNWIND $rows AS x MATCH (n) WHERE ID(n)=x DELETE n",
           stop);
    }
    finish(db, dataset, token);
  }

  void create_edges(const std::string& dataset, const std::string& token,
                    std::span<const Edge> edges, std::stop_token stop) override {
    for_each_batch(dataset, token, edges, stop, [](EdgeType type) {
      return std::string("MATCH (a) WHERE ID(a)=x MATCH (b) WHERE ID(b)=y CREATE (a)-[:") +
             to_word(type) + "]->(b)";
    });
  }

  void delete_edges(const std::string& dataset, const std::string& token,
                    std::span<const Edge> edges, std::stop_token stop) override {
    for_each_batch(dataset, token, edges, stop, [](EdgeType type) {
      return std::string("MATCH (a)-[e:") + to_word(type) +
             "]->(b) WHERE ID(a)=x AND ID(b)=y DELETE e";
    });
  }

  void mark_resolved(const Provenance& by, const std::string& token,
                     const RepositoryState& state) override {
    std::string text = parameters(by, token) + " ingestion=";
    append_cypher_string(text, state.resolved_ingestion);
    text += " started=";
    append_cypher_number(text, state.resolved_started);
    Lease lease(*this);
    lease.connection().query(by.dataset, text + ' ' + kFence +
                                             "SET g.ingestion_id=$ingestion,g.started_at=$started,"
                                             "g.commit=$commit,g.event_id=$event_id");
    finish(lease.connection(), by.dataset, token);
  }

  Fields read_ledger(const std::string& name) override {
    Lease lease(*this);
    const StoreValue all = lease.connection().command({"HGETALL", name});
    Fields fields;
    for (std::size_t i = 0; i + 1 < all.list().size(); i += 2) {
      fields[all.list()[i].text()] = all.list()[i + 1].text();
    }
    return fields;
  }

  void add_to_ledger(const std::string& name, const Fields& fields) override {
    std::vector<std::string> words = {"HSET", name};
    for (const auto& [field, value] : fields) words.insert(words.end(), {field, value});
    Lease lease(*this);
    lease.connection().command(words);
  }

  void erase_ledger(const std::string& name) override {
    Lease lease(*this);
    lease.connection().command({"DEL", name});
  }

  std::vector<std::string> list_ledgers(const std::string& prefix) override {
    std::vector<std::string> names;
    Lease lease(*this);
    std::string cursor = "0";
    do {
      const StoreValue page =
          lease.connection().command({"SCAN", cursor, "MATCH", prefix + "*", "COUNT", "1000"});
      cursor = page.list().at(0).text();
      for (const auto& name : page.list().at(1).list()) names.push_back(name.text());
    } while (cursor != "0");
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
  }

  std::string run() override {
    Lease lease(*this);
    lease.connection().command({"PING"});  // an idle connection may lead to a server that is gone
    return lease.connection().run();
  }

  void barrier(std::stop_token stop) override {
    // The append-only file is one sequence: when this write is on disk, so is all before it.
    if (stop.stop_requested()) throw GraphError(true, "stopped while waiting for FalkorDB's disk");
    std::set<std::string> written;
    {
      const base::MutexLock lock(mutex_);
      written.swap(runs_);
    }
    Lease lease(*this);
    auto& db = lease.connection();
    written.erase(db.run());
    if (!written.empty()) {
      throw GraphError(true,
                       "FalkorDB was restarted: what may not have been on its disk is "
                       "written again");
    }
    db.command({"SET", "argus:barrier", std::to_string(++barriers_)});
    const auto milliseconds = std::chrono::milliseconds(kBarrierTimeout).count();
    const StoreValue done = db.command({"WAITAOF", "1", "0", std::to_string(milliseconds)});
    if (done.list().empty() || done.list()[0].integer() != 1) {
      throw GraphError(true,
                       "FalkorDB did not write its append-only file to disk in time: look at the "
                       "server's disk and appendfsync");
    }
  }

  void check() override {
    Lease lease(*this);
    lease.connection().command({"PING"});
  }

 private:
  // A connection for one call: an idle one, else a new one; kept again unless it is broken.
  class Lease {
   public:
    explicit Lease(FalkorDbGraphStore& store) : store_(store) {
      {
        const base::MutexLock lock(store.mutex_);
        if (!store.idle_.empty()) {
          connection_ = std::move(store.idle_.back());
          store.idle_.pop_back();
        }
      }
      if (!connection_) connection_ = std::make_unique<FalkorDbConnection>(store.endpoint_);
    }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() {
      if (connection_->broken()) {
        store_.forget_idle();  // the server is gone for the others, too
        return;
      }
      const base::MutexLock lock(store_.mutex_);
      store_.runs_.insert(connection_->run());
      if (store_.idle_.size() < kIdleConnections) store_.idle_.push_back(std::move(connection_));
    }
    FalkorDbConnection& connection() { return *connection_; }

   private:
    FalkorDbGraphStore& store_;
    std::unique_ptr<FalkorDbConnection> connection_;
  };

  void forget_idle() ARGUS_EXCLUDES(mutex_) {
    const base::MutexLock lock(mutex_);
    idle_.clear();
  }

  static RepositoryState state_of(const StoreRows& rows) {
    if (rows.empty()) return {};
    return {rows[0].at(0).integer(), rows[0].at(1).text(), rows[0].at(2).integer()};
  }

  static void create_index(FalkorDbConnection& db, const std::string& dataset) {
    try {
      db.query(dataset, "CREATE INDEX FOR (f:File) ON (f.key)");
    } catch (const GraphError& error) {
      if (std::string_view(error.what()).find("already indexed") == std::string_view::npos) throw;
    }
  }

  static void read_files(FalkorDbConnection& db, const std::string& dataset, StoredGraph& graph) {
    for (const auto& row : db.read(dataset,
                                   "MATCH (f:File) RETURN ID(f),f.path,f.language,f.module,"
                                   "f.sha256,f.references")) {
      graph.files.push_back({row.at(0).integer(), row.at(1).text(), row.at(2).text(),
                             row.at(3).text(), row.at(4).text(), row.at(5).text()});
    }
  }

  static void read_definitions(FalkorDbConnection& db, const std::string& dataset, NodeLabel label,
                               StoredGraph& graph) {
    for (const auto& row : db.read(dataset, std::string("MATCH (d:") + to_word(label) +
                                                ") RETURN ID(d),d.key,d.path,d.index,d.kind,"
                                                "d.name,d.scope,d.bases")) {
      graph.definitions.push_back({row.at(0).integer(), label, row.at(1).text(), row.at(2).text(),
                                   static_cast<std::uint32_t>(row.at(3).integer()),
                                   row.at(4).text(), row.at(5).text(), row.at(6).text(),
                                   row.at(7).text()});
    }
  }

  template <typename Tail>
  void for_each_batch(const std::string& dataset, const std::string& token,
                      std::span<const Edge> edges, const std::stop_token& stop, Tail tail) {
    std::vector<Edge> sorted(edges.begin(), edges.end());
    std::ranges::sort(sorted);
    Lease lease(*this);
    auto& db = lease.connection();
    std::size_t begin = 0;
    while (begin < sorted.size()) {
      std::size_t end = begin;
      while (end < sorted.size() && end - begin < rows_ && sorted[end].type == sorted[begin].type) {
        ++end;
      }
      const auto rows = std::span(sorted).subspan(begin, end - begin);
      send(db, dataset,
           parameters(token) + " rows=" + edges_text(rows) + ' ' + kFence +
               "UNWIND $rows AS r WITH r[0] AS x, r[1] AS y " + tail(sorted[begin].type),
           stop);
      begin = end;
    }
    finish(db, dataset, token);
  }

  static void send(FalkorDbConnection& db, const std::string& dataset, const std::string& text,
                   const std::stop_token& stop) {
    if (stop.stop_requested()) throw GraphError(true, "stopped while writing to FalkorDB");
    db.send_query(dataset, text);
    if (db.outstanding() >= kStatementsInFlight) db.collect();
  }

  // Every statement matched the writer's token: when it is still ours, all of them took effect.
  static void finish(FalkorDbConnection& db, const std::string& dataset, const std::string& token) {
    db.send_query(dataset, kMine);
    const auto replies = db.collect();
    const StoreRows& mine = replies.back();
    if (mine.empty() || mine[0].at(0).text() != token) {
      throw GraphError(true, "another worker writes the dataset " + dataset + " now");
    }
  }

  const FalkorDbEndpoint endpoint_;
  const std::size_t rows_;
  base::Mutex mutex_;
  std::vector<std::unique_ptr<FalkorDbConnection>> idle_ ARGUS_GUARDED_BY(mutex_);
  // Of the server, that were used since the last barrier.
  std::set<std::string> runs_ ARGUS_GUARDED_BY(mutex_);
  std::atomic<std::uint64_t> barriers_ = 0;
};

}  // namespace

std::unique_ptr<GraphStore> make_falkordb_graph_store(FalkorDbGraphStoreOptions options) {
  return std::make_unique<FalkorDbGraphStore>(std::move(options));
}

}  // namespace argus::worker
