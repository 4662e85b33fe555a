// Lines a second of the extractor against plain universal-ctags over the same files, in the same
// run:
//   extract_bench [DIRECTORY [SUFFIX]]      (default: k8s.io/kubernetes of the module cache, .go)
// Rounds of the two alternate, so that a busy machine disturbs both; the medians are compared.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "codebase.h"
#include "extract/extractor.h"

namespace {

namespace fs = std::filesystem;
using Seconds = std::chrono::duration<double>;

constexpr int kRounds = 5;

struct Source {
  std::string path;
  std::string content;
};

std::vector<Source> read_sources(const fs::path& root, const std::string& suffix) {
  std::vector<Source> sources;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file() || !entry.path().string().ends_with(suffix)) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    sources.push_back({entry.path().string(), text.str()});
  }
  return sources;
}

template <typename Work>
double seconds(Work work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return Seconds(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  const fs::path root = argc > 1 ? fs::path(argv[1]) : argus::worker::live::kubernetes();
  const std::vector<Source> sources = read_sources(root, argc > 2 ? argv[2] : ".go");
  const fs::path list = fs::temp_directory_path() / ("extract_bench." + std::to_string(getpid()));
  std::ofstream names(list);
  for (const Source& source : sources) names << source.path << '\n';
  names.close();
  const std::string command =
      "ctags --options=NONE --output-format=json --fields=NKlneSiZs -f - -L '" + list.string() +
      "' >/dev/null 2>&1";

  std::vector<double> ours;
  std::vector<double> theirs;
  std::uint64_t lines = 0;
  std::uint64_t references = 0;
  for (int round = 0; round < kRounds; ++round) {
    lines = references = 0;
    ours.push_back(seconds([&] {
      argus::worker::Extractor extractor;
      for (const Source& source : sources) {
        const auto facts = extractor.extract(source.path, source.content);
        lines += facts.lines;
        references += facts.references.size();
      }
    }));
    theirs.push_back(seconds([&] {
      if (std::system(command.c_str()) != 0) std::cerr << "extract_bench: ctags failed\n";
    }));
  }
  fs::remove(list);
  const double extractor = static_cast<double>(lines) / median(ours);
  const double ctags = static_cast<double>(lines) / median(theirs);
  std::cout << sources.size() << " files, " << lines << " lines, " << references << " references\n"
            << "extractor: " << static_cast<std::uint64_t>(extractor) << " lines a second\n"
            << "ctags:     " << static_cast<std::uint64_t>(ctags) << " lines a second\n"
            << "ratio:     " << extractor / ctags << '\n';
  return 0;
}
