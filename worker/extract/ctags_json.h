// Reads universal-ctags' JSON lines. The only adapter of simdjson.
//
// Threads: an instance keeps its parser's memory: one per thread. Failure: a line that is not JSON
// is passed over (ctags copies bytes of the source, which need not be UTF-8; those become '?').
#pragma once

#include <memory>
#include <string>

#include "extract/code_facts.h"

namespace argus::worker {

class CtagsJson {
 public:
  CtagsJson();
  ~CtagsJson();

  // Sets language, module and definitions of `facts`. `lines` may be changed.
  void read(std::string& lines, FileFacts& facts);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace argus::worker
