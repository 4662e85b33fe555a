#include "cli/ingest/ingest_report.h"

#include <gmock/gmock.h>

namespace argus::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(SourceText, SaysWhatTheFilesAre) {
  EXPECT_EQ(source_text({"shop", "", "", ""}, false, 0), "Repository shop, not under git.");
  EXPECT_EQ(source_text({"shop", "", "", ""}, true, 0),
            "Repository shop, a git checkout without a commit yet.");
  const worker::Repository shop{"shop", "", "0123456789abcdef", "main"};
  EXPECT_EQ(source_text(shop, true, 0), "Repository shop, commit 0123456789ab on main.");
  EXPECT_EQ(source_text(shop, true, 2),
            "Repository shop, commit 0123456789ab on main; 2 files differ from it and are sent as "
            "they are here.");
}

TEST(SkippedText, CountsByReasonAndNamesAFew) {
  EXPECT_EQ(skipped_text({}, false), "");
  const std::vector<worker::SkippedFile> skipped = {{"link", "symbolic link"},
                                                    {"d.png", "binary"},
                                                    {"a\n.png", "binary"},
                                                    {"c.png", "binary"},
                                                    {"b.png", "binary"}};
  EXPECT_EQ(skipped_text(skipped, false),
            "Skipped 5:\n"
            "  4 binary: a\\x0a.png, b.png, c.png, ...\n"
            "  1 symbolic link: link");
  EXPECT_EQ(skipped_text(skipped, true),
            "Skipped 5:\n"
            "  4 binary:\n    a\\x0a.png\n    b.png\n    c.png\n    d.png\n"
            "  1 symbolic link:\n    link");
}

IngestReport report(IngestOutcome outcome) {
  IngestReport report;
  report.outcome = outcome;
  report.ingestion_id = "i-1";
  report.dataset = "org_a_project_b_codebase";
  report.repository = {"shop", "", "abc", "main"};
  report.parts = 2;
  report.manifest_messages = 1;
  report.files = 1234;
  report.bytes = 1'500'000;
  report.skipped = {{"a", "binary"}, {"b", "binary"}};
  report.waiting = std::chrono::seconds(3);
  return report;
}

TEST(ReportText, SaysWhatWasSent) {
  EXPECT_EQ(report_text(report(IngestOutcome::kSent)),
            "Sent 1,234 files, 1.5 MB, in 2 parts and 1 manifest message in 0.0 s, to "
            "org_a_project_b_codebase, as ingestion i-1.\n");
  EXPECT_THAT(report_text(report(IngestOutcome::kDryRun)), HasSubstr("Nothing was sent"));
}

TEST(ReportText, SaysWhatCameOfIt) {
  IngestReport analyzed = report(IngestOutcome::kAnalyzed);
  worker::AnalyzedSummary summary;
  summary.dataset = analyzed.dataset;
  summary.graph = {{"files", 1234}, {"calls", 99'000}, {"tests", 0}};
  summary.files_changed = 1;
  analyzed.answer = summary;
  EXPECT_THAT(report_text(analyzed),
              AllOf(HasSubstr("1 file changed"), HasSubstr("99,000 calls, 1,234 files.")));
  IngestReport refused = report(IngestOutcome::kRefused);
  refused.answer = Refusal{"hash_mismatch", "The content differs.", "i-1.part.1"};
  EXPECT_THAT(report_text(refused),
              HasSubstr("refused the message i-1.part.1 (hash_mismatch): The content differs."));
  IngestReport late = report(IngestOutcome::kTimedOut);
  EXPECT_THAT(report_text(late), AllOf(HasSubstr("No answer after 3.0 s"), HasSubstr("--timeout")));
  late.other_ingestion = "i-2";
  EXPECT_THAT(report_text(late), HasSubstr("i-2"));
}

TEST(ReportJson, HasEverythingForAProgram) {
  IngestReport analyzed = report(IngestOutcome::kAnalyzed);
  worker::AnalyzedSummary summary;
  summary.graph = {{"files", 5}};
  analyzed.answer = summary;
  const auto json = report_json(analyzed);
  EXPECT_EQ(json["status"], "analyzed");
  EXPECT_EQ(json["ingestion_id"], "i-1");
  EXPECT_EQ(json["files"], 1234);
  EXPECT_EQ(json["skipped"]["binary"], 2);
  EXPECT_EQ(json["analysis"]["graph"]["files"], 5);
  EXPECT_TRUE(json["refusal"].is_null());
  IngestReport refused = report(IngestOutcome::kRefused);
  refused.answer = Refusal{"bad_path", "No.", "e"};
  EXPECT_EQ(report_json(refused)["refusal"]["reason"], "bad_path");
  EXPECT_EQ(report_json(report(IngestOutcome::kSent))["analysis"], nullptr);
}

}  // namespace
}  // namespace argus::cli
