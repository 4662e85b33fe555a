#include "kube/apply_patch.h"

#include <gtest/gtest.h>

namespace argus::kube {
namespace {

TEST(ApplyPatch, EscapesWhatYamlReadsDifferently) {
  const Json object = {{"data",
                        {{"k",
                          "\x7f \xc2\x85 \xc2\x9f \xe2\x80\xa8 \xe2\x80\xa9 \xef\xbb\xbf "
                          "\xef\xbf\xbe \xef\xbf\xbf"}}}};
  EXPECT_EQ(apply_patch_of(object),
            R"({"data":{"k":"\u007f \u0085 \u009f \u2028 \u2029 \ufeff \ufffe \uffff"}})");
}

TEST(ApplyPatch, LeavesTheRestOfUnicodeAlone) {
  const Json object = {{"k", "\xc2\xa0 \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80 \n \" \\ \t"}};
  const std::string patch = apply_patch_of(object);
  EXPECT_EQ(patch, object.dump());
  EXPECT_EQ(Json::parse(patch), object);
}

}  // namespace
}  // namespace argus::kube
