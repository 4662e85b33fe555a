#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/labels.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/object_frame.h"
#include "argusdatalayer/render/pod.h"
#include "argusdatalayer/render/pod_template.h"
#include "argusdatalayer/render/redpanda/broker_setup.h"
#include "argusdatalayer/render/redpanda/objects.h"

namespace argus::adl::objects {

// A Deployment of its own, so that what it is told (guardrails, topics, the service user's
// password) restarts no broker.
MaybeObject redpanda_setup_deployment(const Spec& spec, const Facts& facts) {
  if (spec.redpanda.mode != Mode::kManaged) return std::nullopt;
  PodParts parts;
  parts.part_name = part::kRedpandaSetup;
  parts.security_context = pod::security_context(pod::kToolsUser);
  parts.containers = Json::array({broker_setup_container(spec, facts)});
  // In memory: after a restart of the node, the word that is remembered would be lost elsewhere.
  parts.volumes =
      Json::array({pod::secret_volume("users", secret::kRedpandaSuperusers, {"users.txt"}),
                   pod::empty_dir("said", "1Mi", true)});
  parts.annotations.secret_names = {secret::kRedpandaSuperusers};

  Json object =
      owned_object("apps/v1", "Deployment", part::kRedpandaSetup, part::kRedpandaSetup, facts);
  annotate_secret_salt(object, facts);
  Json& deployment = object["spec"];
  deployment["replicas"] = 1;
  deployment["selector"]["matchLabels"] = selector_labels(part::kRedpandaSetup, facts.name);
  // Never two at once with two passwords.
  deployment["strategy"]["type"] = "Recreate";
  deployment["template"] = pod_template(std::move(parts), spec, facts);
  return object;
}

}  // namespace argus::adl::objects
