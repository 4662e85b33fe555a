#include "kube/request_path.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace argus::kube {
namespace {

const Resource kStatefulSets{{"apps", "v1", "StatefulSet"}, "statefulsets", true};
const Resource kNodes{{"", "v1", "Node"}, "nodes", false};

TEST(RequestPath, Collections) {
  EXPECT_EQ(collection_path(kStatefulSets, "data"), "/apis/apps/v1/namespaces/data/statefulsets");
  EXPECT_EQ(collection_path(kStatefulSets, ""), "/apis/apps/v1/statefulsets");
  EXPECT_EQ(collection_path(kNodes, ""), "/api/v1/nodes");
  EXPECT_EQ(collection_path(kNodes, "ignored"), "/api/v1/nodes");
}

TEST(RequestPath, Objects) {
  EXPECT_EQ(object_path(kStatefulSets, {"data", "redpanda"}),
            "/apis/apps/v1/namespaces/data/statefulsets/redpanda");
  EXPECT_EQ(object_path(kStatefulSets, {"data", "redpanda"}, "status"),
            "/apis/apps/v1/namespaces/data/statefulsets/redpanda/status");
  EXPECT_EQ(object_path(kNodes, {"", "system:node:a b/c"}),
            "/api/v1/nodes/system%3Anode%3Aa%20b%2Fc");
}

TEST(RequestPath, AKeyMustNameAnObject) {
  EXPECT_THROW(object_path(kStatefulSets, {"data", ""}), std::invalid_argument);
  EXPECT_THROW(object_path(kStatefulSets, {"data", ".."}), std::invalid_argument);
  EXPECT_THROW(object_path(kStatefulSets, {"", "redpanda"}), std::invalid_argument);
}

TEST(Query, EncodesAndLeavesOutWhatIsEmpty) {
  EXPECT_EQ(Query().text(), "");
  EXPECT_EQ(Query().add("a", "").text(), "");
  EXPECT_EQ(Query()
                .add("labelSelector", "app in (a,b),x!=y")
                .add("continue", "e+/=")
                .add("limit", std::int64_t{500})
                .text(),
            "?labelSelector=app%20in%20%28a%2Cb%29%2Cx%21%3Dy&continue=e%2B%2F%3D&limit=500");
}

TEST(PercentEncode, KeepsOnlyUnreserved) {
  EXPECT_EQ(percent_encode("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(percent_encode("\xc3\xa4%"), "%C3%A4%25");
}

}  // namespace
}  // namespace argus::kube
