#include "worker/config.h"

#include <gmock/gmock.h>

namespace argus::worker {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Texts = std::map<std::string, std::string>;

std::optional<std::string> find(const Texts& texts, const std::string& name) {
  const auto found = texts.find(name);
  return found == texts.end() ? std::nullopt : std::optional(found->second);
}

std::variant<Config, SettingProblems> load(const Texts& environment, const Texts& files = {},
                                           const std::string& config_file = "") {
  return load_config({[&](const std::string& name) { return find(environment, name); },
                      [&](const std::string& path) { return find(files, path); }, config_file});
}

const Texts kEnough = {{"KAFKA_BOOTSTRAP_SERVERS", "redpanda-0:9092"},
                       {"KAFKA_SASL_USERNAME", "worker"},
                       {"KAFKA_SASL_PASSWORD", "p"},
                       {"FALKORDB_HOST", "falkordb"}};

SettingProblems problems(const Texts& environment, const Texts& files = {},
                         const std::string& config_file = "") {
  const auto loaded = load(environment, files, config_file);
  const auto* found = std::get_if<SettingProblems>(&loaded);
  return found == nullptr ? SettingProblems{} : *found;
}

Texts with(Texts texts, const Texts& more) {
  for (const auto& [name, value] : more) texts[name] = value;
  return texts;
}

TEST(Config, HasTheReferencesDefaults) {
  const auto loaded = load(kEnough);
  ASSERT_TRUE(std::holds_alternative<Config>(loaded));
  const auto& config = std::get<Config>(loaded);
  EXPECT_EQ(config.consumer_group, "argus-cognee-workers");
  EXPECT_EQ(config.kafka.sasl_mechanism, "SCRAM-SHA-512");
  EXPECT_EQ(config.ingested_topic, "argus.codebase.ingested");
  EXPECT_EQ(config.falkordb.port, 6379);
  EXPECT_EQ(config.http_port, 8080);
}

TEST(Config, SaysEverythingThatIsWrongAtOnce) {
  const auto found = problems({{"FALKORDB_PORT", "none"},
                               {"KAFKA_SECURITY_PROTOCOL", "TLS"},
                               {"LOG_LEVEL", "loud"},
                               {"HTTP_PORT", "70000"}});
  EXPECT_THAT(found, testing::IsSupersetOf<testing::Matcher<std::string>>(
                         {HasSubstr("KAFKA_BOOTSTRAP_SERVERS is not set"),
                          HasSubstr("FALKORDB_HOST is not set"),
                          HasSubstr("FALKORDB_PORT is \"none\": write a whole number"),
                          HasSubstr("KAFKA_SECURITY_PROTOCOL is \"TLS\": write one of PLAINTEXT"),
                          HasSubstr("LOG_LEVEL is \"loud\""), HasSubstr("HTTP_PORT is \"70000\""),
                          HasSubstr("needs a login")}));
}

TEST(Config, ReadsSecretsFromFiles) {
  Texts environment = kEnough;
  environment.erase("KAFKA_SASL_PASSWORD");
  environment["KAFKA_SASL_PASSWORD_FILE"] = "/secrets/kafka";
  const auto loaded = load(environment, {{"/secrets/kafka", "from file\n"}});
  ASSERT_TRUE(std::holds_alternative<Config>(loaded));
  EXPECT_EQ(std::get<Config>(loaded).kafka.password, "from file");
  EXPECT_THAT(problems(environment), ElementsAre(HasSubstr("cannot be read")));
  environment["KAFKA_SASL_PASSWORD"] = "p";
  EXPECT_THAT(problems(environment), ElementsAre(HasSubstr("keep one")));
}

TEST(Config, TheEnvironmentWinsOverTheFile) {
  const Texts files = {{"w.yaml", "HTTP_PORT: 9000\nLOG_LEVEL: debug\n"}};
  const auto loaded = load(with(kEnough, {{"HTTP_PORT", "9001"}}), files, "w.yaml");
  ASSERT_TRUE(std::holds_alternative<Config>(loaded));
  EXPECT_EQ(std::get<Config>(loaded).http_port, 9001);
  EXPECT_EQ(std::get<Config>(loaded).log_level, base::LogLevel::kDebug);
}

TEST(Config, RefusesAFileThatIsWrong) {
  EXPECT_THAT(problems(kEnough, {}, "w.yaml"), ElementsAre(HasSubstr("cannot be read")));
  EXPECT_THAT(problems(kEnough, {{"w", "a: [1"}}, "w"), ElementsAre(HasSubstr("not YAML")));
  EXPECT_THAT(problems(kEnough, {{"w", "- 1"}}, "w"), ElementsAre(HasSubstr("not a mapping")));
  EXPECT_THAT(problems(kEnough, {{"w", "HTTP_PROT: 1"}}, "w"), ElementsAre(HasSubstr("HTTP_PROT")));
  EXPECT_THAT(problems(kEnough, {{"w", "HTTP_PORT: [1]"}}, "w"),
              ElementsAre(HasSubstr("one value")));
}

TEST(Config, PrefixesEveryTopic) {
  const auto loaded = load(with(kEnough, {{"ARGUS_TOPIC_PREFIX", "t1."}}));
  ASSERT_TRUE(std::holds_alternative<Config>(loaded));
  const auto& config = std::get<Config>(loaded);
  EXPECT_EQ(config.ingested_topic, "t1.argus.codebase.ingested");
  EXPECT_EQ(config.pipeline.analyzed_topic, "t1.argus.codebase.analyzed");
  EXPECT_EQ(config.pipeline.dead_letter_topic, "t1.argus.dlq");
}

TEST(Config, DocumentsEverySetting) {
  for (const char* name :
       {"KAFKA_SASL_PASSWORD_FILE", "FALKORDB_HOST", "WORKER_LANES", "HTTP_PORT"}) {
    EXPECT_THAT(settings_help(), HasSubstr(name));
  }
}

}  // namespace
}  // namespace argus::worker
