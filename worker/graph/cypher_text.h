// Cypher parameters as FalkorDB takes them: as text in front of the query, `CYPHER name=value ...`.
// Everything that comes from outside passes through here and nowhere else; labels, edge types and
// property names are constants of the program.
//
// Threads: values. Failure: GraphError, not retryable, for a string with a NUL byte (it ends the
// server's parser, and the server) and for a number that is not finite.
// Source: https://docs.falkordb.com/design/client-spec.html (query parameters)
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace argus::worker {

// Appends `text` as a Cypher string: in double quotes, with `\` and `"` escaped.
void append_cypher_string(std::string& out, std::string_view text);
void append_cypher_number(std::string& out, std::int64_t number);
void append_cypher_number(std::string& out, double number);

// Writes one map of a list of rows: {`key`:"a",`line`:3}. Names are constants of the program.
class CypherMap {
 public:
  explicit CypherMap(std::string& out) : out_(out) { out_ += '{'; }
  CypherMap(const CypherMap&) = delete;
  CypherMap& operator=(const CypherMap&) = delete;
  ~CypherMap() { out_ += '}'; }

  void put(std::string_view name, std::string_view text);
  void put(std::string_view name, std::int64_t number);
  // The name and the colon: the caller appends the value.
  void begin(std::string_view name);

 private:
  std::string& out_;
  bool first_ = true;
};

}  // namespace argus::worker
