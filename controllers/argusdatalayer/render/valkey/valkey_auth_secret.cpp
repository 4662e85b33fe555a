#include "argusdatalayer/render/object_frame.h"
#include "argusdatalayer/render/render.h"
#include "argusdatalayer/secrets/secret_data.h"

namespace argus::adl::resources {

Object valkey_auth_secret(const Spec& spec, const Facts& facts) {
  if (spec.valkey.mode != Mode::kManaged || spec.secrets.credentials != Credential::kGenerated ||
      facts.credentials.valkey.empty()) {
    return std::nullopt;
  }
  Json object = credential_secret(secret::kValkeyAuth, part::kValkey, spec, facts);
  object["data"]["password"] = base64_encode(facts.credentials.valkey);
  return object;
}

}  // namespace argus::adl::resources
