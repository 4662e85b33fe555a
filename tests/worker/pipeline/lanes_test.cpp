#include "pipeline/lanes.h"

#include <gtest/gtest.h>

namespace argus::worker {
namespace {

Job part(const std::string& ingestion, const std::string& event_id) {
  Job job;
  job.record = std::make_shared<kafka::Record>();
  IngestedPart event;
  event.head.ingestion_id = ingestion;
  event.head.event_id = event_id;
  job.event = std::move(event);
  return job;
}

Job manifest(const std::string& ingestion) {
  Job job = part(ingestion, "manifest");
  IngestedManifest event;
  event.head.ingestion_id = ingestion;
  job.event = std::move(event);
  return job;
}

TEST(Lanes, AClaimHasPartsOfOneIngestionAndAManifestStandsAlone) {
  Lanes lanes;
  lanes.push("a", part("1", "p1"));
  lanes.push("a", part("1", "p2"));
  lanes.push("a", manifest("1"));
  lanes.push("a", part("2", "p3"));
  for (const std::size_t jobs : {2u, 1u, 1u}) {
    const auto claim = lanes.claim({});
    ASSERT_TRUE(claim.has_value());
    EXPECT_EQ(claim->jobs.size(), jobs);
    lanes.release("a");
  }
}

TEST(Lanes, TakeTurns) {
  Lanes lanes;
  for (int i = 0; i < 20; ++i) lanes.push("busy", part("1", "p"));
  lanes.push("quiet", part("1", "p"));
  EXPECT_EQ(lanes.claim({})->dataset, "busy");
  lanes.release("busy");
  EXPECT_EQ(lanes.claim({})->dataset, "quiet");
}

TEST(Lanes, ADatasetIsClaimedByOneAtATime) {
  Lanes lanes;
  lanes.push("a", manifest("1"));
  lanes.push("a", manifest("2"));
  lanes.push("b", manifest("1"));
  EXPECT_EQ(lanes.claim({})->dataset, "a");
  EXPECT_EQ(lanes.claim({})->dataset, "b");
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(lanes.claim(stop.get_token()).has_value());
}

TEST(Lanes, DropWhatIsNotClaimed) {
  Lanes lanes;
  lanes.push("a", manifest("1"));
  lanes.push("a", manifest("2"));
  ASSERT_TRUE(lanes.claim({}).has_value());
  EXPECT_EQ(lanes.drop([](const Job&) { return true; }), 1u);
}

}  // namespace
}  // namespace argus::worker
