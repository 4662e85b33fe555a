// Settings: where they come from, how one is read, and what is wrong with it. A program lists its
// settings, each bound to the place that it fills; load_settings() fills them.
//
// Threads: free functions and values. Ownership: what a setting is bound to outlives it. Failure:
// what is wrong is a list of sentences, all of them at once; nothing is thrown.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace argus::worker {

// Puts a text where it belongs; gives what is wrong with it, as the end of a sentence that begins
// with the setting's name.
using ApplySetting = std::function<std::optional<std::string>(const std::string& value)>;

struct Setting {
  std::string name;
  std::string fallback;
  std::string help;
  ApplySetting apply;
  bool required = false;
  bool secret = false;  // NAME_FILE may name a file that holds it
};

[[nodiscard]] ApplySetting text_into(std::string& target);
[[nodiscard]] ApplySetting word_into(std::vector<std::string> words,
                                     std::function<void(const std::string&)> set);
[[nodiscard]] ApplySetting number_into(std::int64_t least, std::int64_t most,
                                       std::function<void(std::int64_t)> set);

// Where settings come from; both give std::nullopt for what is not there.
struct SettingSources {
  std::function<std::optional<std::string>(const std::string& name)> environment;
  std::function<std::optional<std::string>(const std::string& path)> read_file;
  std::string config_file;  // YAML or JSON: a mapping from setting to value; empty: none
};

using SettingProblems = std::vector<std::string>;

// The environment wins over the file. `program` is named where its --help tells more.
[[nodiscard]] SettingProblems load_settings(const std::vector<Setting>& settings,
                                            const SettingSources& sources,
                                            const std::string& program);

// Every setting with its default and meaning, for --help.
[[nodiscard]] std::string describe_settings(const std::vector<Setting>& settings);

// The process's environment and files.
[[nodiscard]] SettingSources process_sources(std::string config_file);

}  // namespace argus::worker
