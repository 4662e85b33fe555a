#include "cli/ingest/file_choice.h"

#include <gmock/gmock.h>

#include "event/limits.h"

namespace argus::cli {
namespace {

using testing::HasSubstr;
using testing::Optional;

TEST(FileChoice, TakesPathsOfEveryLanguage) {
  for (const char* path : {"a.go", "dir with space/quote\".c", "日本/ü.py", ".github/x.yml"}) {
    EXPECT_EQ(path_refusal(path), std::nullopt) << path;
  }
}

TEST(FileChoice, SaysWhyAPathCannotBeSent) {
  EXPECT_THAT(path_refusal("a\xff.c"), Optional(HasSubstr("not UTF-8")));
  EXPECT_THAT(path_refusal("a\nb.c"), Optional(HasSubstr("control character")));
  EXPECT_THAT(path_refusal(std::string(worker::kPathBytesMax + 1, 'a')),
              Optional(HasSubstr("longer than 1024 bytes")));
}

TEST(FileChoice, RefusesAFileThatIsTooLarge) {
  EXPECT_EQ(size_refusal(worker::kFileBytesMax), std::nullopt);
  EXPECT_THAT(size_refusal(worker::kFileBytesMax + 1), Optional(HasSubstr("1048576 bytes")));
}

TEST(FileChoice, ANulInTheBeginningMakesAFileBinary) {
  EXPECT_FALSE(is_binary(""));
  EXPECT_FALSE(is_binary("text\xff"));
  EXPECT_TRUE(is_binary(std::string_view("a\0b", 3)));
  std::string late(kBinaryProbeBytes, 'a');
  late += '\0';
  EXPECT_FALSE(is_binary(late));
  late[kBinaryProbeBytes - 1] = '\0';
  EXPECT_TRUE(is_binary(late));
}

}  // namespace
}  // namespace argus::cli
