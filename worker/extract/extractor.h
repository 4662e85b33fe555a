// What one source file says: universal-ctags for the language and the definitions, our own scan for
// imports and references. Go's definitions come from the scan too (go_declarations.h says why), so
// that ctags is not asked for Go files.
//
// Threads: an instance belongs to one thread; make one per thread. Ownership: owns one ctags
// process, started at the first file that needs it and again when it dies. Failure:
// std::runtime_error when ctags cannot be started; a file that ctags cannot do is a FileFacts with
// `problem` set.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "extract/code_facts.h"
#include "extract/ctags_child.h"
#include "extract/ctags_json.h"
#include "extract/reference_scan.h"

namespace argus::worker {

struct ExtractorOptions {
  std::string ctags = "ctags";  // universal-ctags: a path, or a name looked up in PATH
  std::chrono::milliseconds file_timeout = kCtagsFileTimeout;
};

class Extractor {
 public:
  explicit Extractor(ExtractorOptions options = {});

  // `path` decides the language. A file that kills ctags, stalls it or makes it say too much is
  // tried twice, then recorded without definitions and with a problem.
  FileFacts extract(std::string_view path, std::string_view content);

  // The process, for tests and diagnosis; 0 when none runs.
  pid_t ctags_pid() const { return child_.pid(); }

 private:
  void ask_ctags(std::string_view content, FileFacts& facts);

  CtagsChild child_;
  CtagsJson json_;
  ReferenceScan scan_;
  std::string lines_;
};

}  // namespace argus::worker
