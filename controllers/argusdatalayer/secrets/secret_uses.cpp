#include "argusdatalayer/secrets/secret_uses.h"

#include <algorithm>

#include "argusdatalayer/model/endpoints.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/labels.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/secrets/credentials.h"
#include "argusdatalayer/secrets/secret_data.h"
#include "kube_object/followed_object.h"

namespace argus::adl {
namespace {

using State = kube::FollowedObject::State;

// Brokers and stores that somebody else runs: only the worker, and what scales it, logs in there.
void add_external_uses(const Spec& spec, std::vector<SecretUse>& uses) {
  if (spec.redpanda.mode == Mode::kExternal) {
    const ExternalRedpanda& external = spec.redpanda.external;
    for (const std::string* key : {&external.username_key, &external.password_key}) {
      uses.push_back(
          {{external.credentials_secret, *key}, "spec.redpanda.external.credentialsSecret"});
    }
  }
  const auto add_store = [&](Mode mode, const ExternalStore& external, const char* field) {
    if (mode == Mode::kExternal && external.password) uses.push_back({*external.password, field});
  };
  add_store(spec.falkordb.mode, spec.falkordb.external, "spec.falkordb.external.passwordSecret");
  add_store(spec.valkey.mode, spec.valkey.external, "spec.valkey.external.passwordSecret");
}

void add_worker_uses(const Spec& spec, std::vector<SecretUse>& uses) {
  const Worker& worker = spec.worker;
  if (!worker.enabled) return;
  add_external_uses(spec, uses);
  if (worker.llm) uses.push_back({worker.llm->api_key, "spec.worker.llm.apiKeySecret"});
  if (worker.embeddings) {
    uses.push_back({worker.embeddings->api_key, "spec.worker.embeddings.apiKeySecret"});
  }
  if (worker.neo4j) {
    const Neo4j& neo4j = *worker.neo4j;
    for (const std::string* key : {&neo4j.uri_key, &neo4j.username_key, &neo4j.password_key}) {
      uses.push_back({{neo4j.credentials_secret, *key}, "spec.worker.neo4j.credentialsSecret"});
    }
  }
  if (worker.supabase) {
    uses.push_back({worker.supabase->database_url, "spec.worker.supabase.databaseUrlSecret"});
  }
}

// "user:password:mechanism" of one user in users.txt; empty when the user is not in it.
std::string password_in(const std::string& users, std::string_view user) {
  const std::string wanted = std::string(user) + ":";
  std::size_t start = 0;
  while (start < users.size()) {
    const std::size_t end = std::min(users.find('\n', start), users.size());
    const std::string line = users.substr(start, end - start);
    if (line.rfind(wanted, 0) == 0) {
      const std::size_t mechanism = line.rfind(':');
      if (mechanism >= wanted.size()) {
        return line.substr(wanted.size(), mechanism - wanted.size());
      }
    }
    start = end + 1;
  }
  return {};
}

class Reader {
 public:
  Reader(const Spec& spec, const FollowedSecrets& secrets, const std::set<std::string>& initialised)
      : spec_(spec), secrets_(secrets), initialised_(initialised) {}

  SecretReport run() {
    const std::set<std::string> generated = generated_secrets(spec_);
    for (const std::string& name : generated) read(name, true);
    for (const std::string& name : referenced_secrets(spec_)) read(name, false);
    if (spec_.redpanda.mode == Mode::kManaged) read_users();
    if (spec_.falkordb.mode == Mode::kManaged) {
      report_.credentials.falkordb = value(std::string(secret::kFalkordbAuth), "password");
    }
    if (spec_.valkey.mode == Mode::kManaged) {
      report_.credentials.valkey = value(std::string(secret::kValkeyAuth), "password");
    }
    for (const SecretUse& use : secret_uses(spec_)) check(use);
    return std::move(report_);
  }

 private:
  [[nodiscard]] kube::FollowedObject followed(const std::string& name) const {
    const auto found = secrets_.find(name);
    return found == secrets_.end() ? kube::FollowedObject{} : found->second;
  }

  void read(const std::string& name, bool generated) {
    const kube::FollowedObject object = followed(name);
    switch (object.state) {
      case State::kPresent:
        return;
      case State::kUnknown:
        issue(SecretIssue::Kind::kUnread, name,
              "Secret " + name + " has not been read yet" +
                  (object.problem.empty() ? "" : ": " + object.problem));
        return;
      case State::kForbidden:
        issue(SecretIssue::Kind::kForbidden, name,
              "the operator is not allowed to read Secret " + name +
                  ": add a Role with resourceNames [" + name +
                  "] in this namespace and bind it to the operator's service account");
        return;
      case State::kAbsent:
        break;
    }
    if (!generated) {
      issue(SecretIssue::Kind::kMissing, name,
            "Secret " + name + " is missing: create it" + why(name));
    } else if (initialised_.count(name) > 0) {
      issue(SecretIssue::Kind::kLost, name,
            "Secret " + name +
                " is gone, but the data that its password opens is still there: restore it from a "
                "backup; a new password would not open it");
    } else {
      report_.to_generate.insert(name);
    }
  }

  [[nodiscard]] std::string why(const std::string& name) const {
    std::string keys;
    std::string fields;
    std::set<std::string> seen;
    for (const SecretUse& use : secret_uses(spec_)) {
      if (use.key.name != name) continue;
      keys += (keys.empty() ? " with key " : ", ") + use.key.key;
      if (seen.insert(use.field).second) fields += (fields.empty() ? " (" : ", ") + use.field;
    }
    return keys + (fields.empty() ? "" : fields + ")");
  }

  std::string value(const std::string& name, const std::string& key) {
    const kube::FollowedObject object = followed(name);
    if (object.state != State::kPresent) return {};
    std::string text = secret_value(*object.object, key).value_or("");
    const bool mine = generated_secrets(spec_).count(name) > 0;
    if (text.empty() && mine) {
      issue(SecretIssue::Kind::kMalformed, name,
            "Secret " + name + " has no key " + key + ": restore it from a backup");
    }
    return text;
  }

  void read_users() {
    const std::string name(secret::kRedpandaSuperusers);
    const std::string users = value(name, "users.txt");
    if (users.empty()) return;
    report_.credentials.redpanda_admin = password_in(users, kRedpandaAdminUser);
    report_.credentials.redpanda_service = password_in(users, kRedpandaServiceUser);
    // The first line makes the cluster's superuser, and only admin is one.
    if (users.rfind(std::string(kRedpandaAdminUser) + ":", 0) != 0 ||
        report_.credentials.redpanda_admin.empty() ||
        report_.credentials.redpanda_service.empty()) {
      issue(SecretIssue::Kind::kMalformed, name,
            "users.txt in Secret " + name +
                " must have the lines admin:PASSWORD:SCRAM-SHA-512 and then "
                "argus-service:PASSWORD:SCRAM-SHA-512");
    }
  }

  void check(const SecretUse& use) {
    const kube::FollowedObject object = followed(use.key.name);
    if (object.state != State::kPresent) return;
    if (secret_value(*object.object, use.key.key).value_or("").empty()) {
      issue(
          SecretIssue::Kind::kMalformed, use.key.name,
          "Secret " + use.key.name + " has no key " + use.key.key + ": add it (" + use.field + ")");
    }
  }

  void issue(SecretIssue::Kind kind, const std::string& name, std::string message) {
    report_.issues.push_back({kind, name, std::move(message)});
  }

  const Spec& spec_;
  const FollowedSecrets& secrets_;
  const std::set<std::string>& initialised_;
  SecretReport report_;
};

}  // namespace

std::vector<SecretUse> secret_uses(const Spec& spec) {
  std::vector<SecretUse> uses;
  if (spec.secrets.credentials == Credential::kProvided) {
    const char* const field = "spec.secrets.credentials";
    if (spec.redpanda.mode == Mode::kManaged) {
      uses.push_back({{std::string(secret::kRedpandaSuperusers), "users.txt"}, field});
    }
    if (spec.falkordb.mode == Mode::kManaged) {
      uses.push_back({{std::string(secret::kFalkordbAuth), "password"}, field});
    }
    if (spec.valkey.mode == Mode::kManaged) {
      uses.push_back({{std::string(secret::kValkeyAuth), "password"}, field});
    }
  }
  add_worker_uses(spec, uses);
  if (spec.flink.enabled && spec.flink.object_store) {
    const FlinkObjectStore& store = *spec.flink.object_store;
    for (const std::string* key : {&store.access_key_id_key, &store.secret_access_key_key}) {
      uses.push_back(
          {{store.credentials_secret, *key}, "spec.flink.storage.objectStore.credentialsSecret"});
    }
  }
  return uses;
}

std::set<std::string> referenced_secrets(const Spec& spec) {
  std::set<std::string> names;
  for (const SecretUse& use : secret_uses(spec)) names.insert(use.key.name);
  return names;
}

std::set<std::string> generated_secrets(const Spec& spec) {
  std::set<std::string> names;
  if (spec.secrets.credentials != Credential::kGenerated) return names;
  if (spec.redpanda.mode == Mode::kManaged) names.emplace(secret::kRedpandaSuperusers);
  if (spec.falkordb.mode == Mode::kManaged) names.emplace(secret::kFalkordbAuth);
  if (spec.valkey.mode == Mode::kManaged) names.emplace(secret::kValkeyAuth);
  return names;
}

const std::set<std::string>& own_secrets() {
  static const std::set<std::string> names = {
      std::string(secret::kRedpandaSuperusers), std::string(secret::kRedpandaCredentials),
      std::string(secret::kFalkordbAuth), std::string(secret::kValkeyAuth),
      std::string(secret::kKeda)};
  return names;
}

SecretReport read_secrets(const Spec& spec, const FollowedSecrets& secrets,
                          const std::set<std::string>& initialised) {
  return Reader(spec, secrets, initialised).run();
}

std::map<std::string, std::string> secret_hashes(const Spec& spec, const Credentials& credentials,
                                                 const FollowedSecrets& secrets,
                                                 const std::map<std::string, std::string>& previous,
                                                 std::string_view salt) {
  std::map<std::string, std::string> hashes = previous;
  const auto set = [&](std::string_view name, const std::string& material) {
    if (!material.empty()) hashes[std::string(name)] = material_hash(salt, material);
  };
  // Only the keys that are read: another key of the same Secret rolls nothing.
  std::map<std::string, std::string> materials;
  for (const SecretUse& use : secret_uses(spec)) {
    const auto found = secrets.find(use.key.name);
    if (found == secrets.end() || found->second.state != State::kPresent) continue;
    materials[use.key.name] +=
        use.key.key + "=" + secret_value(*found->second.object, use.key.key).value_or("") + "\n";
  }
  for (const auto& [name, material] : materials) set(name, material);
  // By what they hold and not by the object: a Secret that is made in this very reconcile counts
  // like one that was there.
  set(secret::kRedpandaCredentials, credentials.redpanda_service);
  set(secret::kFalkordbAuth, credentials.falkordb);
  set(secret::kValkeyAuth, credentials.valkey);
  return hashes;
}

std::map<std::string, std::string> annotated_secret_hashes(const Json& workload) {
  std::map<std::string, std::string> hashes;
  for (const char* path :
       {"/spec/template/metadata/annotations", "/spec/podTemplate/metadata/annotations"}) {
    const Json::json_pointer annotations(path);
    if (!workload.contains(annotations)) continue;
    const std::string text =
        workload.at(annotations).value(std::string(kSecretHashesAnnotation), "");
    std::size_t start = 0;
    while (start < text.size()) {
      const std::size_t end = std::min(text.find(',', start), text.size());
      const std::size_t equals = text.find('=', start);
      if (equals < end) {
        hashes[text.substr(start, equals - start)] = text.substr(equals + 1, end - equals - 1);
      }
      start = end + 1;
    }
  }
  return hashes;
}

}  // namespace argus::adl
