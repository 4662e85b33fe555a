// Small files that name or prove who we are: kubeconfigs, tokens, certificates.
//
// Threads: any. Failure: AccessError that names the file and why it cannot be read.
#pragma once

#include <string>

namespace argus::kube {

// `what` names the file in the error's sentence: "The kubeconfig". At most kAccessFileBytesMax.
std::string read_access_file(const std::string& path, const std::string& what);

}  // namespace argus::kube
