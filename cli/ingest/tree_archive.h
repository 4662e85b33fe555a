// A tree of files as a tar stream (GNU format: names are bytes, whatever the locale). The only user
// of libarchive. The last entry is a note from the sender; a truncated stream has none.
//
//   tree/<path>     regular files
//   argusctl-note   text
//
// Threads: one. Failure: TreeError with a sentence. What is read is not trusted: an entry that is
// not a regular file, whose name leads elsewhere, or that passes a limit ends the reading.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/ingest/source_tree.h"

namespace argus::cli {

struct ArchiveLimits {
  std::size_t files = 2'000'000;
  std::uint64_t file_bytes = std::uint64_t{1} << 20;
  std::uint64_t all_bytes = std::uint64_t{2} << 30;
  std::uint64_t note_bytes = std::uint64_t{64} << 20;
};

class TreeArchiveWriter {
 public:
  TreeArchiveWriter();
  ~TreeArchiveWriter();
  TreeArchiveWriter(const TreeArchiveWriter&) = delete;
  TreeArchiveWriter& operator=(const TreeArchiveWriter&) = delete;

  void add(const std::string& path, std::string_view content);
  void finish(std::string_view note);
  // What was written since the last call.
  [[nodiscard]] std::string take();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

struct UnpackedTree {
  std::vector<TreeFile> files;
  std::string note;
};

// Reads a stream from a file descriptor, and writes the files below `directory`, which exists and
// is empty.
[[nodiscard]] UnpackedTree unpack_tree(int input, const std::string& directory,
                                       const ArchiveLimits& limits = {});

}  // namespace argus::cli
