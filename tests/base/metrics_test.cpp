#include "base/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

namespace argus::base {
namespace {

using testing::HasSubstr;

TEST(Metrics, ExposesCounterGaugeAndHistogramAsPrometheusText) {
  Metrics metrics;
  metrics.counter("writes_total", "Batches written.", {{"store", "falkordb"}}).increment(3);
  metrics.gauge("depth", "Keys waiting.").set(-2);
  auto& histogram = metrics.histogram("seconds", "Time taken.", {0.1, 1});
  histogram.observe(0.05);
  histogram.observe(5);
  const std::string text = metrics.exposition();
  EXPECT_THAT(text, HasSubstr("# HELP writes_total Batches written.\n# TYPE writes_total counter\n"
                              "writes_total{store=\"falkordb\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE depth gauge\ndepth -2\n"));
  EXPECT_THAT(text, HasSubstr("seconds_bucket{le=\"0.1\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("seconds_bucket{le=\"+Inf\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("seconds_count 2\n"));
}

TEST(Metrics, TheSameNameAndLabelsAreTheSameHandle) {
  Metrics metrics;
  Counter& first = metrics.counter("c", "C.", {{"a", "1"}});
  EXPECT_EQ(&metrics.counter("c", "C.", {{"a", "1"}}), &first);
  EXPECT_NE(&metrics.counter("c", "C.", {{"a", "2"}}), &first);
  Gauge& gauge = metrics.gauge("g", "G.");
  gauge.increment();
  metrics.gauge("g", "G.").increment(2);
  EXPECT_EQ(gauge.value(), 3);
}

TEST(Metrics, ANameOfAnotherTypeIsRefused) {
  Metrics metrics;
  metrics.counter("taken", "A counter.");
  EXPECT_THROW(metrics.gauge("taken", "A gauge."), std::invalid_argument);
  EXPECT_THROW(metrics.histogram("taken", "A histogram.", {1}), std::invalid_argument);
}

TEST(Metrics, AnInvalidNameIsRefusedAndNamed) {
  Metrics metrics;
  try {
    metrics.counter("not-a-name", "Bad.");
    FAIL() << "accepted";
  } catch (const std::invalid_argument& error) {
    EXPECT_THAT(error.what(), HasSubstr("not-a-name"));
  }
  EXPECT_THROW(metrics.counter("fine", "Bad label.", {{"__reserved", "x"}}), std::invalid_argument);
}

TEST(Metrics, HandlesCountFromManyThreads) {
  Metrics metrics;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 1000; ++n) metrics.counter("hits", "Hits.").increment();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(metrics.counter("hits", "Hits.").value(), 4000);
}

}  // namespace
}  // namespace argus::base
