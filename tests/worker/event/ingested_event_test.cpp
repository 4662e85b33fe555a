#include "event/ingested_event.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "base/base64.h"
#include "event/sha256.h"

namespace argus::worker {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr const char* kContent = "package main\n";

json part_body() {
  json file = {{"path", "main.go"}, {"sha256", sha256_hex(kContent)}, {"content", kContent}};
  return {{"event_id", "e-1"},
          {"schema_version", "1.0"},
          {"org_id", "acme"},
          {"project_id", "shop"},
          {"occurred_at", "2026-11-24T10:15:30Z"},
          {"ingestion_id", "i-1"},
          {"ingestion_started_at", "2026-11-24T10:15:00Z"},
          {"repository", {{"name", "shop"}, {"commit", "0123abcd"}}},
          {"kind", "part"},
          {"part", {{"number", 1}, {"total", 2}}},
          {"files", json::array({file})}};
}

json manifest_body() {
  json body = part_body();
  body.erase("part");
  body["kind"] = "manifest";
  body["manifest"] = {{"number", 1}, {"total", 1}};
  body["files"][0].erase("content");
  return body;
}

Headers binary_headers() {
  return {{"ce_specversion", "1.0"},
          {"ce_id", "e-1"},
          {"ce_source", "test"},
          {"ce_type", "argus.codebase.ingested"}};
}

Rejection rejected(const std::string& value, const Headers& headers = {}, EventLimits limits = {}) {
  const IngestedEvent event = IngestedEventParser(limits).parse(headers, value);
  const auto* rejection = std::get_if<Rejection>(&event);
  if (rejection == nullptr) return {RejectionReason::kInconsistent, "the event was accepted"};
  return *rejection;
}

TEST(IngestedEvent, ReadsAPlainPart) {
  const IngestedEvent event = IngestedEventParser().parse({}, part_body().dump());
  const auto* part = std::get_if<IngestedPart>(&event);
  ASSERT_NE(part, nullptr) << std::get<Rejection>(event).message;
  EXPECT_EQ(part->head.tenant, (Tenant{"acme", "shop"}));
  EXPECT_EQ(part->head.repository.commit, "0123abcd");
  EXPECT_EQ(part->head.number, 1u);
  EXPECT_EQ(part->head.total, 2u);
  ASSERT_EQ(part->files.size(), 1u);
  EXPECT_EQ(part->files[0].content, kContent);
}

TEST(IngestedEvent, ReadsAManifestWithWhatWasSkipped) {
  json body = manifest_body();
  body["skipped"] = json::array({{{"path", "logo.png"}, {"reason", "binary"}}});
  const IngestedEvent event = IngestedEventParser().parse(binary_headers(), body.dump());
  const auto* manifest = std::get_if<IngestedManifest>(&event);
  ASSERT_NE(manifest, nullptr) << std::get<Rejection>(event).message;
  ASSERT_EQ(manifest->files.size(), 1u);
  EXPECT_EQ(manifest->files[0].path, "main.go");
  ASSERT_EQ(manifest->skipped.size(), 1u);
  EXPECT_EQ(manifest->skipped[0].reason, "binary");
}

TEST(IngestedEvent, ReadsStructuredModeWithDataAndWithBase64) {
  json event = {{"specversion", "1.0"}, {"id", "e-1"},
                {"source", "test"},     {"type", "argus.codebase.ingested"},
                {"orgid", "acme"},      {"data", part_body()}};
  const Headers headers = {{"Content-Type", "application/cloudevents+json; charset=utf-8"}};
  EXPECT_TRUE(
      std::holds_alternative<IngestedPart>(IngestedEventParser().parse(headers, event.dump())));
  event.erase("data");
  event["data_base64"] = base::base64_encode(part_body().dump());
  EXPECT_TRUE(
      std::holds_alternative<IngestedPart>(IngestedEventParser().parse(headers, event.dump())));
}

TEST(IngestedEvent, DecodesBase64Contents) {
  const std::string bytes("\xff\xfe\0x", 4);
  json body = part_body();
  body["files"][0]["content"] = base::base64_encode(bytes);
  body["files"][0]["encoding"] = "base64";
  body["files"][0]["sha256"] = sha256_hex(bytes);
  const IngestedEvent event = IngestedEventParser().parse({}, body.dump());
  ASSERT_TRUE(std::holds_alternative<IngestedPart>(event));
  EXPECT_EQ(std::get<IngestedPart>(event).files[0].content, bytes);
}

TEST(IngestedEvent, RefusesWhatIsNoJson) {
  EXPECT_EQ(rejected("{\"a\": ").reason, RejectionReason::kNotJson);
  EXPECT_THAT(rejected("{\"a\": ").message, HasSubstr("byte"));
  EXPECT_EQ(rejected("").reason, RejectionReason::kNotJson);
  EXPECT_THAT(rejected(std::string("\0\0\0\0\1{}", 7)).message, HasSubstr("Schema Registry"));
  EXPECT_EQ(rejected("[]").reason, RejectionReason::kSchemaViolation);
  EXPECT_EQ(rejected("{\"a\":\"\xff\"}").reason, RejectionReason::kNotUtf8);
  EXPECT_EQ(rejected("{\"a\":\"\xed\xa0\x80\"}").reason, RejectionReason::kNotUtf8);
  EXPECT_EQ(rejected(std::string(100'000, '[')).reason, RejectionReason::kNotJson);
}

TEST(IngestedEvent, RefusesAnEnvelopeThatIsWrong) {
  Headers headers = binary_headers();
  headers[0].second = "0.3";
  EXPECT_EQ(rejected(part_body().dump(), headers).reason, RejectionReason::kNotCloudEvent);
  headers = binary_headers();
  headers.erase(headers.begin() + 1);
  EXPECT_THAT(rejected(part_body().dump(), headers).message, HasSubstr("ce_id"));
  headers = binary_headers();
  headers[3].second = "argus.test.failed";
  EXPECT_EQ(rejected(part_body().dump(), headers).reason, RejectionReason::kWrongType);
  headers = binary_headers();
  headers[1].second = "other";
  EXPECT_EQ(rejected(part_body().dump(), headers).reason, RejectionReason::kInconsistent);
}

TEST(IngestedEvent, RefusesTenantsThatAreMissingInvalidOrContradictory) {
  json body = part_body();
  body.erase("org_id");
  EXPECT_EQ(rejected(body.dump()).reason, RejectionReason::kInvalidTenant);
  body["org_id"] = "a_b";
  EXPECT_EQ(rejected(body.dump()).reason, RejectionReason::kInvalidTenant);
  body["org_id"] = 7;
  EXPECT_EQ(rejected(body.dump()).reason, RejectionReason::kInvalidTenant);
  Headers headers = binary_headers();
  headers.emplace_back("ce_projectid", "other");
  const Rejection mismatch = rejected(part_body().dump(), headers);
  EXPECT_EQ(mismatch.reason, RejectionReason::kTenantMismatch);
  EXPECT_THAT(mismatch.message, HasSubstr("\"other\""));
}

TEST(IngestedEvent, RefusesUnknownVersionsAndKinds) {
  json body = part_body();
  body["schema_version"] = "9.0";
  EXPECT_EQ(rejected(body.dump()).reason, RejectionReason::kUnknownVersion);
  body = part_body();
  body["kind"] = "delta";
  EXPECT_EQ(rejected(body.dump()).reason, RejectionReason::kUnknownKind);
}

TEST(IngestedEvent, NamesThePlaceThatBreaksTheSchemaAndWhatBelongsThere) {
  json body = part_body();
  body["files"][0]["sha256"] = "abc";
  Rejection rejection = rejected(body.dump());
  EXPECT_EQ(rejection.reason, RejectionReason::kSchemaViolation);
  EXPECT_THAT(rejection.message, HasSubstr("/files/0/sha256"));
  EXPECT_THAT(rejection.message, HasSubstr("64 lower-case hexadecimal digits"));

  body = part_body();
  body.erase("ingestion_id");
  rejection = rejected(body.dump());
  EXPECT_THAT(rejection.message, HasSubstr("ingestion_id"));
  EXPECT_THAT(rejection.message, HasSubstr("The same in every message"));
}

TEST(IngestedEvent, RefusesTimesThatAreNone) {
  json body = part_body();
  body["occurred_at"] = "yesterday";
  EXPECT_THAT(rejected(body.dump()).message, HasSubstr("/occurred_at"));
}

TEST(IngestedEvent, RefusesAPositionBeyondTheTotal) {
  json body = part_body();
  body["part"] = {{"number", 4}, {"total", 3}};
  EXPECT_EQ(rejected(body.dump()).reason, RejectionReason::kWrongPosition);
  EXPECT_THAT(rejected(body.dump()).message, HasSubstr("4 of 3"));
}

TEST(IngestedEvent, RefusesPathsThatEscapeOrRepeat) {
  json body = part_body();
  body["files"][0]["path"] = "../../etc/passwd";
  EXPECT_EQ(rejected(body.dump()).reason, RejectionReason::kBadPath);
  body = manifest_body();
  body["files"].push_back(body["files"][0]);
  EXPECT_EQ(rejected(body.dump()).reason, RejectionReason::kInconsistent);
}

TEST(IngestedEvent, RefusesContentsThatAreNotWhatTheySay) {
  json body = part_body();
  body["files"][0]["content"] = "package other\n";
  EXPECT_EQ(rejected(body.dump()).reason, RejectionReason::kHashMismatch);
  body = part_body();
  body["files"][0]["encoding"] = "base64";
  body["files"][0]["content"] = "!!";
  EXPECT_EQ(rejected(body.dump()).reason, RejectionReason::kBadEncoding);
}

TEST(IngestedEvent, KeepsTheLimits) {
  EventLimits limits;
  limits.file_bytes = 4;
  EXPECT_EQ(rejected(part_body().dump(), {}, limits).reason, RejectionReason::kOversizeFile);
  limits.message_bytes = 10;
  EXPECT_EQ(rejected(part_body().dump(), {}, limits).reason, RejectionReason::kOversizeMessage);
}

TEST(IngestedEvent, BoundsTextsBeforeTheRegularExpressionsSeeThem) {
  json body = part_body();
  body["repository"]["commit"] = std::string(500'000, 'a');
  EXPECT_EQ(rejected(body.dump()).reason, RejectionReason::kSchemaViolation);
  EXPECT_THAT(rejected(body.dump()).message, HasSubstr("/repository/commit"));
  body = part_body();
  for (int i = 0; i < 200; ++i) body = json{{"a", body}};
  EXPECT_NE(rejected(body.dump()).message, "the event was accepted");
}

TEST(IngestedEvent, EveryReasonHasAWordOfItsOwn) {
  std::map<std::string, int> words;
  for (int i = 0; i <= static_cast<int>(RejectionReason::kInconsistent); ++i) {
    ++words[std::string(reason_word(static_cast<RejectionReason>(i)))];
  }
  EXPECT_EQ(words.size(), static_cast<std::size_t>(RejectionReason::kInconsistent) + 1);
}

}  // namespace
}  // namespace argus::worker
