// Our own scan of a source file: who calls what, what is imported and, for Go, what is defined.
// Knows a language by its lexical table only, so it errs: what it yields are references for a
// resolver, not facts about types.
//
// Threads: an instance keeps its token buffer between files: one per thread. Never fails.
#pragma once

#include <string_view>
#include <vector>

#include "extract/code_facts.h"
#include "extract/tokenizer.h"

namespace argus::worker {

class ReferenceScan {
 public:
  // Adds imports and references to `facts`, whose path, language and (except Go) definitions are
  // set. For Go the definitions and the package are supplied here. A language without a lexical
  // table is left as it is. A qualifier is the text before the name with arguments left out: a.b,
  // f().c, ns::T; for Go "type:T" or "type:pkg.T" where the function shows the variable's type.
  void run(std::string_view content, FileFacts& facts);

 private:
  std::vector<Token> tokens_;
};

}  // namespace argus::worker
