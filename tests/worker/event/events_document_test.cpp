// docs/events.md is what producers read: its examples are accepted, and it names every limit, every
// reason and every header.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "event/analyzed_event.h"
#include "event/ingested_event.h"
#include "event/json_schema.h"
#include "event/schema_text.h"
#include "fakes/places.h"

namespace argus::worker {
namespace {

using testing::HasSubstr;

std::string file_text(const std::string& path) {
  std::ifstream file(fakes::source_path(path));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> examples() {
  const std::string document = file_text("/docs/events.md");
  const std::string open = "```json\n";
  std::vector<std::string> found;
  for (auto at = document.find(open); at != std::string::npos; at = document.find(open, at)) {
    at += open.size();
    found.push_back(document.substr(at, document.find("```", at) - at));
  }
  return found;
}

const Headers kBinary = {{"ce_specversion", "1.0"},
                         {"ce_id", "01JDF3.part.1"},
                         {"ce_source", "ci"},
                         {"ce_type", "argus.codebase.ingested"},
                         {"ce_orgid", "acme"},
                         {"ce_projectid", "shop"},
                         {"content-type", "application/json"}};

TEST(EventsDocument, ItsExamplesAreAccepted) {
  const auto all = examples();
  ASSERT_EQ(all.size(), 4u);
  const IngestedEventParser parser;
  const auto why = [](const IngestedEvent& event) {
    const auto* rejection = std::get_if<Rejection>(&event);
    return rejection == nullptr ? std::string() : rejection->message;
  };
  for (const Headers& headers : {kBinary, Headers{}}) {
    const IngestedEvent part = parser.parse(headers, all[0]);
    EXPECT_TRUE(std::holds_alternative<IngestedPart>(part)) << why(part);
  }
  const IngestedEvent manifest = parser.parse({}, all[1]);
  EXPECT_TRUE(std::holds_alternative<IngestedManifest>(manifest)) << why(manifest);
  const IngestedEvent structured =
      parser.parse({{"content-type", "application/cloudevents+json"}}, all[2]);
  EXPECT_TRUE(std::holds_alternative<IngestedPart>(structured)) << why(structured);
  const auto violation = JsonSchema(kAnalyzedSchemaText).validate(nlohmann::json::parse(all[3]));
  EXPECT_FALSE(violation.has_value()) << violation->pointer << ": " << violation->message;
  EXPECT_TRUE(read_analyzed(all[3]).has_value());
}

TEST(EventsDocument, NamesEveryReason) {
  const std::string document = file_text("/docs/events.md");
  for (int i = 0;; ++i) {
    const auto word = reason_word(static_cast<RejectionReason>(i));
    if (word == "unknown") {
      EXPECT_GE(i, 16);
      break;
    }
    EXPECT_THAT(document, HasSubstr("| `" + std::string(word) + "` |"));
  }
}

// `inline constexpr std::size_t kName = 1'000;` of limits.h stands as `kName` | 1000 |.
TEST(EventsDocument, NamesEveryLimitWithItsValue) {
  const std::string document = file_text("/docs/events.md");
  std::istringstream lines(file_text("/worker/event/limits.h"));
  std::size_t limits = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("inline constexpr")) continue;
    const auto begin = line.find(" k") + 1;
    const std::string name = line.substr(begin, line.find(' ', begin) - begin);
    std::string value = line.substr(line.find("= ") + 2);
    value.resize(value.find(';'));
    std::erase(value, '\'');
    if (value == "std::size_t{1} << 20") value = "1048576";
    EXPECT_THAT(document, HasSubstr("| `" + name + "` | " + value + " |"));
    ++limits;
  }
  EXPECT_GE(limits, 8u);
}

TEST(EventsDocument, NamesEveryHeaderOfADeadLetterAndEveryMetric) {
  const std::string document = file_text("/docs/events.md");
  for (const char* path :
       {"/worker/pipeline/dead_letter.cpp", "/worker/pipeline/worker_metrics.cpp"}) {
    const std::string source = file_text(path);
    std::size_t names = 0;
    for (const std::string prefix : {"\"__connect.", "\"argus.", "\"argus_worker_"}) {
      for (auto at = source.find(prefix); at != std::string::npos; at = source.find(prefix, at)) {
        const auto end = source.find('"', ++at);
        EXPECT_THAT(document, HasSubstr("`" + source.substr(at, end - at) + "`"));
        ++names;
      }
    }
    EXPECT_GE(names, 10u) << path;
  }
}

}  // namespace
}  // namespace argus::worker
