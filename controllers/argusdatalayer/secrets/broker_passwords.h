// Redpanda's passwords while they are changed: the brokers keep theirs until the Deployment
// redpanda-setup has given them the new one, and until then their clients must keep it, too.
//
// Threads: pure functions.
#pragma once

#include <set>
#include <string>

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/secrets/secret_uses.h"

namespace argus::adl {

// users.txt as the operator writes it: a line "user:password:mechanism" each, the superuser first.
[[nodiscard]] std::string users_file(const Credentials& credentials);
// users.txt as it is in the Secret redpanda-superusers, or as it is about to be written; empty when
// it is not known, or when nobody may be started with it.
[[nodiscard]] std::string users_file(const Credentials& credentials, const FollowedSecrets& secrets,
                                     const std::set<std::string>& unusable);

// Whether the live Deployment redpanda-setup has found that the brokers have what is in the users
// file of this hash: it runs with it, in its present form, and is ready.
[[nodiscard]] bool brokers_have(const Json& setup, const std::string& users_hash);

// The password in the live Secret redpanda-credentials, when it is another than `wanted` and the
// operator wrote it: the one that works until brokers_have() the other. Empty otherwise; what
// somebody else wrote there works nowhere.
[[nodiscard]] std::string former_password(const std::string& wanted, const Json& credentials,
                                          const std::string& salt);

}  // namespace argus::adl
