// Whether what somebody wrote into a Secret can be used: the servers and their clients read it in
// different ways (a file, a variable, a line of a configuration), and only plain text is the same
// in all of them. It is refused rather than trimmed, so that nobody has to trim in the same way.
//
// Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace argus::adl {

// What is wrong with a password, a user's name or an address, as the rest of a sentence ("ends with
// a line break: ..."), without anything of the text; std::nullopt when it is one line of text.
[[nodiscard]] std::optional<std::string> problem_of_line(std::string_view text);

// The same for a file of lines that each end with a line feed.
[[nodiscard]] std::optional<std::string> problem_of_lines(std::string_view text);

}  // namespace argus::adl
