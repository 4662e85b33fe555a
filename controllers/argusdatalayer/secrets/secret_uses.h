// Which Secrets a data layer reads, and what their state means for it.
//
// Threads: pure functions.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/spec.h"
#include "kube_object/followed_object.h"

namespace argus::adl {

// A key of a Secret that somebody else writes, and the field of the spec that asks for it.
struct SecretUse {
  SecretKey key;
  std::string field;  // "spec.worker.llm.apiKeySecret"
};
[[nodiscard]] std::vector<SecretUse> secret_uses(const Spec& spec);
// Their names, once each.
[[nodiscard]] std::set<std::string> referenced_secrets(const Spec& spec);
// The Secrets whose passwords the operator makes for this spec.
[[nodiscard]] std::set<std::string> generated_secrets(const Spec& spec);
// Whether the part that this password is for keeps none in its data, as FalkorDB and Valkey, which
// take it from the Secret at every start: one that is lost is then made anew.
[[nodiscard]] bool any_password_fits(std::string_view secret);
// Every Secret that the operator may have made for a data layer, whatever its spec says now.
[[nodiscard]] const std::set<std::string>& own_secrets();

// What is wrong with a Secret.
struct SecretIssue {
  enum class Kind {
    kMissing,    // nobody has written it yet
    kForbidden,  // no Role lets the operator read it
    kMalformed,  // a key is missing or makes no sense
    kLost,       // a generated password is gone, and what it fits is still there
    kUnread,     // it could not be read yet
  };
  Kind kind;
  std::string name;
  std::string message;  // what to do about it
};

struct SecretReport {
  Credentials credentials;            // what the Secrets hold; empty where it is not known
  std::set<std::string> to_generate;  // Secrets that are not there, and may be made
  std::set<std::string> unusable;     // Secrets that are there, and nobody may be started with
  std::vector<SecretIssue> issues;
};

using FollowedSecrets = std::map<std::string, kube::FollowedObject>;

// `initialised`: the generated Secrets whose part has run before (its StatefulSet or a volume of it
// exists): a password that is missing there is not made again, unless any fits.
[[nodiscard]] SecretReport read_secrets(const Spec& spec, const FollowedSecrets& secrets,
                                        const std::set<std::string>& initialised);

// The hashes of everything that pods read from Secrets. `previous`: what the live pods were started
// with; it stays where a Secret cannot be read or used now, so that nothing is rolled for that.
[[nodiscard]] std::map<std::string, std::string> secret_hashes(
    const Spec& spec, const Credentials& credentials, const FollowedSecrets& secrets,
    const std::set<std::string>& unusable, const std::map<std::string, std::string>& previous,
    std::string_view salt);

// The hashes in the annotation kSecretHashesAnnotation of a live workload's pod template.
[[nodiscard]] std::map<std::string, std::string> annotated_secret_hashes(const Json& workload);
// The salt that they were made with, from kSecretSaltAnnotation; empty when there is none.
[[nodiscard]] std::string annotated_secret_salt(const Json& workload);

}  // namespace argus::adl
