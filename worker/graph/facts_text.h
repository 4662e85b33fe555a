// What a file imports and refers to, unresolved, as one text: it is kept on the File node until the
// whole codebase is resolved. One fact a line, tabs between its fields.
//
// Threads: values. Failure: none when encoding; a line that cannot be read back is skipped.
#pragma once

#include <string>
#include <string_view>

#include "extract/code_facts.h"

namespace argus::worker {

// Imports, and references without repeats: of several equal ones the first keeps its line.
std::string encode_references(const FileFacts& facts);

// Fills imports and references of `facts`.
void decode_references(std::string_view text, FileFacts& facts);

}  // namespace argus::worker
