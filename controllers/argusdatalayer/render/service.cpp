#include "argusdatalayer/render/service.h"

#include <string>
#include <utility>

#include "argusdatalayer/render/object_frame.h"

namespace argus::adl {

Json service(std::string_view name, std::string_view part_name, Json selector, const Facts& facts) {
  Json object = owned_object("v1", "Service", name, part_name, facts);
  object["spec"]["selector"] = std::move(selector);
  // On a cluster of one family it means that family.
  object["spec"]["ipFamilyPolicy"] = "PreferDualStack";
  return object;
}

void add_port(Json& service, std::string_view name, int number) {
  Json entry = Json::object();
  entry["name"] = name;
  entry["port"] = number;
  entry["targetPort"] = name;
  entry["protocol"] = "TCP";
  service["spec"]["ports"].push_back(std::move(entry));
}

void annotate_metrics(Json& service, int number, std::string_view path, const Spec& spec) {
  if (!spec.monitoring.enabled || !spec.monitoring.scrape_annotations) return;
  Json& annotations = service["metadata"]["annotations"];
  annotations["prometheus.io/scrape"] = "true";
  annotations["prometheus.io/port"] = std::to_string(number);
  annotations["prometheus.io/path"] = path;
}

}  // namespace argus::adl
