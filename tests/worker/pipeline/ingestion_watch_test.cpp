#include "pipeline/ingestion_watch.h"

#include <gmock/gmock.h>

namespace argus::worker {
namespace {

using namespace std::chrono_literals;

TEST(IngestionWatch, ReportsSilentIngestionsOnce) {
  IngestionWatch watch;
  const IngestionWatch::Time start{};
  watch.pending({"d", "old"}, start + 1s);
  watch.pending({"d", "new"}, start + 9s);
  watch.pending({"d", "done"}, start + 1s);
  watch.ended({"d", "done"});
  EXPECT_THAT(watch.expired(start + 5s), testing::ElementsAre(IngestionWatch::Name{"d", "old"}));
  EXPECT_TRUE(watch.expired(start + 5s).empty());
}

}  // namespace
}  // namespace argus::worker
