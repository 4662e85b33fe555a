#include "event/repository_path.h"

#include <gmock/gmock.h>

#include "event/limits.h"

namespace argus::worker {
namespace {

TEST(RepositoryPath, AcceptsNormalisedRelativePaths) {
  for (const char* path : {"a", "a/b.go", ".github/x", "a..b/c", "...", "sp ace/\xc3\xa4.go"}) {
    EXPECT_EQ(path_problem(path), std::nullopt) << path;
  }
}

TEST(RepositoryPath, RefusesTheRestWithAReason) {
  EXPECT_THAT(*path_problem("../a"), testing::HasSubstr("out of the repository"));
  EXPECT_THAT(*path_problem("a/../../b"), testing::HasSubstr("out of the repository"));
  EXPECT_THAT(*path_problem("/etc/passwd"), testing::HasSubstr("absolute"));
  for (const char* path : {"a//b", "./a", "a/./b", "a/"}) {
    EXPECT_THAT(*path_problem(path), testing::HasSubstr("not normalised")) << path;
  }
  EXPECT_THAT(*path_problem(std::string_view("a\0b", 3)), testing::HasSubstr("control"));
  EXPECT_THAT(*path_problem(std::string(kPathBytesMax + 1, 'a')), testing::HasSubstr("longer"));
  EXPECT_THAT(*path_problem(""), testing::HasSubstr("empty"));
}

}  // namespace
}  // namespace argus::worker
