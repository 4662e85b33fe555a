#include "cli/ingest/ignore_rules.h"

#include <gtest/gtest.h>

namespace argus::cli {
namespace {

bool ignores(std::string_view patterns, std::string_view path, bool is_directory = false) {
  IgnoreRules rules;
  rules.add(patterns, "");
  return rules.ignores(path, is_directory);
}

TEST(IgnoreRules, ANameMatchesInEveryDirectory) {
  EXPECT_TRUE(ignores("a.c", "a.c"));
  EXPECT_TRUE(ignores("*.c", "x/y/a.c"));
  EXPECT_FALSE(ignores("*.c", "a.h"));
  EXPECT_TRUE(ignores("*", ".hidden"));
}

TEST(IgnoreRules, ASlashTiesAPatternToItsDirectory) {
  EXPECT_TRUE(ignores("/a", "a"));
  EXPECT_FALSE(ignores("/a", "x/a"));
  EXPECT_TRUE(ignores("x/*.c", "x/a.c"));
  EXPECT_FALSE(ignores("x/*.c", "x/y/a.c"));
  EXPECT_FALSE(ignores("x/*.c", "y/x/a.c"));
}

TEST(IgnoreRules, TwoStarsStandForAnyDirectories) {
  EXPECT_TRUE(ignores("**/a", "a"));
  EXPECT_TRUE(ignores("**/a/b", "x/y/a/b"));
  EXPECT_TRUE(ignores("x/**", "x/y/z"));
  EXPECT_FALSE(ignores("x/**", "x", true));
  EXPECT_TRUE(ignores("x/**/z", "x/z"));
  EXPECT_TRUE(ignores("x/**/z", "x/1/2/z"));
  EXPECT_FALSE(ignores("x/**/z", "x/1/2/y"));
  EXPECT_TRUE(ignores("**/a/**/b", "a/a/c/b"));
}

TEST(IgnoreRules, ASlashAtTheEndMeansDirectories) {
  EXPECT_TRUE(ignores("build/", "x/build", true));
  EXPECT_FALSE(ignores("build/", "x/build", false));
}

TEST(IgnoreRules, TheLastPatternThatMatchesDecides) {
  EXPECT_FALSE(ignores("*.c\n!a.c", "a.c"));
  EXPECT_TRUE(ignores("!a.c\n*.c", "a.c"));
  EXPECT_TRUE(ignores("*\n!*.c\na.c\n", "a.c"));
}

TEST(IgnoreRules, ADeeperFileWinsUntilItIsLeft) {
  IgnoreRules rules;
  rules.add("*.log\n", "");
  rules.add("!a.log\n", "sub/");
  EXPECT_FALSE(rules.ignores("sub/a.log", false));
  EXPECT_FALSE(rules.ignores("sub/x/a.log", false));
  EXPECT_TRUE(rules.ignores("sub/b.log", false));
  EXPECT_TRUE(rules.ignores("a.log", false));
  rules.remove_last();
  EXPECT_TRUE(rules.ignores("sub/a.log", false));
}

TEST(IgnoreRules, ReadsLinesAsGitDoes) {
  EXPECT_FALSE(ignores("# a\n\n   \n/\n!\n", "# a"));
  EXPECT_TRUE(ignores("\\# a", "# a"));
  EXPECT_TRUE(ignores("\\!a", "!a"));
  EXPECT_TRUE(ignores("a   ", "a"));
  EXPECT_TRUE(ignores("a\\ ", "a "));
  EXPECT_TRUE(ignores("a\r\n", "a"));
  EXPECT_TRUE(
      ignores("\xef\xbb\xbf"
              "a",
              "a"));
  EXPECT_TRUE(ignores("[ab].c", "b.c"));
  EXPECT_FALSE(ignores("[!ab].c", "b.c"));
}

TEST(IgnoreRules, StaysFastWhateverThePattern) {
  std::string pattern, path;
  for (int i = 0; i < 40; ++i) {
    pattern += "**/a/";
    path += "a/a/";
  }
  EXPECT_FALSE(ignores(pattern + "b", path + "c"));
}

}  // namespace
}  // namespace argus::cli
