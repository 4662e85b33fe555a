#include "base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

#include "base/clock.h"

namespace argus::base {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

class Log : public testing::Test {
 protected:
  ~Log() override { configure_logging({}); }

  // What `write` prints on standard error in `format`.
  template <typename Write>
  std::string printed(LogFormat format, const Write& write, LogLevel level = LogLevel::kInfo) {
    configure_logging({level, format});
    testing::internal::CaptureStderr();
    write();
    return testing::internal::GetCapturedStderr();
  }
};

TEST_F(Log, JsonHasTimeLevelMessageAndTypedFields) {
  const std::string line = printed(LogFormat::kJson, [] {
    log_info("applied",
             {{"kind", "StatefulSet"}, {"duration_ms", 12}, {"ratio", 0.5}, {"new", true}});
  });
  EXPECT_THAT(line, EndsWith("\n"));
  const auto record = nlohmann::json::parse(line);
  EXPECT_TRUE(from_rfc3339(record["time"].get<std::string>()));
  EXPECT_EQ(record["level"], "info");
  EXPECT_EQ(record["message"], "applied");
  EXPECT_EQ(record["kind"], "StatefulSet");
  EXPECT_EQ(record["duration_ms"], 12);
  EXPECT_EQ(record["ratio"], 0.5);
  EXPECT_EQ(record["new"], true);
}

TEST_F(Log, AutoIsJsonWhenStandardErrorIsNoTerminal) {
  const std::string line = printed(LogFormat::kAuto, [] { log_error("broken"); });
  EXPECT_EQ(nlohmann::json::parse(line)["level"], "error");
}

TEST_F(Log, AFieldCannotReplaceTheMessage) {
  const std::string line = printed(LogFormat::kJson, [] {
    log_info("real", {{"message", "fake"}});
  });
  const auto record = nlohmann::json::parse(line);
  EXPECT_EQ(record["message"], "real");
  EXPECT_EQ(record["message_"], "fake");
}

TEST_F(Log, TextIsReadable) {
  const std::string line = printed(LogFormat::kText, [] {
    log_warning("slow answer",
                {{"path", "/api"}, {"why", "a long story"}, {"empty", ""}, {"ms", 7}});
  });
  EXPECT_THAT(line,
              HasSubstr("warning slow answer path=/api why=\"a long story\" empty=\"\" ms=7\n"));
  EXPECT_THAT(line, Not(HasSubstr("\033")));  // no colours in a file
}

TEST_F(Log, ARecordIsOneLineWhateverItsTextHolds) {
  const auto write = [] { log_info("a\nb", {{"body", "x\ny\033[31m"}, {"bytes", "\xff\xfe"}}); };
  for (const LogFormat format : {LogFormat::kText, LogFormat::kJson}) {
    const std::string line = printed(format, write);
    EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1) << line;
    EXPECT_THAT(line, Not(HasSubstr("\033"))) << line;
  }
}

TEST_F(Log, AContextIsInEveryLineWhileItLives) {
  const auto write = [] {
    const LogContext outer({{"reconcileID", "0a1b2c3d"}, {"try", 2}});
    {
      const LogContext inner({{"object", "ns/a"}, {"try", 3}});
      log_info("both", {{"ms", 7}});
    }
    log_info("outer", {{"try", "own"}});
  };
  const std::string text = printed(LogFormat::kText, [&] {
    write();
    log_info("none");
  });
  EXPECT_THAT(text, HasSubstr("both reconcileID=0a1b2c3d object=ns/a try=3 ms=7\n"));
  EXPECT_THAT(text, HasSubstr("outer reconcileID=0a1b2c3d try=own\n"));
  EXPECT_THAT(text, HasSubstr("none\n"));
  const std::string line = printed(LogFormat::kJson, [] {
    const LogContext context({{"reconcileID", "0a1b2c3d"}, {"token", "hunter2"}});
    log_info("x", {{"ms", 7}});
  });
  const auto record = nlohmann::json::parse(line);
  EXPECT_EQ(record["reconcileID"], "0a1b2c3d");
  EXPECT_EQ(record["ms"], 7);
  EXPECT_EQ(record["token"], "[redacted]");
}

TEST_F(Log, AContextIsOfOneThread) {
  const std::string lines = printed(LogFormat::kText, [] {
    const LogContext context({{"reconcileID", "here"}});
    std::thread([] {
      log_info("elsewhere");
      const LogContext other({{"reconcileID", "there"}});
      log_info("elsewhere");
    }).join();
    log_info("at home");
  });
  EXPECT_THAT(lines, HasSubstr("elsewhere\n"));
  EXPECT_THAT(lines, HasSubstr("elsewhere reconcileID=there\n"));
  EXPECT_THAT(lines, HasSubstr("at home reconcileID=here\n"));
}

TEST_F(Log, SecretsAreRedacted) {
  const auto write = [] {
    log_info("x", {{"password", "hunter2"},
                   {"sasl.password", "hunter2"},
                   {"bearerToken", "hunter2"},
                   {"x-api-key", "hunter2"},
                   {"Authorization", "hunter2"},
                   {"client_secret", "hunter2"},
                   {"private-key", "hunter2"},
                   {"url", "redis://user:hunter2@falkordb:6379/0"},
                   {"keyed", "plain"},
                   {"tokens", 512}});
    log_info("cannot reach postgres://u:hunter2@db/x and http://h:80/a@b");
  };
  for (const LogFormat format : {LogFormat::kText, LogFormat::kJson}) {
    const std::string lines = printed(format, write);
    EXPECT_THAT(lines, Not(HasSubstr("hunter2")));
    EXPECT_THAT(lines, HasSubstr("redis://user:[redacted]@falkordb:6379/0"));
    EXPECT_THAT(lines, HasSubstr("http://h:80/a@b"));
    EXPECT_THAT(lines, HasSubstr("plain"));
    EXPECT_THAT(lines, HasSubstr("512"));
  }
}

TEST_F(Log, BelowTheLevelNothingIsPrinted) {
  const auto write = [] {
    log_info("quiet");
    log_warning("loud");
  };
  const std::string lines = printed(LogFormat::kText, write, LogLevel::kWarning);
  EXPECT_THAT(lines, Not(HasSubstr("quiet")));
  EXPECT_THAT(lines, HasSubstr("loud"));
}

TEST_F(Log, LevelNames) {
  EXPECT_EQ(log_level_from("debug"), LogLevel::kDebug);
  EXPECT_EQ(log_level_from("info"), LogLevel::kInfo);
  EXPECT_EQ(log_level_from("warning"), LogLevel::kWarning);
  EXPECT_EQ(log_level_from("error"), LogLevel::kError);
  try {
    log_level_from("loud");
    FAIL() << "accepted";
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(),
                 "The log level \"loud\" does not exist; write debug, info, warning or error.");
  }
}

}  // namespace
}  // namespace argus::base
