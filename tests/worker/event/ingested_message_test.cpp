#include "event/ingested_message.h"

#include <gtest/gtest.h>

#include "event/limits.h"
#include "event/sha256.h"

namespace argus::worker {
namespace {

IngestedHead head() {
  IngestedHead head;
  head.event_id = "i-1.part.1";
  head.tenant = {"acme", "shop"};
  head.occurred_at = std::chrono::system_clock::time_point(std::chrono::seconds(1'795'000'000));
  head.ingestion_id = "i-1";
  head.ingestion_started_at = head.occurred_at;
  head.repository = {"shop", "https://example.org/shop", "0123abcd", "main"};
  return head;
}

SourceFile file(std::string path, std::string content) {
  std::string hash = sha256_hex(content);
  return {std::move(path), std::move(hash), std::move(content)};
}

TEST(IngestedMessage, APartIsReadAsItWasWritten) {
  const IngestedPart written{head(),
                             {file("a.go", "package a\n\"\t\x01"), file("b.c", "\xff\xfe")}};
  const OutboundEvent event = write_part(written);
  EXPECT_EQ(event.key, "org_acme_project_shop_codebase");
  const IngestedEvent read = IngestedEventParser().parse(event.headers, event.value);
  ASSERT_TRUE(std::holds_alternative<IngestedPart>(read)) << std::get<Rejection>(read).message;
  const auto& part = std::get<IngestedPart>(read);
  EXPECT_EQ(part.head.event_id, "i-1.part.1");
  EXPECT_EQ(part.head.ingestion_started_at, written.head.ingestion_started_at);
  EXPECT_EQ(part.head.repository.branch, "main");
  ASSERT_EQ(part.files.size(), 2u);
  EXPECT_EQ(part.files[0].content, written.files[0].content);
  EXPECT_EQ(part.files[1].content, written.files[1].content);
}

TEST(IngestedMessage, AManifestIsReadAsItWasWritten) {
  const IngestedManifest written{head(), {{"a.go", sha256_hex("x")}}, {{"b.png", "binary"}}};
  const OutboundEvent event = write_manifest(written);
  const IngestedEvent read = IngestedEventParser().parse(event.headers, event.value);
  ASSERT_TRUE(std::holds_alternative<IngestedManifest>(read)) << std::get<Rejection>(read).message;
  EXPECT_EQ(std::get<IngestedManifest>(read).files[0].path, "a.go");
  EXPECT_EQ(std::get<IngestedManifest>(read).skipped[0].reason, "binary");
}

TEST(IngestedMessage, AnEntryNeverTakesMoreThanWasCounted) {
  const std::size_t empty = write_part({head(), {}}).value.size();
  for (const std::string& content :
       {std::string("a\n\"\\\t\r\x01\x7f"), std::string(1000, '"'), std::string(1000, '\xff')}) {
    const SourceFile one = file("p\"/q", content);
    EXPECT_LE(write_part({head(), {one}}).value.size(), empty + part_entry_bytes(one));
  }
}

}  // namespace
}  // namespace argus::worker
