// What a file imports, read from its tokens: Python, JavaScript, TypeScript, Java, C#, C, C++,
// Rust. Go's imports come with its declarations.
//
// Threads: pure. Never fails.
#pragma once

#include <string_view>
#include <vector>

#include "extract/code_facts.h"
#include "extract/tokenizer.h"

namespace argus::worker {

// C and C++ headers keep the brackets of a system header (<vector>); Rust's use groups are
// spread (a::{b, c} gives a::b and a::c).
std::vector<Import> scan_imports(const std::vector<Token>& tokens, std::string_view language);

}  // namespace argus::worker
