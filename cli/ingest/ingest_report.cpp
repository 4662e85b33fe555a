#include "cli/ingest/ingest_report.h"

#include <algorithm>
#include <map>

#include "cli/terminal/printable.h"
#include "cli/terminal/progress.h"

namespace argus::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kNamesShown = 3;
constexpr std::size_t kCommitDigitsShown = 12;

std::string counted(std::uint64_t count, const std::string& thing) {
  return with_thousands(count) + " " + thing + (count == 1 ? "" : "s");
}

std::string amount(const IngestReport& report) {
  return counted(report.files, "file") + ", " + bytes_text(report.bytes) + ", in " +
         counted(report.parts, "part");
}

std::string analysis_text(const worker::AnalyzedSummary& summary, const IngestReport& report) {
  std::string text = "Analyzed " + duration_text(report.waiting) +
                     " later: " + counted(summary.files_changed, "file") + " changed, " +
                     with_thousands(summary.files_deleted) + " deleted, " +
                     counted(summary.calls_unresolved, "call") + " left unresolved.\nThe graph " +
                     summary.dataset + " holds";
  const char* separator = " ";
  for (const auto& [name, count] : summary.graph) {
    if (count == 0) continue;
    text += separator + with_thousands(count) + " " + printable(name);
    separator = ", ";
  }
  if (*separator == ' ') text += " nothing";
  text += ".\n";
  if (summary.files_missing > 0) {
    text += "Missing: " + counted(summary.files_missing, "file") +
            " of the manifest never came; send the codebase again.\n";
  }
  return text;
}

std::string refusal_text(const Refusal& refusal) {
  return "The worker refused the message " + printable(refusal.event) + " (" +
         printable(refusal.word) + "): " + printable(refusal.message) + "\n";
}

std::string timeout_text(const IngestReport& report) {
  std::string text = "No answer after " + duration_text(report.waiting) + ". The ingestion " +
                     report.ingestion_id +
                     " was sent whole, and a worker goes on with it: check that argus-worker runs "
                     "and is ready, or wait longer with --timeout.\n";
  if (!report.other_ingestion.empty()) {
    text += "Meanwhile the ingestion " + printable(report.other_ingestion) +
            " of the same dataset was analyzed. If it began later, this one is ignored.\n";
  }
  return text;
}

const char* outcome_word(IngestOutcome outcome) {
  switch (outcome) {
    case IngestOutcome::kDryRun:
      return "dry_run";
    case IngestOutcome::kSent:
      return "sent";
    case IngestOutcome::kAnalyzed:
      return "analyzed";
    case IngestOutcome::kRefused:
      return "refused";
    case IngestOutcome::kTimedOut:
      return "timed_out";
  }
  return "";
}

json skipped_json(const std::vector<worker::SkippedFile>& skipped) {
  std::map<std::string, std::size_t> counts;
  for (const auto& file : skipped) ++counts[printable(file.reason)];
  return counts.empty() ? json::object() : json(counts);
}

json analysis_json(const worker::AnalyzedSummary& summary) {
  return {{"graph", summary.graph},
          {"files_changed", summary.files_changed},
          {"files_deleted", summary.files_deleted},
          {"files_missing", summary.files_missing},
          {"calls_unresolved", summary.calls_unresolved},
          {"duration_ms", summary.duration.count()}};
}

}  // namespace

std::string source_text(const worker::Repository& repository, bool is_checkout,
                        std::uint64_t differing) {
  std::string text = "Repository " + printable(repository.name);
  if (!is_checkout) return text + ", not under git.";
  if (repository.commit.empty()) return text + ", a git checkout without a commit yet.";
  text += ", commit " + repository.commit.substr(0, kCommitDigitsShown);
  if (!repository.branch.empty()) text += " on " + printable(repository.branch);
  if (differing == 0) return text + ".";
  return text + "; " + counted(differing, "file") +
         (differing == 1 ? " differs from it and is sent as it is here."
                         : " differ from it and are sent as they are here.");
}

std::string skipped_text(const std::vector<worker::SkippedFile>& skipped, bool all_names) {
  if (skipped.empty()) return "";
  std::map<std::string, std::vector<std::string>> by_reason;
  for (const auto& file : skipped) by_reason[file.reason].push_back(file.path);
  std::vector<std::pair<std::string, std::vector<std::string>>> groups(by_reason.begin(),
                                                                       by_reason.end());
  std::stable_sort(groups.begin(), groups.end(),
                   [](const auto& a, const auto& b) { return a.second.size() > b.second.size(); });
  std::string text = "Skipped " + with_thousands(skipped.size()) + ":";
  for (auto& [reason, paths] : groups) {
    std::sort(paths.begin(), paths.end());
    text += "\n  " + with_thousands(paths.size()) + " " + printable(reason) + ":";
    const std::size_t shown = all_names ? paths.size() : std::min(paths.size(), kNamesShown);
    for (std::size_t i = 0; i < shown; ++i) {
      text += (all_names ? "\n    " : i == 0 ? " " : ", ") + printable(paths[i]);
    }
    if (shown < paths.size()) text += ", ...";
  }
  return text;
}

std::string report_text(const IngestReport& report) {
  if (report.outcome == IngestOutcome::kDryRun) {
    return "Would send " + amount(report) + ", to " + report.dataset + ". Nothing was sent.\n";
  }
  std::string text = "Sent " + amount(report) + " and " +
                     counted(report.manifest_messages, "manifest message") + " in " +
                     duration_text(report.publishing) + ", to " + report.dataset +
                     ", as ingestion " + report.ingestion_id + ".\n";
  switch (report.outcome) {
    case IngestOutcome::kAnalyzed:
      return text + analysis_text(std::get<worker::AnalyzedSummary>(*report.answer), report);
    case IngestOutcome::kRefused:
      return text + refusal_text(std::get<Refusal>(*report.answer));
    case IngestOutcome::kTimedOut:
      return text + timeout_text(report);
    default:
      return text;
  }
}

json report_json(const IngestReport& report) {
  json out = {{"status", outcome_word(report.outcome)},
              {"ingestion_id", report.ingestion_id},
              {"dataset", report.dataset},
              {"repository",
               {{"name", report.repository.name},
                {"url", report.repository.url},
                {"commit", report.repository.commit},
                {"branch", report.repository.branch},
                {"files_differing", report.differing}}},
              {"parts", report.parts},
              {"manifest_messages", report.manifest_messages},
              {"files", report.files},
              {"bytes", report.bytes},
              {"skipped", skipped_json(report.skipped)},
              {"publishing_ms", report.publishing.count()},
              {"waiting_ms", report.waiting.count()},
              {"analysis", nullptr},
              {"refusal", nullptr}};
  if (!report.answer) return out;
  if (const auto* summary = std::get_if<worker::AnalyzedSummary>(&*report.answer)) {
    out["analysis"] = analysis_json(*summary);
  } else {
    const auto& refusal = std::get<Refusal>(*report.answer);
    out["refusal"] = {{"reason", printable(refusal.word)},
                      {"message", printable(refusal.message)},
                      {"event_id", printable(refusal.event)}};
  }
  return out;
}

}  // namespace argus::cli
