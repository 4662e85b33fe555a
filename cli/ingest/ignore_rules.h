// The rules of .gitignore files (https://git-scm.com/docs/gitignore). libgit2 has them, too, but
// forgets a '!' pattern that overrides one from another file.
//
// Threads: one at a time. Pure: the caller reads the files. Failure: none, every text is a list of
// patterns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace argus::cli {

class IgnoreRules {
 public:
  // Patterns that hold below `directory`, which is empty or ends with '/'. What is added later
  // wins, so begin with the files that hold everywhere, and go down from the root.
  void add(std::string_view text, const std::string& directory);
  // Forgets what was added last.
  void remove_last();

  // `path` lies below the directories added, and none of the directories above it is ignored.
  [[nodiscard]] bool ignores(std::string_view path, bool is_directory) const;

 private:
  struct Pattern {
    bool negated = false;
    bool directories_only = false;
    std::vector<std::string> segments;  // "**" stands for any number of directories
  };
  struct File {
    std::string directory;
    std::vector<Pattern> patterns;
  };
  static bool read_pattern(std::string_view line, Pattern& pattern);
  static bool matches(const Pattern& pattern, const std::vector<std::string>& names);

  std::vector<File> files_;
};

}  // namespace argus::cli
