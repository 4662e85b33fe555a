#include "base/utf8.h"

#include <gtest/gtest.h>

namespace argus::base {
namespace {

TEST(Utf8, TextInEveryLengthOfCharacter) {
  for (const char* text : {"", "a b", "größe", "日本", "😀", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(is_utf8(text)) << text;
  }
}

TEST(Utf8, WhatIsNotUtf8) {
  for (const char* text : {"a\xff", "\x80",              // no lead byte
                           "\xc3", "\xe6\x97",           // breaks off
                           "\xe6\x97x",                  // no continuation
                           "\xc0\xaf", "\xe0\x80\xaf",   // overlong
                           "\xed\xa0\x80",               // a surrogate
                           "\xf4\x90\x80\x80", "\xf5"})  // beyond U+10FFFF
  {
    EXPECT_FALSE(is_utf8(text)) << text;
  }
}

TEST(Utf8, ShortenedCutsBetweenCharacters) {
  EXPECT_EQ(shortened("abc", 3), "abc");
  EXPECT_EQ(shortened("abc", 2), "ab");
  EXPECT_EQ(shortened("aöb", 2), "a");
  EXPECT_EQ(shortened("aöb", 3), "aö");
  EXPECT_EQ(shortened("😀", 3), "");
  EXPECT_EQ(shortened("abc", 0), "");
}

// Whatever the length, what is left is whole and no more than one character short of it.
TEST(Utf8, ShortenedIsUtf8AtEveryLength) {
  const std::string text = "a größe 日本 😀 z";
  for (std::size_t bytes = 0; bytes <= text.size(); ++bytes) {
    const std::string cut = shortened(text, bytes);
    EXPECT_TRUE(is_utf8(cut)) << bytes;
    EXPECT_TRUE(text.starts_with(cut)) << bytes;
    EXPECT_LE(cut.size(), bytes);
    EXPECT_GT(cut.size() + 4, bytes);
  }
}

}  // namespace
}  // namespace argus::base
