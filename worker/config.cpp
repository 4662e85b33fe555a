#include "worker/config.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <sstream>
#include <thread>

#include "base/yaml.h"
#include "event/ingested_event.h"

namespace argus::worker {
namespace {

using nlohmann::json;

// Puts a text where it belongs; gives what is wrong with it, as the end of a sentence that begins
// with the setting's name.
using Apply = std::function<std::optional<std::string>(Config&, const std::string&)>;

struct Setting {
  std::string name;
  std::string fallback;
  std::string help;
  Apply apply;
  bool required = false;
  bool secret = false;
};

template <typename Text>
Apply text(Text Config::*group, std::string Text::*member) {
  return [=](Config& config, const std::string& value) -> std::optional<std::string> {
    config.*group.*member = value;
    return std::nullopt;
  };
}

Apply text(std::string Config::*member) {
  return [=](Config& config, const std::string& value) -> std::optional<std::string> {
    config.*member = value;
    return std::nullopt;
  };
}

Apply number(std::int64_t least, std::int64_t most,
             std::function<void(Config&, std::int64_t)> set) {
  return [=](Config& config, const std::string& value) -> std::optional<std::string> {
    std::int64_t parsed = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), parsed);
    if (error != std::errc() || end != value.data() + value.size() || parsed < least ||
        parsed > most) {
      return "is \"" + value + "\": write a whole number from " + std::to_string(least) + " to " +
             std::to_string(most);
    }
    set(config, parsed);
    return std::nullopt;
  };
}

Apply one_of(std::vector<std::string> words, std::function<void(Config&, const std::string&)> set) {
  return [words = std::move(words), set = std::move(set)](
             Config& config, const std::string& value) -> std::optional<std::string> {
    if (std::find(words.begin(), words.end(), value) == words.end()) {
      std::string list;
      for (const std::string& word : words) list += (list.empty() ? "" : ", ") + word;
      return "is \"" + value + "\": write one of " + list;
    }
    set(config, value);
    return std::nullopt;
  };
}

std::vector<Setting> kafka_settings() {
  using kafka::ConnectionOptions;
  return {
      {"KAFKA_BOOTSTRAP_SERVERS", "", "Brokers to begin with: host:port, separated by commas.",
       text(&Config::kafka, &ConnectionOptions::bootstrap_servers), true},
      {"KAFKA_CONSUMER_GROUP", "argus-cognee-workers",
       "The consumer group; all workers of a data layer share one.", text(&Config::consumer_group)},
      {"KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT", "PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL.",
       one_of({"PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"},
              [](Config& c, const std::string& v) { c.kafka.security_protocol = v; })},
      {"KAFKA_SASL_MECHANISM", "SCRAM-SHA-512", "SCRAM-SHA-512, SCRAM-SHA-256 or PLAIN.",
       one_of({"SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"},
              [](Config& c, const std::string& v) { c.kafka.sasl_mechanism = v; })},
      {"KAFKA_SASL_USERNAME", "", "The user, for a SASL protocol.",
       text(&Config::kafka, &ConnectionOptions::username), false, true},
      {"KAFKA_SASL_PASSWORD", "", "Its password.",
       text(&Config::kafka, &ConnectionOptions::password), false, true},
      {"KAFKA_CA_FILE", "", "PEM certificates to trust; empty: the system's.",
       text(&Config::kafka, &ConnectionOptions::ca_file)},
      {"ARGUS_TOPIC_PREFIX", "",
       "Put before every topic's name (argus.codebase.ingested, argus.codebase.analyzed, "
       "argus.dlq).",
       [](Config& c, const std::string& v) -> std::optional<std::string> {
         c.ingested_topic = v + c.ingested_topic;
         c.pipeline.analyzed_topic = v + c.pipeline.analyzed_topic;
         c.pipeline.dead_letter_topic = v + c.pipeline.dead_letter_topic;
         return std::nullopt;
       }},
  };
}

std::vector<Setting> store_settings() {
  return {
      {"FALKORDB_HOST", "", "The host of FalkorDB.",
       text(&Config::falkordb, &FalkorDbEndpoint::host), true},
      {"FALKORDB_PORT", "6379", "Its port.",
       number(1, 65535,
              [](Config& c, std::int64_t v) { c.falkordb.port = static_cast<std::uint16_t>(v); })},
      {"FALKORDB_USERNAME", "", "Its user; empty: the default user.",
       text(&Config::falkordb, &FalkorDbEndpoint::user), false, true},
      {"FALKORDB_PASSWORD", "", "Its password; empty: none is sent.",
       text(&Config::falkordb, &FalkorDbEndpoint::password), false, true},
  };
}

std::vector<Setting> worker_settings() {
  const std::string threads = std::to_string(std::max(1U, std::thread::hardware_concurrency()));
  return {
      {"WORKER_LANES", threads, "Datasets in work at the same time.",
       number(1, 64,
              [](Config& c, std::int64_t v) { c.pipeline.lanes = static_cast<std::size_t>(v); })},
      {"WORKER_EXTRACTORS", threads, "Threads that extract code, each with a ctags process.",
       number(
           1, 64,
           [](Config& c, std::int64_t v) { c.pipeline.extractors = static_cast<std::size_t>(v); })},
      {"WORKER_IN_FLIGHT_MEBIBYTES", "64",
       "Messages read ahead and not yet dealt with, in MiB; beyond it partitions are paused.",
       number(1, 4096,
              [](Config& c, std::int64_t v) {
                c.pipeline.in_flight_bytes = static_cast<std::size_t>(v) << 20;
              })},
      {"WORKER_FILE_BYTES_MAX", std::to_string(kFileBytesMax),
       "A larger file in an event is refused.",
       number(1, 16 << 20,
              [](Config& c, std::int64_t v) {
                c.pipeline.limits.file_bytes = static_cast<std::size_t>(v);
              })},
      {"WORKER_DRAIN_SECONDS", "10",
       "How long work in hand may go on at a stop or rebalance; keep it below the grace period.",
       number(0, 600,
              [](Config& c, std::int64_t v) { c.pipeline.drain = std::chrono::seconds(v); })},
      {"WORKER_INGESTION_EXPIRY_SECONDS", "86400",
       "An ingestion that stays incomplete so long is reported as expired.",
       number(60, 30 * 86400,
              [](Config& c, std::int64_t v) {
                c.pipeline.ingestion_expiry = std::chrono::seconds(v);
              })},
      {"CTAGS", "ctags", "The universal-ctags program.", text(&Config::ctags)},
      {"HTTP_ADDRESS", "0.0.0.0", "Where /health, /ready and /metrics are served.",
       text(&Config::http_address)},
      {"HTTP_PORT", "8080", "Their port; 0: any free one.",
       number(0, 65535,
              [](Config& c, std::int64_t v) { c.http_port = static_cast<std::uint16_t>(v); })},
      {"LOG_LEVEL", "info", "debug, info, warning or error.",
       one_of({"debug", "info", "warning", "error"},
              [](Config& c, const std::string& v) { c.log_level = base::log_level_from(v); })},
  };
}

std::vector<Setting> all_settings() {
  std::vector<Setting> settings = kafka_settings();
  for (auto group : {store_settings(), worker_settings()}) {
    std::move(group.begin(), group.end(), std::back_inserter(settings));
  }
  return settings;
}

// What the configuration file says, by setting.
std::map<std::string, std::string> read_config_file(const ConfigSources& sources,
                                                    const std::vector<Setting>& settings,
                                                    ConfigProblems& problems) {
  std::map<std::string, std::string> values;
  if (sources.config_file.empty()) return values;
  const auto content = sources.read_file(sources.config_file);
  if (!content) {
    problems.push_back("The configuration file " + sources.config_file + " cannot be read.");
    return values;
  }
  json mapping = json::object();
  try {
    const auto documents = base::parse_yaml(*content);
    if (!documents.empty()) mapping = documents.front();
  } catch (const base::YamlError& error) {
    problems.push_back("The configuration file " + sources.config_file +
                       " is not YAML or JSON: " + error.what());
    return values;
  }
  if (!mapping.is_object()) {
    problems.push_back("The configuration file " + sources.config_file +
                       " is no mapping: write lines like KAFKA_CONSUMER_GROUP: workers.");
    return values;
  }
  for (const auto& [name, value] : mapping.items()) {
    const bool known = std::any_of(settings.begin(), settings.end(), [&](const Setting& setting) {
      return setting.name == name || (setting.secret && setting.name + "_FILE" == name);
    });
    if (!known || value.is_structured()) {
      problems.push_back("The configuration file " + sources.config_file + " sets " + name +
                         (known ? ", which must be one value."
                                : ", which is no setting: see "
                                  "argus-worker --help."));
      continue;
    }
    values[name] = value.is_string() ? value.get<std::string>() : value.dump();
  }
  return values;
}

// Secrets in files end with a line break that does not belong to them.
std::string without_line_end(std::string value) {
  while (!value.empty() && (value.back() == '\n' || value.back() == '\r')) value.pop_back();
  return value;
}

std::string value_of(const Setting& setting, const ConfigSources& sources,
                     const std::map<std::string, std::string>& file, ConfigProblems& problems) {
  const auto look = [&](const std::string& name) -> std::optional<std::string> {
    if (auto value = sources.environment(name); value && !value->empty()) return value;
    const auto found = file.find(name);
    return found == file.end() ? std::nullopt : std::optional(found->second);
  };
  const auto direct = look(setting.name);
  const auto path = setting.secret ? look(setting.name + "_FILE") : std::nullopt;
  if (direct && path) {
    problems.push_back("Both " + setting.name + " and " + setting.name +
                       "_FILE are set: keep one.");
    return "";
  }
  if (path) {
    auto content = sources.read_file(*path);
    if (content) return without_line_end(std::move(*content));
    problems.push_back(setting.name + "_FILE names " + *path +
                       ", which cannot be read: check the path and its permissions.");
    return "";
  }
  return direct.value_or(setting.fallback);
}

void check_together(const Config& config, ConfigProblems& problems) {
  // A login that is wrong itself was reported already.
  for (const std::string& problem : problems) {
    if (problem.find("KAFKA_SASL_") != std::string::npos) return;
  }
  const bool sasl = config.kafka.security_protocol.rfind("SASL_", 0) == 0;
  if (sasl && (config.kafka.username.empty() || config.kafka.password.empty())) {
    problems.push_back(
        "KAFKA_SECURITY_PROTOCOL is " + config.kafka.security_protocol +
        ", which needs a login: set KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD (or _FILE).");
  }
}

}  // namespace

std::variant<Config, ConfigProblems> load_config(const ConfigSources& sources) {
  ConfigProblems problems;
  const std::vector<Setting> settings = all_settings();
  const auto file = read_config_file(sources, settings, problems);
  Config config;
  config.ingested_topic = kIngestedTopic;
  for (const Setting& setting : settings) {
    const std::size_t before = problems.size();
    const std::string value = value_of(setting, sources, file, problems);
    if (problems.size() > before) continue;
    if (value.empty() && setting.required) {
      problems.push_back(setting.name + " is not set: " + setting.help);
    } else if (const auto problem = setting.apply(config, value)) {
      problems.push_back(setting.name + " " + *problem + ".");
    }
  }
  check_together(config, problems);
  if (!problems.empty()) return problems;
  return config;
}

std::string settings_help() {
  std::string help;
  for (const Setting& setting : all_settings()) {
    help += "  " + setting.name + (setting.secret ? ", " + setting.name + "_FILE" : "") + "\n" +
            "      " + setting.help;
    if (setting.required) {
      help += " Required.";
    } else if (!setting.fallback.empty()) {
      help += " Default: " + setting.fallback + ".";
    }
    help += "\n";
  }
  return help;
}

ConfigSources process_sources(std::string config_file) {
  return {[](const std::string& name) -> std::optional<std::string> {
            // Read once, before any thread starts.
            const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
            return value == nullptr ? std::nullopt : std::optional<std::string>(value);
          },
          [](const std::string& path) -> std::optional<std::string> {
            std::ifstream stream(path, std::ios::binary);
            std::ostringstream content;
            if (!stream || !(content << stream.rdbuf())) return std::nullopt;
            return content.str();
          },
          std::move(config_file)};
}

}  // namespace argus::worker
