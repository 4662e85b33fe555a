#include "cli/terminal/progress.h"

#include <gtest/gtest.h>

#include <sstream>

#include "fakes/fake_clock.h"

namespace argus::cli {
namespace {

using namespace std::chrono_literals;

TEST(ProgressText, WritesNumbersForPeople) {
  EXPECT_EQ(with_thousands(0), "0");
  EXPECT_EQ(with_thousands(999), "999");
  EXPECT_EQ(with_thousands(1000), "1,000");
  EXPECT_EQ(with_thousands(12'345'678), "12,345,678");
  EXPECT_EQ(bytes_text(999), "999 bytes");
  EXPECT_EQ(bytes_text(1000), "1.0 kB");
  EXPECT_EQ(bytes_text(999'949), "999.9 kB");
  EXPECT_EQ(bytes_text(999'950), "1.0 MB");
  EXPECT_EQ(bytes_text(60'349'000), "60.3 MB");
  EXPECT_EQ(duration_text(2'340ms), "2.3 s");
  EXPECT_EQ(duration_text(12'900ms), "12 s");
  EXPECT_EQ(duration_text(200s), "3 min 20 s");
}

class ProgressTest : public testing::Test {
 protected:
  std::ostringstream out_;
  base::FakeClock clock_;
};

TEST_F(ProgressTest, RewritesOneLineOfATerminal) {
  Progress progress(out_, {.is_terminal = true, .colours = false}, clock_);
  progress.show("one");
  progress.show("too soon");
  clock_.advance(kTerminalPeriod);
  progress.show("two");
  EXPECT_EQ(out_.str(), "\r\x1b[Kone\r\x1b[Ktwo");
  progress.say("stays");
  EXPECT_EQ(out_.str(), "\r\x1b[Kone\r\x1b[Ktwo\r\x1b[Kstays\n");
  progress.clear();  // nothing to take away
  EXPECT_EQ(out_.str(), "\r\x1b[Kone\r\x1b[Ktwo\r\x1b[Kstays\n");
}

TEST_F(ProgressTest, WritesALineEveryFewSecondsElsewhere) {
  Progress progress(out_, {}, clock_);
  for (int tenth = 0; tenth < 100; ++tenth) {
    progress.show("at " + std::to_string(tenth));
    clock_.advance(100ms);
  }
  progress.begin("something else");
  progress.show("too soon");
  progress.warn("careful");
  EXPECT_EQ(out_.str(), "at 0\nat 50\nsomething else\ncareful\n");
}

TEST_F(ProgressTest, HasColoursOnlyWhereTheyAreWanted) {
  Progress plain(out_, {.is_terminal = true, .colours = false}, clock_);
  plain.show("a");
  plain.warn("b");
  EXPECT_EQ(out_.str().find("\x1b[3"), std::string::npos);
  Progress coloured(out_, {.is_terminal = true, .colours = true}, clock_);
  coloured.warn("c");
  EXPECT_NE(out_.str().find("\x1b[33mc\x1b[0m"), std::string::npos);
}

TEST_F(ProgressTest, RemembersWhatAnInterruptionMeans) {
  Progress progress(out_, {}, clock_);
  EXPECT_EQ(progress.interruption(), "");
  progress.set_interruption("nothing was sent.");
  EXPECT_EQ(progress.interruption(), "nothing was sent.");
}

}  // namespace
}  // namespace argus::cli
