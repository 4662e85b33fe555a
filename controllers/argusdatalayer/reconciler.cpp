#include "argusdatalayer/reconciler.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "argusdatalayer/model/kinds.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/plan/write_outcome.h"
#include "argusdatalayer/render/render.h"
#include "argusdatalayer/report/change_events.h"
#include "argusdatalayer/report/status.h"
#include "argusdatalayer/secrets/broker_passwords.h"
#include "argusdatalayer/secrets/credentials.h"
#include "argusdatalayer/secrets/secret_uses.h"
#include "kube_object/followed_object.h"

namespace argus::adl {
namespace {

using kube::SharedObject;

// A Secret that is followed since a moment ago has not answered yet.
bool any_unread(const FollowedSecrets& secrets) {
  return std::any_of(secrets.begin(), secrets.end(), [](const auto& secret) {
    return secret.second.state == kube::FollowedObject::State::kUnknown &&
           secret.second.problem.empty();
  });
}

void generate(const std::set<std::string>& names, Credentials& credentials) {
  for (const std::string& name : names) {
    if (name == secret::kRedpandaSuperusers) {
      credentials.redpanda_admin = generate_password();
      credentials.redpanda_service = generate_password();
    } else if (name == secret::kFalkordbAuth) {
      credentials.falkordb = generate_password();
    } else if (name == secret::kValkeyAuth) {
      credentials.valkey = generate_password();
    }
  }
}

// The password that clients of the brokers keep until these have the new one.
std::string kept_password(const Gathered& gathered) {
  const Facts& facts = gathered.facts;
  const auto credentials = gathered.secrets.find(std::string(secret::kRedpandaCredentials));
  if (credentials == gathered.secrets.end() || !credentials->second.object) return {};
  const std::string users = users_file(facts.credentials, gathered.secrets, facts.unusable_secrets);
  const bool brokers_have_it = std::any_of(
      gathered.workloads.begin(), gathered.workloads.end(), [&](const SharedObject& workload) {
        return workload->value("kind", "") == "Deployment" &&
               kube::key_of(*workload).name == part::kRedpandaSetup &&
               brokers_have(*workload, material_hash(facts.secret_salt, users));
      });
  if (brokers_have_it) return {};
  return former_password(facts.credentials.redpanda_service, *credentials->second.object,
                         facts.secret_salt);
}

// What gathering cannot know: passwords that are new, and what the pods read now.
void complete_facts(Gathered& gathered) {
  Facts& facts = gathered.facts;
  if (!gathered.spec.paused) generate(gathered.secret_report.to_generate, facts.credentials);
  std::map<std::string, std::string> previous;
  for (const SharedObject& workload : gathered.workloads) {
    previous.merge(annotated_secret_hashes(*workload));
    if (facts.secret_salt.empty()) facts.secret_salt = annotated_secret_salt(*workload);
  }
  if (facts.secret_salt.empty()) facts.secret_salt = facts.uid;
  facts.credentials.redpanda_former = kept_password(gathered);
  facts.secret_hashes = secret_hashes(gathered.spec, facts.credentials, gathered.secrets,
                                      facts.unusable_secrets, previous, facts.secret_salt);
}

void throw_if_any_failed(const std::vector<WriteOutcome>& outcomes, const kube::ObjectKey& key) {
  const auto failed =
      std::count_if(outcomes.begin(), outcomes.end(),
                    [](const WriteOutcome& outcome) { return outcome.error.has_value(); });
  if (failed == 0) return;
  throw ReconcileError(std::to_string(failed) + " of " + std::to_string(outcomes.size()) +
                       " writes failed; the conditions of ArgusDataLayer " + key.to_string() +
                       " say which");
}

}  // namespace

Reconciler::Reconciler(kube::Client& client, const runtime::Cache& cache,
                       runtime::References& references, runtime::EventRecorder& events,
                       base::Clock& clock, Installation installation)
    : cache_(cache),
      events_(events),
      clock_(clock),
      gatherer_(client, cache, references, std::move(installation)),
      applier_(client, memory_),
      status_(client, events) {}

runtime::Result Reconciler::reconcile(const runtime::Request& request, std::stop_token stop) {
  const SharedObject layer = status_.newest(cache_.kind(gvk::kDataLayer).get(request.key));
  if (!layer || kube::is_being_deleted(*layer)) {
    // Its objects go by their owner references; volumes and passwords stay or go with them.
    gatherer_.follow_nothing(request);
    if (!layer) forget(request);
    return {};
  }
  if (const std::optional<Refusal> refused = refusal(*layer)) {
    if (refused->cause == Refusal::Cause::kNamespaceOccupied) gatherer_.follow_nothing(request);
    refuse(*layer, *refused, stop);
    return {};
  }
  return reconcile_layer(request, layer, stop);
}

// The five steps.
runtime::Result Reconciler::reconcile_layer(const runtime::Request& request,
                                            const SharedObject& layer, std::stop_token stop) {
  Spec spec = parse_spec(layer->value("spec", Json::object()));
  FollowedSecrets secrets = gatherer_.follow_secrets(request, spec);
  if (any_unread(secrets)) return {.requeue_after = kSecretWait};

  Gathered gathered = gatherer_.gather(layer, std::move(spec), std::move(secrets), stop);
  complete_facts(gathered);
  const Decision decision = decide(gathered);
  ApplyResult applied;
  if (!gathered.spec.paused) {
    applied = applier_.apply(decision.plan, decision.world, gathered.facts, stop);
  }
  report(gathered, decision, applied, stop);
  throw_if_any_failed(applied.outcomes, request.key);
  return {};
}

// --- refuse

std::optional<Reconciler::Refusal> Reconciler::refusal(const Json& layer) const {
  if (const SharedObject other = gatherer_.occupant(layer)) {
    return Refusal{Refusal::Cause::kNamespaceOccupied,
                   "namespace " + kube::key_of(layer).ns + " belongs to ArgusDataLayer " +
                       kube::key_of(*other).name +
                       ": one namespace holds one data layer; create this one in another "
                       "namespace"};
  }
  std::string message;
  for (const Violation& violation : check_spec(layer.value("spec", Json::object()))) {
    message += (message.empty() ? "" : "; ") + violation.to_string();
  }
  if (message.empty()) return std::nullopt;
  return Refusal{Refusal::Cause::kInvalidSpec, message};
}

void Reconciler::refuse(const Json& layer, const Refusal& refusal, std::stop_token stop) {
  const char* const reason =
      refusal.cause == Refusal::Cause::kInvalidSpec ? "InvalidSpec" : "NamespaceOccupied";
  status_.write(layer, refused_status(layer, reason, refusal.message, clock_.wall()), stop);
}

// --- decide

Reconciler::Decision Reconciler::decide(const Gathered& gathered) const {
  const Spec& spec = gathered.spec;
  const Facts& facts = gathered.facts;
  Decision decision;
  decision.wanted = render(spec, facts);
  World& world = decision.world;
  world.find = [this, &gathered](const kube::GroupVersionKind& kind, const std::string& name) {
    return gatherer_.find(gathered, kind, name);
  };
  world.owned = gathered.owned;
  if (spec.redpanda.mode == Mode::kManaged && facts.credentials.redpanda_service.empty()) {
    world.keep_secrets = {std::string(secret::kRedpandaCredentials), std::string(secret::kKeda)};
  }
  world.settled = [this, &facts](const Json& wanted, const Json& live,
                                 const std::vector<std::string>& differences) {
    return memory_.settled(facts.uid, wanted, live, differences);
  };
  decision.plan = make_plan(decision.wanted, world, facts);
  return decision;
}

// --- report

void Reconciler::report(const Gathered& gathered, const Decision& decision,
                        const ApplyResult& applied, std::stop_token stop) {
  // What the server answered just now is newer than what was gathered.
  const auto find = [&](const kube::GroupVersionKind& kind,
                        const std::string& name) -> SharedObject {
    const auto answered = applied.objects.find(kind.kind + " " + name);
    if (answered == applied.objects.end()) return decision.world.find(kind, name);
    return std::make_shared<const Json>(answered->second);
  };
  const Facts& facts = gathered.facts;
  Json status = make_status(
      {.layer = *gathered.layer,
       .spec = gathered.spec,
       .facts = facts,
       .wanted = decision.wanted,
       .find = find,
       .pods = [&](std::string_view part_name) { return gatherer_.pods(facts, part_name); },
       .outcomes = applied.outcomes,
       .waiting = decision.plan.waiting,
       .issues = gathered.secret_report.issues,
       .refused = memory_.refused(facts.uid),
       .now = clock_.wall()});
  for (const ChangeEvent& event : change_events(applied.outcomes)) {
    events_.record(*gathered.layer, event.type, event.reason, event.message);
  }
  status_.write(*gathered.layer, std::move(status), stop);
}

void Reconciler::forget(const runtime::Request& request) {
  const std::string uid = status_.forget(request.key);
  if (!uid.empty()) memory_.forget(uid);
}

}  // namespace argus::adl
