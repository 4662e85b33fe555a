#include "cli/terminal/printable.h"

#include <gtest/gtest.h>

namespace argus::cli {
namespace {

TEST(Printable, LeavesTextAlone) {
  for (const char* text : {"", "a b.go", "größe/日本.c", "quote\"'\\", "😀"}) {
    EXPECT_EQ(printable(text), text);
  }
}

TEST(Printable, WritesWhatSteersATerminalAsNumbers) {
  EXPECT_EQ(printable("a\nb\x1b[2Jc\x7f"), "a\\x0ab\\x1b[2Jc\\x7f");
  EXPECT_EQ(printable("\xc2\x9b"), "\\xc2\\x9b");  // CSI as one character
}

TEST(Printable, WritesWhatIsNoUtf8AsNumbers) {
  EXPECT_EQ(printable("a\xff"
                      "b"),
            "a\\xffb");
  EXPECT_EQ(printable("\xe6\x97"), "\\xe6\\x97");           // breaks off
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // a surrogate
  EXPECT_EQ(printable("\xe6\x97x"), "\\xe6\\x97x");
}

}  // namespace
}  // namespace argus::cli
