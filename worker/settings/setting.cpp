#include "settings/setting.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "base/yaml_reader.h"

namespace argus::worker {
namespace {

using nlohmann::json;

// What the configuration file says, by setting.
std::map<std::string, std::string> read_config_file(const SettingSources& sources,
                                                    const std::vector<Setting>& settings,
                                                    const std::string& program,
                                                    SettingProblems& problems) {
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
                       " is not a mapping: write lines like KAFKA_CONSUMER_GROUP: workers.");
    return values;
  }
  for (const auto& entry : mapping.items()) {
    const std::string& name = entry.key();
    const json& value = entry.value();
    const bool known = std::any_of(settings.begin(), settings.end(), [&](const Setting& setting) {
      return setting.name == name || (setting.secret && setting.name + "_FILE" == name);
    });
    if (!known || value.is_structured()) {
      problems.push_back("The configuration file " + sources.config_file + " sets " + name +
                         (known ? ", which must be one value."
                                : ", which is not a setting: see " + program + " --help."));
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

std::string value_of(const Setting& setting, const SettingSources& sources,
                     const std::map<std::string, std::string>& file, SettingProblems& problems) {
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

}  // namespace

ApplySetting text_into(std::string& target) {
  return [&target](const std::string& value) -> std::optional<std::string> {
    target = value;
    return std::nullopt;
  };
}

ApplySetting word_into(std::vector<std::string> words,
                       std::function<void(const std::string&)> set) {
  return [words = std::move(words),
          set = std::move(set)](const std::string& value) -> std::optional<std::string> {
    if (std::find(words.begin(), words.end(), value) == words.end()) {
      std::string list;
      for (const std::string& word : words) list += (list.empty() ? "" : ", ") + word;
      return "is \"" + value + "\": write one of " + list;
    }
    set(value);
    return std::nullopt;
  };
}

ApplySetting number_into(std::int64_t least, std::int64_t most,
                         std::function<void(std::int64_t)> set) {
  return [=, set = std::move(set)](const std::string& value) -> std::optional<std::string> {
    std::int64_t parsed = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), parsed);
    if (error != std::errc() || end != value.data() + value.size() || parsed < least ||
        parsed > most) {
      return "is \"" + value + "\": write a whole number from " + std::to_string(least) + " to " +
             std::to_string(most);
    }
    set(parsed);
    return std::nullopt;
  };
}

SettingProblems load_settings(const std::vector<Setting>& settings, const SettingSources& sources,
                              const std::string& program) {
  SettingProblems problems;
  const auto file = read_config_file(sources, settings, program, problems);
  for (const Setting& setting : settings) {
    const std::size_t before = problems.size();
    const std::string value = value_of(setting, sources, file, problems);
    if (problems.size() > before) continue;
    if (value.empty() && setting.required) {
      problems.push_back(setting.name + " is not set: " + setting.help);
    } else if (const auto problem = setting.apply(value)) {
      problems.push_back(setting.name + " " + *problem + ".");
    }
  }
  return problems;
}

std::string describe_settings(const std::vector<Setting>& settings) {
  std::string help;
  for (const Setting& setting : settings) {
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

SettingSources process_sources(std::string config_file) {
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
