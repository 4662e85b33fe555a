// The code graph of one tenant dataset, as the pipeline uses it: parts of an ingestion go in, in
// any order and as often as they come; when the manifest is complete the whole is resolved.
//
// The graph itself is the only state: nothing that matters lives in the process. Every call reads
// what is stored, decides what differs, and writes that, so that a repeat changes nothing and a
// crash in the middle is mended by doing it again.
//
// Threads: one CodeGraph may be used by many threads for different datasets; calls for one dataset
// are made one at a time. make_durable() may run beside any other call. Failure: GraphError;
// retryable() says whether the store may accept the same call later (connection lost, loading,
// busy, back-pressure) or never will.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <vector>

#include "extract/code_facts.h"

namespace argus::worker {

class GraphError : public std::runtime_error {
 public:
  GraphError(bool retryable, const std::string& message)
      : std::runtime_error(message), retryable_(retryable) {}
  [[nodiscard]] bool retryable() const { return retryable_; }

 private:
  bool retryable_;
};

// What an ingestion is; the same in each of its parts and its manifest.
struct Ingestion {
  std::string dataset;  // org_acme_project_shop_codebase
  std::string org_id;
  std::string project_id;
  std::string ingestion_id;
  std::string repository;  // its name: kubernetes
  std::string commit;      // empty when the tree is not under version control
  std::chrono::system_clock::time_point started_at;  // orders ingestions of one dataset
  std::string event_id;  // of the event at hand: provenance of what it writes
};

struct FileDigest {
  std::string path;
  std::string sha256;
};

struct Position {
  std::uint32_t number = 1;  // 1-based
  std::uint32_t total = 1;
};

struct GraphCounts {
  std::uint64_t files = 0, directories = 0, modules = 0, classes = 0, functions = 0, variables = 0,
                tests = 0, contains = 0, defines = 0, imports = 0, calls = 0, inherits = 0,
                references = 0;
};

enum class IngestionState {
  kPending,     // more parts or manifest messages are awaited
  kComplete,    // everything is there: resolve() may run
  kResolved,    // was resolved before; this is a repeat
  kSuperseded,  // a newer ingestion of the dataset was resolved: this one is ignored
};

struct Analysis {
  GraphCounts graph;                // what the graph now holds
  std::uint64_t files_changed = 0;  // written by this ingestion
  std::uint64_t files_deleted = 0;
  std::uint64_t files_missing = 0;     // in the manifest, and with these bytes in no part ever seen
  std::uint64_t calls_unresolved = 0;  // calls whose callee is not in the codebase
};

class CodeGraph {
 public:
  virtual ~CodeGraph() = default;

  // Which of these files the graph does not hold with these bytes: only they need to be extracted.
  // Empty paths for an ingestion that is superseded.
  virtual std::vector<std::string> changed_files(const Ingestion& ingestion,
                                                 std::span<const FileDigest> files,
                                                 std::stop_token stop) = 0;

  // Writes what the files of one part say, and that the part was seen.
  virtual IngestionState write_part(const Ingestion& ingestion, Position part,
                                    std::span<const FileFacts> files, std::stop_token stop) = 0;

  // Keeps one message of the manifest (every path of the codebase with its hash).
  virtual IngestionState write_manifest(const Ingestion& ingestion, Position message,
                                        std::span<const FileDigest> files,
                                        std::stop_token stop) = 0;

  // After kComplete: links across files, removes what vanished, marks the ingestion resolved.
  virtual Analysis resolve(const Ingestion& ingestion, std::stop_token stop) = 0;

  // Returns when everything written before the call is on the store's disk. Throws, once, a
  // retryable error when the store was restarted since something was written: what no earlier call
  // covered may be gone.
  virtual void make_durable(std::stop_token stop) = 0;

  // A cheap round trip; throws GraphError when the store cannot be used now.
  virtual void check(std::stop_token stop) = 0;
};

}  // namespace argus::worker
