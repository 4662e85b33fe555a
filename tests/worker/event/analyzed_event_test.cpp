#include "event/analyzed_event.h"

#include <gtest/gtest.h>

#include "event/json_schema.h"
#include "event/schema_text.h"

namespace argus::worker {
namespace {

AnalyzedEvent event() {
  AnalyzedEvent event;
  event.cause.event_id = "i-1.manifest.1";
  event.cause.tenant = {"acme", "shop"};
  event.cause.ingestion_id = "i-1";
  event.cause.repository.name = "shop";
  event.cause.ingestion_started_at =
      std::chrono::system_clock::time_point(std::chrono::seconds(1'795'000'000));
  event.finished_at = event.cause.ingestion_started_at + std::chrono::milliseconds(1500);
  for (const char* name :
       {"files", "directories", "modules", "classes", "functions", "variables", "tests", "contains",
        "defines", "imports", "calls", "inherits", "references"}) {
    event.graph[name] = 3;
  }
  event.files_changed = 2;
  event.files_missing = 1;
  return event;
}

TEST(AnalyzedEvent, FitsItsSchema) {
  const auto violation = JsonSchema(kAnalyzedSchemaText)
                             .validate(nlohmann::json::parse(write_analyzed(event()).value));
  EXPECT_FALSE(violation.has_value()) << violation->pointer << ": " << violation->message;
}

TEST(AnalyzedEvent, ARepeatHasTheSameIdentifierAndAnotherIngestionAnother) {
  AnalyzedEvent later = event();
  later.finished_at += std::chrono::hours(1);
  EXPECT_EQ(write_analyzed(event()).headers[1], write_analyzed(later).headers[1]);
  later.cause.ingestion_id = "i-2";
  EXPECT_NE(write_analyzed(event()).headers[1], write_analyzed(later).headers[1]);
}

TEST(AnalyzedEvent, IsReadAsItWasWritten) {
  const auto summary = read_analyzed(write_analyzed(event()).value);
  ASSERT_TRUE(summary.has_value());
  EXPECT_EQ(summary->dataset, "org_acme_project_shop_codebase");
  EXPECT_EQ(summary->graph.at("calls"), 3u);
  EXPECT_EQ(summary->files_missing, 1u);
  EXPECT_EQ(summary->duration, std::chrono::milliseconds(1500));
  EXPECT_FALSE(read_analyzed("{}").has_value());
  EXPECT_FALSE(read_analyzed("x").has_value());
}

}  // namespace
}  // namespace argus::worker
