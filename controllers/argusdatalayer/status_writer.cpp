#include "argusdatalayer/status_writer.h"

#include <memory>
#include <utility>

#include "argusdatalayer/model/kinds.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/report/status.h"
#include "kube/errors.h"
#include "kube_object/event_type.h"

namespace argus::adl {

void StatusWriter::write(const Json& layer, Json status, std::stop_token stop) {
  const Json before = layer.value("status", Json::object());
  if (same_status(before, status)) return;
  tell_ready(layer, before, status);
  const kube::ObjectKey key = kube::key_of(layer);
  Json body = Json::object();
  body["apiVersion"] = kApiVersion;
  body["kind"] = kKind;
  body["metadata"]["name"] = key.name;
  body["metadata"]["namespace"] = key.ns;
  body["status"] = std::move(status);
  const kube::Resource layers{gvk::kDataLayer, "argusdatalayers"};
  try {
    Json answer = client_.apply(layers, body, kFieldManager, "status", stop);
    const base::MutexLock lock(mutex_);
    written_[key] = {kube::uid_of(layer), kube::resource_version_of(layer),
                     std::make_shared<const Json>(std::move(answer))};
  } catch (const kube::ApiError& error) {
    if (!error.is_not_found()) throw;  // it was deleted meanwhile
  }
}

void StatusWriter::tell_ready(const Json& layer, const Json& before, const Json& status) {
  const auto changed = [&](std::string_view type) {
    return condition_status(before, type) != condition_status(status, type);
  };
  const bool is_ready = condition_status(status, "Ready") == "True";
  const std::string message = status.at("conditions").at(0).value("message", "");
  if (changed("Degraded") && condition_status(status, "Degraded") == "True") {
    events_.record(layer, kube::EventType::kWarning, "Degraded", message);
  } else if (changed("Ready")) {
    events_.record(layer, kube::EventType::kNormal, is_ready ? "Ready" : "NotReady", message);
  }
}

kube::SharedObject StatusWriter::newest(const kube::SharedObject& cached) {
  if (!cached) return cached;
  const base::MutexLock lock(mutex_);
  const auto found = written_.find(kube::key_of(*cached));
  if (found == written_.end() || found->second.uid != kube::uid_of(*cached)) return cached;
  if (found->second.before_version == kube::resource_version_of(*cached)) {
    return found->second.answer;
  }
  return cached;
}

std::string StatusWriter::forget(const kube::ObjectKey& key) {
  const base::MutexLock lock(mutex_);
  const auto found = written_.find(key);
  if (found == written_.end()) return {};
  const std::string uid = found->second.uid;
  written_.erase(found);
  return uid;
}

}  // namespace argus::adl
