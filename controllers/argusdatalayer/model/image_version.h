// Versions as the tags of images have them.
//
// Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace argus::adl {

// The numbers of a tag: {4, 16, 3} of "falkordb:v4.16.3", {8, 1} of "valkey:8.1-alpine"; empty when
// the image has no tag, or one that does not begin with a version.
[[nodiscard]] std::vector<int> version_numbers(std::string_view image);

// The version that this operator was tried with, when the part's image is an older one of the same
// program: "v4.16.3". std::nullopt when it is as new (as far as its tag says), or nobody can tell.
[[nodiscard]] std::optional<std::string> older_than_tried(std::string_view part_name,
                                                          std::string_view image);

// Whether an image is a newer feature release (the first two numbers) of the same program.
[[nodiscard]] bool newer_release(std::string_view image, std::string_view than);

}  // namespace argus::adl
