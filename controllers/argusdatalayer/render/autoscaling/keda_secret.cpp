#include "argusdatalayer/model/endpoints.h"
#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/autoscaling/autoscaler.h"
#include "argusdatalayer/render/autoscaling/objects.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/object_frame.h"
#include "argusdatalayer/secrets/secret_data.h"

namespace argus::adl::objects {
namespace {

// Source: kafkaSaslType in KEDA's pkg/scalers/kafka_scaler.go.
std::string_view keda_name(std::string_view mechanism) {
  if (mechanism == to_string(SaslMechanism::kScramSha512)) return "scram_sha512";
  if (mechanism == to_string(SaslMechanism::kScramSha256)) return "scram_sha256";
  return "plaintext";
}

}  // namespace

// What KEDA reads consumer lag with. User and password of an external broker stay in their own
// Secret, which the TriggerAuthentication refers to.
MaybeObject keda_secret(const Spec& spec, const Facts& facts) {
  if (autoscaler_of(spec, facts.kinds) != Autoscaler::kKeda) return std::nullopt;
  const bool managed = spec.redpanda.mode == Mode::kManaged;
  if (managed && facts.credentials.redpanda_service.empty()) return std::nullopt;
  const KafkaEndpoint kafka = kafka_endpoint(spec, facts);
  const bool tls = kafka.security_protocol == to_string(SecurityProtocol::kSaslSsl);
  Json object = owned_object("v1", "Secret", secret::kKeda, part::kWorker, facts);
  object["type"] = "Opaque";
  Json& data = object["data"];
  data["sasl"] = base64_encode(keda_name(kafka.mechanism));
  data["tls"] = base64_encode(tls ? "enable" : "disable");
  if (managed) {
    data["username"] = base64_encode(kRedpandaServiceUser);
    data["password"] = base64_encode(facts.credentials.redpanda_clients());
  }
  return object;
}

}  // namespace argus::adl::objects
