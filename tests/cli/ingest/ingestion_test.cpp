// Plan and sender together: whatever the tree, what is sent is a whole and valid ingestion.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <random>

#include "cli/ingest/ingestion_plan.h"
#include "cli/ingest/ingestion_sender.h"
#include "event/limits.h"
#include "event/sha256.h"
#include "fakes/fake_broker.h"
#include "fakes/temporary_directory.h"

namespace argus::cli {
namespace {

using fakes::TemporaryDirectory;
using testing::HasSubstr;
using testing::SizeIs;

const char* const kTopic = "ingested";

worker::IngestedHead head() {
  worker::IngestedHead head;
  head.tenant = {"acme", "shop"};
  head.ingestion_id = "i-1";
  head.ingestion_started_at = std::chrono::system_clock::now();
  head.repository = {"shop", "https://example.org/shop", std::string(40, 'a'), "main"};
  return head;
}

// What the worker reads of what was sent.
struct Received {
  std::map<std::string, std::string> contents;  // of the parts
  std::map<std::string, std::string> manifest;  // path to hash
  std::map<std::string, std::string> skipped;
  std::size_t parts = 0, manifests = 0;
};

Received receive(const worker::kafka::FakeSink& sink) {
  Received received;
  const worker::IngestedEventParser parser;
  std::set<std::string> ids;
  for (const auto& record : sink.published(kTopic)) {
    EXPECT_LE(record.value.size(), worker::kMessageBytesMax);
    EXPECT_EQ(record.key, "org_acme_project_shop_codebase");
    worker::Headers headers;
    for (const auto& [name, value] : record.headers) headers.emplace_back(name, value.value());
    auto event = parser.parse(headers, record.value);
    if (const auto* rejection = std::get_if<worker::Rejection>(&event)) {
      ADD_FAILURE() << rejection->message;
    } else if (auto* part = std::get_if<worker::IngestedPart>(&event)) {
      ++received.parts;
      EXPECT_TRUE(ids.insert(part->head.event_id).second);
      EXPECT_EQ(part->head.event_id, "i-1.part." + std::to_string(part->head.number));
      for (auto& file : part->files) {
        EXPECT_TRUE(received.contents.emplace(file.path, file.content).second) << file.path;
      }
    } else {
      auto& manifest = std::get<worker::IngestedManifest>(event);
      EXPECT_EQ(manifest.head.number, ++received.manifests);
      EXPECT_EQ(manifest.head.event_id, "i-1.manifest." + std::to_string(manifest.head.number));
      for (auto& file : manifest.files) received.manifest.emplace(file.path, file.sha256);
      for (auto& file : manifest.skipped) received.skipped.emplace(file.path, file.reason);
    }
  }
  return received;
}

IngestionPlan plan_of(const std::string& path) {
  return plan_ingestion(read_source_tree({path, "", false}), head(), [] {});
}

Received send(const IngestionPlan& plan, const std::string& path) {
  worker::kafka::FakeSink sink;
  std::atomic<std::uint64_t> bytes{0};
  const SentParts sent =
      send_parts(plan, path, head(), kTopic, sink, [&](std::uint64_t more) { bytes += more; });
  EXPECT_EQ(bytes, sent.bytes);
  const std::size_t messages = send_manifest(head(), sent, kTopic, sink);
  Received received = receive(sink);
  EXPECT_EQ(received.manifests, messages);
  EXPECT_EQ(received.parts, plan.part_ends.size());
  // What the manifest names is what the parts hold.
  EXPECT_EQ(received.manifest.size(), received.contents.size());
  for (const auto& [name, content] : received.contents) {
    EXPECT_EQ(received.manifest[name], worker::sha256_hex(content)) << name;
  }
  return received;
}

TEST(PartEnds, EveryFileIsInOnePartThatHasRoomForIt) {
  constexpr std::size_t kRoom = 1000;
  std::mt19937 random(1);  // the same on every run
  for (int round = 0; round < 200; ++round) {
    std::vector<PlannedFile> files(random() % 50);
    for (auto& file : files) file.entry_bytes = 1 + random() % kRoom;
    const auto ends = part_ends(files, kRoom);
    ASSERT_FALSE(ends.empty());
    EXPECT_EQ(ends.back(), files.size());
    std::size_t begin = 0;
    for (const std::size_t end : ends) {
      ASSERT_TRUE(end > begin || files.empty());
      std::size_t bytes = 0;
      for (std::size_t i = begin; i < end; ++i) bytes += files[i].entry_bytes;
      EXPECT_LE(bytes, kRoom);
      // Not one part more than this order needs: the next file had no room.
      if (end < files.size()) {
        EXPECT_GT(bytes + files[end].entry_bytes, kRoom);
      }
      begin = end;
    }
  }
}

TEST(PartEnds, APartHoldsAThousandFilesAtMost) {
  const std::vector<PlannedFile> files(2001, PlannedFile{"a", 1});
  EXPECT_THAT(part_ends(files, 1'000'000), testing::ElementsAre(1000, 2000, 2001));
}

TEST(Ingestion, OfEveryKindOfFileIsSentAndRead) {
  const TemporaryDirectory tree;
  tree.write("empty.c", "");
  tree.write("a \"quoted\" name/größe.c", "int x;\n");
  tree.write("latin1.c",
             "gr\xf6\xdf"
             "e");
  tree.write("escapes.c", "\t\"\\\x01\x1f\x7f\r\n");
  tree.write("binary.bin", std::string("\0\1", 2));
  tree.write("bad\xff.c", "x");
  const auto plan = plan_of(tree.path());
  const Received received = send(plan, tree.path());
  EXPECT_THAT(received.contents, SizeIs(4));
  EXPECT_EQ(received.contents.at("latin1.c"),
            "gr\xf6\xdf"
            "e");
  EXPECT_EQ(received.contents.at("escapes.c"), "\t\"\\\x01\x1f\x7f\r\n");
  EXPECT_EQ(received.contents.at("empty.c"), "");
  EXPECT_EQ(received.skipped.at("binary.bin"), "binary");
  EXPECT_THAT(received.skipped.at("bad\\xff.c"), HasSubstr("not UTF-8"));
}

TEST(Ingestion, SplitsWhatDoesNotFitOneMessage) {
  const TemporaryDirectory tree;
  std::size_t bytes = 0;
  for (int i = 0; i < 40; ++i) {
    const auto size = static_cast<std::size_t>(i) * 9'973;
    // Quotes double in JSON, control characters take six times their size.
    const char byte = i % 3 == 0 ? 'a' : i % 3 == 1 ? '"' : '\x02';
    tree.write("f" + std::to_string(i), std::string(size, byte));
    bytes += size;
  }
  const auto plan = plan_of(tree.path());
  const Received received = send(plan, tree.path());
  EXPECT_GT(received.parts, bytes / worker::kMessageBytesMax);
  EXPECT_EQ(received.contents.size() + received.skipped.size(), 40u);
  for (const auto& [name, reason] : received.skipped) EXPECT_EQ(reason, "larger than one message");
}

TEST(Ingestion, SendsTheLargestFileThatFits) {
  const TemporaryDirectory tree;
  const std::size_t room = message_room(head());
  const std::size_t frame = 200;
  tree.write("fits", std::string(room - frame, 'a'));
  tree.write("larger", std::string(room, 'a'));
  const Received received = send(plan_of(tree.path()), tree.path());
  EXPECT_TRUE(received.contents.contains("fits"));
  EXPECT_EQ(received.skipped.at("larger"), "larger than one message");
}

TEST(Ingestion, WithoutFilesStillHasAPartAndAManifest) {
  const TemporaryDirectory tree;
  const Received received = send(plan_of(tree.path()), tree.path());
  EXPECT_EQ(received.parts, 1u);
  EXPECT_EQ(received.manifests, 1u);
}

TEST(Ingestion, IsWholeWhenFilesChangeWhileItIsSent) {
  const TemporaryDirectory tree;
  const std::string half(400'000, 'a');
  tree.write("a/first", half);
  tree.write("a/grows a little", "x");
  tree.write("a/grows too much", half);
  tree.write("a/shrinks", "long text");
  tree.write("a/vanishes", "x");
  tree.write("a/becomes a link", "x");
  tree.write("a/becomes binary", "x");
  const auto plan = plan_of(tree.path());
  tree.write("a/grows a little", "xyz");
  tree.write("a/grows too much", half + half);
  tree.write("a/shrinks", "");
  std::filesystem::remove(tree.path() + "/a/vanishes");
  std::filesystem::remove(tree.path() + "/a/becomes a link");
  std::filesystem::create_symlink("/etc/passwd", tree.path() + "/a/becomes a link");
  tree.write("a/becomes binary", std::string("\0", 1));
  const Received received = send(plan, tree.path());
  EXPECT_EQ(received.contents.at("a/grows a little"), "xyz");
  EXPECT_EQ(received.contents.at("a/shrinks"), "");
  EXPECT_EQ(received.contents.at("a/first"), half);
  const std::string changed = "changed while it was read";
  const std::map<std::string, std::string> expected = {{"a/grows too much", changed},
                                                       {"a/vanishes", changed},
                                                       {"a/becomes a link", changed},
                                                       {"a/becomes binary", "binary"}};
  EXPECT_EQ(received.skipped, expected);
}

TEST(Manifest, IsSplitByEntriesAndByBytes) {
  std::vector<worker::ManifestEntry> files;
  for (int i = 0; i < 25'000; ++i) {
    files.push_back({"f" + std::to_string(i), std::string(64, '0')});
  }
  std::vector<worker::SkippedFile> skipped(12'000, {std::string(900, '"') + "\xff\n", "binary"});
  for (std::size_t i = 0; i < skipped.size(); ++i) skipped[i].path += std::to_string(i);
  worker::kafka::FakeSink sink;
  SentParts sent{files, skipped, 0};
  const std::size_t messages = send_manifest(head(), sent, kTopic, sink);
  EXPECT_GT(messages, 20u);
  const Received received = receive(sink);
  EXPECT_EQ(received.manifest.size(), files.size());
  EXPECT_EQ(received.skipped.size(), skipped.size());
}

TEST(Ingestion, FailsWhenTheBrokerDoes) {
  const TemporaryDirectory tree;
  tree.write("a.c", "x");
  const auto plan = plan_of(tree.path());
  worker::kafka::FakeSink sink;
  sink.set_down(true);
  EXPECT_THROW(
      static_cast<void>(send_parts(plan, tree.path(), head(), kTopic, sink, [](std::uint64_t) {})),
      worker::kafka::BrokerError);
}

}  // namespace
}  // namespace argus::cli
