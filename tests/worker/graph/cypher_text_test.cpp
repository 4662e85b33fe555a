#include "graph/cypher_text.h"

#include <gtest/gtest.h>

#include <limits>

#include "graph/code_graph.h"

namespace argus::worker {
namespace {

std::string as_cypher(std::string_view text) {
  std::string out;
  append_cypher_string(out, text);
  return out;
}

TEST(CypherText, EscapesWhatWouldEndAString) {
  EXPECT_EQ(as_cypher(R"(a"b\c)"), R"("a\"b\\c")");
  EXPECT_EQ(as_cypher(R"(})-[:X]->)"), R"("})-[:X]->")");
  EXPECT_EQ(as_cypher(R"(\)"), R"("\\")");
}

TEST(CypherText, RefusesNul) {
  const std::string text("a\0b", 3);
  try {
    as_cypher(text);
    FAIL() << "a NUL byte was accepted";
  } catch (const GraphError& error) {
    EXPECT_FALSE(error.retryable());
  }
}

TEST(CypherText, RefusesNumbersThatAreNotFinite) {
  std::string out;
  EXPECT_THROW(append_cypher_number(out, std::numeric_limits<double>::quiet_NaN()), GraphError);
  EXPECT_THROW(append_cypher_number(out, std::numeric_limits<double>::infinity()), GraphError);
  append_cypher_number(out, 2.0);
  EXPECT_EQ(out, "2.0");
}

TEST(CypherText, WritesMapsWithQuotedKeys) {
  std::string out;
  {
    CypherMap row(out);
    row.put("key", "x");
    row.put("line", 3);
  }
  EXPECT_EQ(out, R"({`key`:"x",`line`:3})");
}

}  // namespace
}  // namespace argus::worker
