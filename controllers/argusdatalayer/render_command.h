// `argus-operator render -f resource.yaml`: every manifest that the operator would apply, without a
// cluster.
//
// Threads: one call at a time on one thread.
#pragma once

#include <iosfwd>
#include <string>

#include "argusdatalayer/model/facts.h"

namespace argus::adl {

struct RenderOptions {
  std::string file;                // path of the resource; "-" is standard input
  std::string ns = {};             // empty: metadata.namespace of the resource, else "argus-data"
  OptionalKinds kinds = {};        // what the cluster would serve
  Installation installation = {};  // image names and so on, as the operator would have them
};

// Reads the one ArgusDataLayer in the file, and writes its objects to `out` as YAML documents in
// the order in which they are applied. Generated passwords are shown as kGeneratedPlaceholder. What
// is wrong goes to `error`, one line each. Returns the exit status: 0, 1 when the resource is
// refused, 2 when it cannot be read.
int render_command(const RenderOptions& options, std::istream& in, std::ostream& out,
                   std::ostream& error);

inline constexpr const char* kGeneratedPlaceholder = "<generated>";

}  // namespace argus::adl
