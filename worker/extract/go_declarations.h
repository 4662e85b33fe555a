// The package-level declarations of a Go file, read from its tokens. universal-ctags 5.9 predates
// type parameters (it takes the parameter of a generic receiver for its type, and loses
// signatures), so Go's definitions come from here: types, functions, methods, constants, variables.
//
// Threads: pure. Ownership: views point into the file's content. Never fails: what does not parse
// is passed over to the next declaration.
#pragma once

#include <cstddef>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "extract/code_facts.h"
#include "extract/tokenizer.h"

namespace argus::worker {

// A function's tokens: [begin, end) runs from its parameters to the end of its body.
struct GoFunction {
  std::uint32_t definition = 0;  // index in GoDeclarations::definitions
  std::size_t begin = 0;
  std::size_t end = 0;
  // Local names with a type that the function shows: receiver, parameters, var x T, x := T{}.
  // The type is as written, without '*' and type arguments: Pod, v1.Pod.
  std::unordered_map<std::string_view, std::string_view> types;
};

struct GoDeclarations {
  std::string_view package;
  std::vector<Definition> definitions;
  std::vector<GoFunction> functions;
  std::vector<Import> imports;
};

// `test_file`: the name ends in _test.go, so that func TestX(t *testing.T) is a test.
GoDeclarations go_declarations(const std::vector<Token>& tokens, bool test_file);

}  // namespace argus::worker
