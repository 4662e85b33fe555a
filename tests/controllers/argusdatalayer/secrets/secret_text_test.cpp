#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "argusdatalayer/secrets/secret_text.h"

namespace argus::adl {
namespace {

using testing::HasSubstr;

std::string line(std::string_view text) { return problem_of_line(text).value_or("none"); }
std::string lines(std::string_view text) { return problem_of_lines(text).value_or("none"); }

TEST(SecretTextTest, OneLineOfTextIsFineWhateverIsInIt) {
  for (const char* text : {"x", "with space ", "#\\\"'$(x)`:;=", "p\xC3\xA4ssword"}) {
    EXPECT_EQ(line(text), "none") << text;
  }
}

TEST(SecretTextTest, WhatServersAndClientsReadDifferentlyIsRefused) {
  EXPECT_THAT(line(""), HasSubstr("is empty"));
  for (const char* text : {"x\n", "x\r\n", "x\r", "\n"}) {
    EXPECT_EQ(line(text), "ends with a line break: write it without (printf, not echo)") << text;
  }
  for (const std::string& text : {std::string("a\nb"), std::string("a\tb"), std::string("a\0b", 3),
                                  std::string("a\x1b"
                                              "b"),
                                  std::string("a\x7f"
                                              "b")}) {
    EXPECT_THAT(line(text), HasSubstr("control character"));
  }
  EXPECT_THAT(line("\xC3("), HasSubstr("is not UTF-8"));
}

TEST(SecretTextTest, LinesEndWithLineFeeds) {
  EXPECT_EQ(lines("a:b:c\nd:e:f\n"), "none");
  EXPECT_EQ(lines("a:b:c"), "none");
  EXPECT_THAT(lines("a\r\nb\r\n"), HasSubstr("Windows' line ends"));
  EXPECT_THAT(lines("a\tb\n"), HasSubstr("control character"));
  EXPECT_THAT(lines(""), HasSubstr("is empty"));
  EXPECT_THAT(lines("\xff\n"), HasSubstr("is not UTF-8"));
}

TEST(SecretTextTest, NothingOfTheTextIsTold) {
  for (const char* text : {"hidden\n", "hid\tden", "hidden\xff"}) {
    EXPECT_THAT(line(text), testing::Not(HasSubstr("hid"))) << text;
  }
}

}  // namespace
}  // namespace argus::adl
