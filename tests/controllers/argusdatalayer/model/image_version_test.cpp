#include <gtest/gtest.h>

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/image_version.h"
#include "argusdatalayer/model/names.h"

namespace argus::adl {
namespace {

std::string older(std::string_view part_name, std::string_view image) {
  return older_than_tried(part_name, image).value_or("");
}

TEST(ImageVersionTest, NumbersAreReadFromTheTag) {
  EXPECT_EQ(version_numbers("falkordb/falkordb:v4.16.3"), (std::vector<int>{4, 16, 3}));
  EXPECT_EQ(version_numbers("valkey/valkey:8.1-alpine"), (std::vector<int>{8, 1}));
  EXPECT_EQ(version_numbers("registry:5000/redpanda:v26.1.9@sha256:0123"),
            (std::vector<int>{26, 1, 9}));
  for (const char* image :
       {"registry:5000/redpanda", "redpanda@sha256:0123", "redpanda:kafka-4.1.1", "redpanda:v",
        "redpanda:v99999999999999999999", "", "redpanda:"}) {
    EXPECT_TRUE(version_numbers(image).empty()) << image;
  }
}

TEST(ImageVersionTest, AnOlderImageIsTold) {
  EXPECT_EQ(older(part::kFalkordb, "falkordb/falkordb:v4.4.1"), "v4.16.3");
  EXPECT_EQ(older(part::kFalkordb, "registry.example.com:5000/mirror/falkordb:v4.16.2"), "v4.16.3");
  EXPECT_EQ(older(part::kRedpanda, "docker.redpanda.com/redpandadata/redpanda:v24.2.7"), "v26.1.9");
  EXPECT_EQ(older(part::kValkey, "valkey/valkey:8.0-alpine"), "8.1.4-alpine");
  EXPECT_EQ(older(part::kValkey, "valkey/valkey:7"), "8.1.4-alpine");
  EXPECT_EQ(older(part::kValkeyExporter, "oliver006/redis_exporter:v1.66.0"), "v1.69.0");
}

TEST(ImageVersionTest, WhatIsAsNewOrTellsNothingIsNot) {
  for (const char* image :
       {"falkordb/falkordb:v4.16.3", "falkordb/falkordb:v4.18.0", "falkordb/falkordb:v5",
        "falkordb/falkordb:v4", "falkordb/falkordb:4.16", "falkordb/falkordb:edge",
        "falkordb/falkordb@sha256:0123", "localhost/falkordb:bin-1.4.1-abc", "team/graph:v1.0.0"}) {
    EXPECT_EQ(older(part::kFalkordb, image), "") << image;
  }
  EXPECT_EQ(older(part::kFlink, "flink:1.18"), "") << "its version is the spec's";
}

TEST(ImageVersionTest, AFeatureReleaseIsTheFirstTwoNumbers) {
  EXPECT_TRUE(newer_release("a/redpanda:v26.1.9", "b/redpanda:v24.2.7"));
  EXPECT_TRUE(newer_release("redpanda:v24.3.1", "redpanda:v24.2.7"));
  EXPECT_FALSE(newer_release("redpanda:v24.2.9", "redpanda:v24.2.7"));
  EXPECT_FALSE(newer_release("redpanda:v24.2.7", "redpanda:v26.1.9"));
  EXPECT_FALSE(newer_release("redpanda:v26.1.9", "stand-in:v24.2.7"));
  EXPECT_FALSE(newer_release("redpanda:v26.1.9", "redpanda:kafka-4.1.1"));
  EXPECT_FALSE(newer_release("redpanda:v26", "redpanda:v24"));
}

TEST(ImageVersionTest, TheDefaultsAreWhatWasTried) {
  const Images images;
  EXPECT_EQ(older(part::kRedpanda, images.redpanda), "");
  EXPECT_EQ(older(part::kFalkordb, images.falkordb), "");
  EXPECT_EQ(older(part::kValkey, images.valkey), "");
  EXPECT_EQ(older(part::kFalkordbExporter, images.redis_exporter), "");
  EXPECT_EQ(older(part::kWorker, images.worker), "");
  EXPECT_EQ(version_numbers(images.redpanda).size(), 3U) << "else nothing is compared";
}

}  // namespace
}  // namespace argus::adl
