// Against a real FalkorDB: ARGUS_TEST_FALKORDB_HOST, _PORT and _PASSWORD_FILE name it.
#include "graph/falkordb_code_graph.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "fakes/required_environment.h"
#include "graph/canonical_dump.h"
#include "graph/falkordb_graph_store.h"
#include "graph/graph_summary.h"

namespace argus::worker {
namespace {

std::optional<FalkorDbEndpoint> endpoint() {
  const char* port = std::getenv("ARGUS_TEST_FALKORDB_PORT");
  if (port == nullptr) return std::nullopt;
  FalkorDbEndpoint out;
  out.port = static_cast<std::uint16_t>(std::stoi(port));
  if (const char* host = std::getenv("ARGUS_TEST_FALKORDB_HOST")) out.host = host;
  if (const char* file = std::getenv("ARGUS_TEST_FALKORDB_PASSWORD_FILE")) {
    std::ifstream(file) >> out.password;
  }
  return out;
}

class FalkorDbCodeGraphTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto found = endpoint();
    ARGUS_NEEDS(found, "set ARGUS_TEST_FALKORDB_PORT to test against FalkorDB");
    endpoint_ = *found;
    graph_ = make_falkordb_code_graph({endpoint_});
    ingestion_.dataset = std::string("org_test_project_") +
                         ::testing::UnitTest::GetInstance()->current_test_info()->name() +
                         "_codebase";
    ingestion_.ingestion_id = "first";
    ingestion_.repository = "shop";
    ingestion_.commit = "c1";
    ingestion_.event_id = "e1";
    ingestion_.started_at = std::chrono::system_clock::time_point(std::chrono::seconds(1000));
    remove();
  }
  void TearDown() override {
    if (graph_) remove();
  }
  void remove() {
    FalkorDbConnection db(endpoint_);
    db.command({"DEL", ingestion_.dataset, "argus:ingestion:" + ingestion_.dataset + ":first",
                "argus:ingestion:" + ingestion_.dataset + ":second"});
  }

  Analysis ingest(const std::vector<FileFacts>& files) {
    std::vector<FileDigest> digests;
    for (const auto& file : files) digests.push_back({file.path, file.sha256});
    const auto part = graph_->write_part(ingestion_, {1, 1}, files, {});
    EXPECT_EQ(part, IngestionState::kPending);
    const auto manifest = graph_->write_manifest(ingestion_, {1, 1}, digests, {});
    EXPECT_EQ(manifest, IngestionState::kComplete);
    return graph_->resolve(ingestion_, {});
  }

  static std::vector<FileFacts> two_files() {
    FileFacts a;
    a.path = "pkg/a.go";
    a.language = "Go";
    a.sha256 = "aa";
    a.definitions = {{DefinitionLabel::kFunction, "func", "main", "", 1, 3, "()", {}}};
    a.references = {{ReferenceKind::kCall, 0, "", "f", 2}};
    FileFacts b = a;
    b.path = "pkg/b.go";
    b.sha256 = "bb";
    b.definitions[0].name = "f";
    b.references.clear();
    return {a, b};
  }

  FalkorDbEndpoint endpoint_;
  std::unique_ptr<CodeGraph> graph_;
  Ingestion ingestion_;
};

TEST_F(FalkorDbCodeGraphTest, ResolvesAndRepeatsWithoutChange) {
  const Analysis analysis = ingest(two_files());
  EXPECT_EQ(analysis.graph.files, 2U);
  EXPECT_EQ(analysis.graph.functions, 2U);
  EXPECT_EQ(analysis.graph.calls, 1U);
  EXPECT_EQ(analysis.files_changed, 2U);
  EXPECT_EQ(graph_->write_part(ingestion_, {1, 1}, two_files(), {}), IngestionState::kResolved);
  const Analysis again = graph_->resolve(ingestion_, {});
  EXPECT_EQ(again.graph.calls, 1U);
  EXPECT_EQ(again.graph.contains, analysis.graph.contains);
  FalkorDbConnection db(endpoint_);
  EXPECT_EQ(db.query(ingestion_.dataset, "MATCH (n) RETURN count(n)").at(0).at(0).integer(), 7);
  graph_->make_durable({});
}

TEST_F(FalkorDbCodeGraphTest, WhatVanishedAndChangedFollowsTheCode) {
  ingest(two_files());
  ingestion_.ingestion_id = "second";
  ingestion_.started_at += std::chrono::seconds(5);
  auto files = two_files();
  files[0].sha256 = "changed";
  files[0].definitions[0].name = "renamed";
  files.pop_back();
  const Analysis analysis = ingest(files);
  EXPECT_EQ(analysis.files_deleted, 1U);
  EXPECT_EQ(analysis.files_changed, 1U);
  EXPECT_EQ(analysis.graph.files, 1U);
  EXPECT_EQ(analysis.graph.calls, 0U);
  FalkorDbConnection db(endpoint_);
  const auto rows = db.query(ingestion_.dataset, "MATCH (f:Function) RETURN f.name");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].at(0).text(), "renamed");
  ingestion_.ingestion_id = "first";
  ingestion_.started_at -= std::chrono::seconds(5);
  EXPECT_EQ(graph_->write_part(ingestion_, {1, 1}, two_files(), {}), IngestionState::kSuperseded);
}

TEST_F(FalkorDbCodeGraphTest, FilesThatTheManifestNamesAndNoPartCarriedAreCounted) {
  const auto files = two_files();
  graph_->write_part(ingestion_, {1, 1}, std::span(files).first(1), {});
  const std::vector<FileDigest> manifest = {
      {"pkg/a.go", "other bytes"}, {"pkg/b.go", "bb"}, {"pkg/c.go", "cc"}};
  ASSERT_EQ(graph_->write_manifest(ingestion_, {1, 1}, manifest, {}), IngestionState::kComplete);
  EXPECT_EQ(graph_->resolve(ingestion_, {}).files_missing, 3U);
}

TEST_F(FalkorDbCodeGraphTest, TheSameEventTwiceLeavesTheGraphAsItWas) {
  FalkorDbConnection db(endpoint_);
  ingest(two_files());
  const std::string once = canonical_dump(db, ingestion_.dataset);
  EXPECT_NE(once.find("edge CALLS Function \"pkg/a.go#Function:main\" Function "
                      "\"pkg/b.go#Function:f\"\n"),
            std::string::npos)
      << once;
  ingestion_.ingestion_id = "second";
  ingestion_.event_id = "another";
  const Analysis again = ingest(two_files());
  EXPECT_EQ(again.files_changed, 0U);
  EXPECT_EQ(canonical_dump(db, ingestion_.dataset), once);
}

TEST_F(FalkorDbCodeGraphTest, TheSummaryCounts) {
  FalkorDbConnection db(endpoint_);
  EXPECT_FALSE(summarize_graph(db, ingestion_.dataset).has_value());
  EXPECT_EQ(canonical_dump(db, ingestion_.dataset), "");
  auto files = two_files();
  files[0].lines = 10;
  files[1].lines = 30;
  ingest(files);
  const auto summary = summarize_graph(db, ingestion_.dataset);
  ASSERT_TRUE(summary.has_value());
  EXPECT_EQ(summary->repository, "shop");
  EXPECT_EQ(summary->commit, "c1");
  ASSERT_EQ(summary->languages.size(), 1U);
  EXPECT_EQ(summary->languages[0].lines, 40U);
  ASSERT_EQ(summary->biggest_files.size(), 2U);
  EXPECT_EQ(summary->biggest_files[0].name, "pkg/b.go");
  ASSERT_EQ(summary->most_called.size(), 1U);
  EXPECT_EQ(summary->most_called[0].name, "pkg/b.go#Function:f");
  const auto calls = std::ranges::find(summary->edges, "CALLS", &NamedCount::name);
  ASSERT_NE(calls, summary->edges.end());
  EXPECT_EQ(calls->count, 1U);
}

TEST_F(FalkorDbCodeGraphTest, HostileNamesAreData) {
  auto files = two_files();
  const std::string name = R"(x"\})-[:X]->(y) 'ü` $token // )";
  files[0].definitions[0].name = name;
  files[0].path = "a \"b\"\\/c'.go";
  ingest(files);
  FalkorDbConnection db(endpoint_);
  const auto rows = db.query(ingestion_.dataset,
                             "MATCH (x:File)-[:DEFINES]->(f:Function) WHERE f.name<>'f' "
                             "RETURN f.name,x.path");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].at(0).text(), name);
  EXPECT_EQ(rows[0].at(1).text(), files[0].path);
}

TEST_F(FalkorDbCodeGraphTest, AWriterThatWasReplacedChangesNothing) {
  const auto store = make_falkordb_graph_store({.endpoint = endpoint_});
  const Provenance by{ingestion_.dataset, "shop", "c1", "e1"};
  store->claim(by, "old");
  store->claim(by, "new");
  const auto files = two_files();
  try {
    store->write_files(by, "old", files, {});
    FAIL() << "the old writer did not notice";
  } catch (const GraphError& error) {
    EXPECT_TRUE(error.retryable());
  }
  EXPECT_TRUE(store->read_all(ingestion_.dataset).files.empty());
  store->write_files(by, "new", files, {});
  EXPECT_EQ(store->read_all(ingestion_.dataset).files.size(), 2U);
}

TEST_F(FalkorDbCodeGraphTest, SyntaxErrorsAreFinal) {
  FalkorDbConnection db(endpoint_);
  try {
    db.query(ingestion_.dataset, "MATCH (n RETURN n");
    FAIL() << "accepted";
  } catch (const GraphError& error) {
    EXPECT_FALSE(error.retryable());
  }
  EXPECT_FALSE(db.broken());
}

}  // namespace
}  // namespace argus::worker
