#include "cli/graph/graph_summary_text.h"

#include <gtest/gtest.h>

namespace argus::cli {
namespace {

worker::GraphSummary summary() {
  return {"shop",
          "abc",
          "i-1",
          {{"File", 1234}, {"Class", 5}},
          {{"CALLS", 42}},
          {{"Go", 12, 34'567}, {"", 1, 2}},
          {{"a\x1b.go", 900}},
          {}};
}

TEST(GraphSummaryText, IsATableForPeople) {
  EXPECT_EQ(summary_text("org_a_project_b_codebase", summary()),
            "Dataset     org_a_project_b_codebase\n"
            "Repository  shop\n"
            "Commit      abc\n"
            "Ingestion   i-1\n"
            "\nNodes: 1,239\n"
            "  File   1,234\n"
            "  Class      5\n"
            "\nEdges: 42\n"
            "  CALLS  42\n"
            "\nLanguages\n"
            "  Go       12 files  34,567 lines\n"
            "  (other)   1 files       2 lines\n"
            "\nLongest files (lines)\n"
            "  a\\x1b.go  900\n");
}

TEST(GraphSummaryText, SaysThatNothingIsCompleteYet) {
  const std::string text = summary_text("d", {});
  EXPECT_NE(text.find("none is complete yet"), std::string::npos);
  EXPECT_NE(text.find("Commit      -"), std::string::npos);
}

TEST(GraphSummaryJson, HasTheSameNumbers) {
  const auto json = summary_json("d", summary());
  EXPECT_EQ(json["dataset"], "d");
  EXPECT_EQ(json["nodes"]["File"], 1234);
  EXPECT_EQ(json["edges"]["CALLS"], 42);
  EXPECT_EQ(json["languages"][0]["lines"], 34'567);
  EXPECT_EQ(json["biggest_files"][0]["lines"], 900);
  EXPECT_TRUE(json["most_called"].empty());
}

}  // namespace
}  // namespace argus::cli
