// The files of a directory that may be ingested, and those that are left out: from git where the
// directory is a checkout (tracked files, and new ones that are not ignored), by walking otherwise.
//
// Threads: free functions. Failure: TreeError with a sentence.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/ingest/tree_error.h"
#include "event/ingested_event.h"

namespace argus::cli {

struct TreeFile {
  std::string path;  // relative to the root, '/' between names
  std::uint64_t bytes = 0;
};

struct SourceTree {
  std::string root;  // absolute
  worker::Repository repository;
  bool is_checkout = false;
  std::uint64_t differing = 0;               // files that differ from the commit
  std::vector<TreeFile> files;               // sorted by path
  std::vector<worker::SkippedFile> skipped;  // paths as they are, whatever their bytes
};

struct TreeOptions {
  std::string path;
  std::string repository_name;  // empty: the remote's, or else the directory's
  bool use_git = true;
};

[[nodiscard]] SourceTree read_source_tree(const TreeOptions& options);

}  // namespace argus::cli
