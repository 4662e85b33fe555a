// Label and field selectors as the API server reads them, for the fake API server.
// Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#api
//
// Threads: pure functions. Failure: kube::ApiError 400 for a selector that cannot be read.
#pragma once

#include <string_view>

#include "kube_object/object.h"

namespace argus::fakes {

// "a=b", "a==b", "a!=b", "a", "!a", "a in (b,c)", "a notin (b,c)", joined by commas.
bool labels_match(std::string_view selector, const kube::Json& object);

// "path.to.field=value" and "path.to.field!=value", joined by commas.
bool fields_match(std::string_view selector, const kube::Json& object);

}  // namespace argus::fakes
