#include "argusdatalayer/render/pod.h"

#include "argusdatalayer/model/json.h"

namespace argus::adl::pod {
namespace {

Json timed(Json probe, ProbeTiming timing) {
  probe["periodSeconds"] = timing.period_seconds;
  probe["failureThreshold"] = timing.failure_threshold;
  probe["timeoutSeconds"] = timing.timeout_seconds;
  return probe;
}

}  // namespace

Json security_context(User user) {
  Json context = Json::object();
  context["runAsNonRoot"] = true;
  context["runAsUser"] = user.uid;
  context["runAsGroup"] = user.gid;
  context["fsGroup"] = user.gid;
  // Without this, every start changes the owner of every file of a large volume first.
  context["fsGroupChangePolicy"] = "OnRootMismatch";
  context["seccompProfile"]["type"] = "RuntimeDefault";
  return context;
}

Json container_security_context(bool read_only_root) {
  Json context = Json::object();
  context["allowPrivilegeEscalation"] = false;
  context["capabilities"]["drop"] = Json::array({"ALL"});
  context["readOnlyRootFilesystem"] = read_only_root;
  return context;
}

Json env(std::string_view name, std::string_view value) {
  Json variable = Json::object();
  variable["name"] = name;
  variable["value"] = value;
  return variable;
}

Json env_from_secret(std::string_view name, std::string_view secret_name, std::string_view key,
                     bool optional) {
  Json variable = Json::object();
  variable["name"] = name;
  Json& reference = variable["valueFrom"]["secretKeyRef"];
  reference["name"] = secret_name;
  reference["key"] = key;
  if (optional) reference["optional"] = true;
  return variable;
}

Json env_from_field(std::string_view name, std::string_view field_path) {
  Json variable = Json::object();
  variable["name"] = name;
  variable["valueFrom"]["fieldRef"]["fieldPath"] = field_path;
  return variable;
}

Json http_probe(std::string_view path, std::string_view port_name, ProbeTiming timing) {
  Json probe = Json::object();
  probe["httpGet"]["path"] = path;
  probe["httpGet"]["port"] = port_name;
  return timed(std::move(probe), timing);
}

Json tcp_probe(std::string_view port_name, ProbeTiming timing) {
  Json probe = Json::object();
  probe["tcpSocket"]["port"] = port_name;
  return timed(std::move(probe), timing);
}

Json exec_probe(const std::vector<std::string>& command, ProbeTiming timing) {
  Json probe = Json::object();
  probe["exec"]["command"] = command;
  return timed(std::move(probe), timing);
}

Json container_port(std::string_view name, int number) {
  Json result = Json::object();
  result["name"] = name;
  result["containerPort"] = number;
  result["protocol"] = "TCP";
  return result;
}

Json mount(std::string_view volume, std::string_view path, bool read_only) {
  Json result = Json::object();
  result["name"] = volume;
  result["mountPath"] = path;
  if (read_only) result["readOnly"] = true;
  return result;
}

Json config_map_volume(std::string_view name, std::string_view config_map) {
  Json volume = Json::object();
  volume["name"] = name;
  volume["configMap"]["name"] = config_map;
  return volume;
}

Json secret_volume(std::string_view name, std::string_view secret_name,
                   const std::vector<std::string>& keys, int mode) {
  Json volume = Json::object();
  volume["name"] = name;
  Json& source = volume["secret"];
  source["secretName"] = secret_name;
  source["defaultMode"] = mode;
  Json items = Json::array();
  for (const std::string& key : keys) {
    Json item = Json::object();
    item["key"] = key;
    item["path"] = key;
    items.push_back(std::move(item));
  }
  source["items"] = std::move(items);
  return volume;
}

Json empty_dir(std::string_view name, std::string_view size_limit, bool in_memory) {
  Json volume = Json::object();
  volume["name"] = name;
  volume["emptyDir"] = Json::object();
  if (!size_limit.empty()) volume["emptyDir"]["sizeLimit"] = size_limit;
  if (in_memory) volume["emptyDir"]["medium"] = "Memory";
  return volume;
}

Json spread(const Json& selector) {
  Json constraints = Json::array();
  for (const char* key : {"kubernetes.io/hostname", "topology.kubernetes.io/zone"}) {
    Json constraint = Json::object();
    constraint["maxSkew"] = 1;
    constraint["topologyKey"] = key;
    constraint["whenUnsatisfiable"] = "ScheduleAnyway";
    constraint["labelSelector"]["matchLabels"] = selector;
    constraints.push_back(std::move(constraint));
  }
  return constraints;
}

}  // namespace argus::adl::pod
