// The texts of worker/schemas/, built into the program.
//
// Threads: constants.
#pragma once

#include <string_view>

namespace argus::worker {

extern const std::string_view kIngestedSchemaText;
extern const std::string_view kAnalyzedSchemaText;

}  // namespace argus::worker
