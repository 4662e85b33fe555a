// A source tree that is read here and ingested elsewhere: the files as an archive, and in its note
// what git said about them and what was left out.
//
// Threads: one. Failure: TreeError with a sentence.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "cli/ingest/source_tree.h"
#include "cli/ingest/tree_archive.h"

namespace argus::cli {

// Reads and packs one file after the other, so that no more than one is held.
class TreeSender {
 public:
  // Called with the files and bytes so far.
  using OnFile = std::function<void(std::size_t files, std::uint64_t bytes)>;

  TreeSender(const SourceTree& tree, OnFile on_file) : tree_(tree), on_file_(std::move(on_file)) {}

  // The next piece of the stream; std::nullopt when everything was given.
  std::optional<std::string> next();

 private:
  void add_file(const TreeFile& file);
  [[nodiscard]] std::string note() const;

  const SourceTree& tree_;
  const OnFile on_file_;
  TreeArchiveWriter archive_;
  std::vector<worker::SkippedFile> skipped_;  // what turned out while reading
  std::size_t next_ = 0;
  std::size_t sent_ = 0;
  std::uint64_t bytes_ = 0;
  bool finished_ = false;
};

// The tree as it was read there, its files below `directory` now.
[[nodiscard]] SourceTree receive_tree(int input, const std::string& directory);

}  // namespace argus::cli
