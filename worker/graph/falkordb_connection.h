// One connection to FalkorDB: the only file that knows hiredis and FalkorDB's wire format.
//
// Threads: one at a time. Ownership: owns its socket. Failure: GraphError. Retryable: the
// connection was lost or timed out, the server loads its data, is busy, out of memory, or has too
// many pending queries. Not retryable: what the server refuses for what it says (syntax, types).
// After a lost connection the object is broken() and must be thrown away; whether a write that was
// under way took effect is unknown, which is why every write can be done again.
// Source: https://docs.falkordb.com/design/client-spec.html (compact result sets)
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace argus::worker {

struct FalkorDbEndpoint {
  std::string host = "127.0.0.1";
  std::uint16_t port = 6379;
  std::string user;      // empty: the default user
  std::string password;  // empty: no AUTH
  std::chrono::milliseconds connect_timeout{5000};
  // For one reply. A large batch takes a fraction of a second, a graph being read back some
  // seconds.
  std::chrono::milliseconds reply_timeout{60000};
};

// One value of a reply: what the graph's properties may be, and lists of them. Types of the server
// that this program never asks for (paths, points, vectors) are read as null.
struct StoreValue {
  using List = std::vector<StoreValue>;
  std::variant<std::monostate, std::int64_t, double, bool, std::string, List> value;

  [[nodiscard]] bool is_null() const { return value.index() == 0; }
  [[nodiscard]] std::int64_t integer() const;     // 0 when it is none
  [[nodiscard]] const std::string& text() const;  // empty when it is none
  [[nodiscard]] const List& list() const;         // empty when it is none
};
using StoreRows = std::vector<std::vector<StoreValue>>;

class FalkorDbConnection {
 public:
  explicit FalkorDbConnection(const FalkorDbEndpoint& endpoint);
  FalkorDbConnection(const FalkorDbConnection&) = delete;
  FalkorDbConnection& operator=(const FalkorDbConnection&) = delete;
  ~FalkorDbConnection();

  [[nodiscard]] bool broken() const;
  // Names the run of the server that this connection leads to: another after each restart.
  [[nodiscard]] const std::string& run() const { return run_; }

  // A plain Redis command.
  StoreValue command(const std::vector<std::string>& words);
  // GRAPH.QUERY, with its parameters in front of it.
  StoreRows query(std::string_view graph, std::string_view text);

  // The same for a query that returns texts and whole numbers only: read in a third of the time,
  // since the server does not put a type before each value.
  StoreRows read(std::string_view graph, std::string_view text);

  // Pipelining: sends without waiting. collect() reads every outstanding reply, in order, and
  // throws the first error among them after all are read.
  void send_query(std::string_view graph, std::string_view text);
  std::vector<StoreRows> collect();
  [[nodiscard]] std::size_t outstanding() const { return outstanding_; }

 private:
  void log_in(const FalkorDbEndpoint& endpoint);

  struct Impl;
  std::unique_ptr<Impl> impl_;
  std::size_t outstanding_ = 0;
  std::string run_;
};

}  // namespace argus::worker
