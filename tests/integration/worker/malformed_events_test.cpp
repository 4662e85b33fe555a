// What can never become a graph goes to the dead letter topic as it came, with a reason that a
// person understands, and does not hold up what stands behind it.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "event/ingested_message.h"
#include "worker_test.h"

namespace argus::worker::live {
namespace {

using nlohmann::json;
using testing::HasSubstr;

enum class Mode { kBinary, kStructured, kPlain };

struct Malformed {
  RejectionReason reason;
  Mode mode;
  std::string says;                             // a piece of the sentence
  std::function<void(json& body)> spoil_body;   // of the event
  std::function<void(Headers&)> spoil_headers;  // of the message
  std::function<void(std::string&)> spoil_text;
};

constexpr std::size_t kSmallFile = 100'000;

void put(Headers& headers, const std::string& name, const std::string& value) {
  for (auto& [key, old] : headers) {
    if (key == name) old = value;
  }
}

json& first_file(json& body) { return body["files"][0]; }

std::vector<Malformed> all_kinds() {
  using R = RejectionReason;
  const auto big = [](json& body) {
    const SourceFile file = source("big.go", std::string(kSmallFile + 1, '/'));
    body["files"] = {{{"path", file.path}, {"sha256", file.sha256}, {"content", file.content}}};
  };
  return {
      {R::kOversizeMessage,
       Mode::kBinary,
       "spread the files",
       {},
       {},
       [](std::string& text) { text.append(kMessageBytesMax, ' '); }},
      {R::kNotUtf8,
       Mode::kBinary,
       "base64",
       {},
       {},
       [](std::string& text) { text.replace(text.find("package"), 1, "\xff"); }},
      {R::kNotJson,
       Mode::kPlain,
       "breaks off",
       {},
       {},
       [](std::string& text) { text.resize(text.size() / 2); }},
      {R::kNotCloudEvent,
       Mode::kStructured,
       "source",
       {},
       {},
       [](std::string& text) {
         json event = json::parse(text);
         event.erase("source");
         text = event.dump();
       }},
      {R::kNotCloudEvent,
       Mode::kBinary,
       "specversion",
       {},
       [](Headers& headers) { put(headers, "ce_specversion", "0.3"); },
       {}},
      {R::kWrongType,
       Mode::kStructured,
       "argus.test.failed",
       {},
       {},
       [](std::string& text) {
         json event = json::parse(text);
         event["type"] = "argus.test.failed";
         text = event.dump();
       }},
      {R::kInvalidTenant,
       Mode::kPlain,
       "letters, digits and hyphens",
       [](json& body) { body["org_id"] = "under_score"; },
       {},
       {}},
      {R::kTenantMismatch,
       Mode::kBinary,
       "same tenant",
       {},
       [](Headers& headers) { put(headers, "ce_orgid", "somebody-else"); },
       {}},
      {R::kUnknownVersion,
       Mode::kBinary,
       "9.9",
       [](json& body) { body["schema_version"] = "9.9"; },
       {},
       {}},
      {R::kUnknownKind,
       Mode::kStructured,
       "archive",
       [](json& body) { body["kind"] = "archive"; },
       {},
       {}},
      {R::kSchemaViolation,
       Mode::kPlain,
       "ingestion_id",
       [](json& body) { body.erase("ingestion_id"); },
       {},
       {}},
      {R::kWrongPosition,
       Mode::kBinary,
       "4 of 3",
       [](json& body) {
         body["part"] = {{"number", 4}, {"total", 3}};
       },
       {},
       {}},
      {R::kBadPath,
       Mode::kStructured,
       "../secret",
       [](json& body) { first_file(body)["path"] = "../secret"; },
       {},
       {}},
      {R::kBadEncoding,
       Mode::kPlain,
       "not base64",
       [](json& body) { first_file(body)["encoding"] = "base64"; },
       {},
       {}},
      {R::kOversizeFile, Mode::kBinary, "leave it out", big, {}, {}},
      {R::kHashMismatch,
       Mode::kStructured,
       "as stated",
       [](json& body) { first_file(body)["content"] = "package other\n"; },
       {},
       {}},
      {R::kInconsistent,
       Mode::kBinary,
       "must be the same",
       {},
       [](Headers& headers) { put(headers, "ce_id", "another-id"); },
       {}},
  };
}

OutboundEvent message_of(const Malformed& kind, OutboundEvent event) {
  json body = json::parse(event.value);
  if (kind.spoil_body) kind.spoil_body(body);
  event.value = body.dump();
  if (kind.mode == Mode::kStructured) {
    event.value = json{
        {"specversion", "1.0"},
        {"id", body["event_id"]},
        {"source", "test"},
        {"type", kIngestedTopic},
        {"data",
         body}}.dump();
    event.headers = {{"content-type", "application/cloudevents+json; charset=UTF-8"}};
  } else if (kind.mode == Mode::kPlain) {
    event.headers = {{"trace", "4711"}};
  }
  if (kind.spoil_headers) kind.spoil_headers(event.headers);
  if (kind.spoil_text) kind.spoil_text(event.value);
  return event;
}

std::string header_of(const kafka::Record& record, const std::string& name) {
  for (const auto& [key, value] : record.headers) {
    if (key == name) return value.value_or("");
  }
  return "";
}

void expect_letter(const kafka::Record& letter, const OutboundEvent& sent, const Malformed& kind,
                   const std::string& topic, std::size_t offset) {
  SCOPED_TRACE(reason_word(kind.reason));
  EXPECT_TRUE(letter.value == sent.value) << "the original bytes";
  EXPECT_EQ(letter.key, sent.key);
  for (std::size_t i = 0; i < sent.headers.size(); ++i) {
    EXPECT_EQ(letter.headers.at(i).first, sent.headers[i].first);
    EXPECT_EQ(letter.headers.at(i).second, sent.headers[i].second);
  }
  EXPECT_EQ(header_of(letter, "argus.reason"), reason_word(kind.reason));
  const std::string sentence = header_of(letter, "__connect.errors.exception.message");
  EXPECT_THAT(sentence, HasSubstr(kind.says));
  EXPECT_TRUE(sentence.ends_with('.')) << sentence;
  EXPECT_EQ(header_of(letter, "__connect.errors.topic"), topic);
  EXPECT_EQ(header_of(letter, "__connect.errors.offset"), std::to_string(offset));
}

TEST_F(WorkerTest, EveryKindOfMalformedEventIsDeadLetteredAndTheNextIsProcessed) {
  const auto kinds = all_kinds();
  const Tenant owner = tenant();
  const std::vector<SourceFile> files = {source("a.go", "package a\n\nfunc A() {}\n")};
  const auto good = messages_of(files, {.tenant = owner, .ingestion_id = "good"});
  std::vector<OutboundEvent> sent;
  for (const Malformed& kind : kinds) {
    sent.push_back(message_of(kind, good[0]));
    topics_.publish(sent.back());
  }
  for (const OutboundEvent& event : good) topics_.publish(event);
  const auto worker = start_worker({{"WORKER_FILE_BYTES_MAX", std::to_string(kSmallFile)}});
  const auto answer = analyzed("good");
  ASSERT_TRUE(answer.has_value()) << worker->output();
  EXPECT_EQ(answer->graph.at("functions"), 1u);
  EXPECT_TRUE(committed_all());
  const auto letters = topics_.read(topics_.dead_letters());
  ASSERT_EQ(letters.size(), kinds.size()) << worker->output();
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    expect_letter(letters[i], sent[i], kinds[i], topics_.ingested(), i);
  }
  EXPECT_THAT(worker->get("/metrics").body,
              HasSubstr("argus_worker_dead_letters_total{reason=\"hash_mismatch\"} 1"));
}

}  // namespace
}  // namespace argus::worker::live
