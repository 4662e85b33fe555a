// What every Service of a data layer has in common: its selector, its address families, and how
// Prometheus finds the metrics behind it.
//
// Scrape annotations are on Services and never on pods: what is annotated changes without a restart
// (prometheus.io/..., as the job kubernetes-service-endpoints of Prometheus' chart reads them).
//
// Threads: pure functions.
#pragma once

#include <string_view>

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/spec.h"

namespace argus::adl {

// A Service without ports in front of the pods that `selector` selects, in every family of
// addresses that the cluster has.
[[nodiscard]] Json service(std::string_view name, std::string_view part_name, Json selector,
                           const Facts& facts);

// A port that leads to the pods' port of the same name.
void add_port(Json& service, std::string_view name, int number);

// Where monitoring asks for them; only one of several Services in front of the same pods has them,
// or the pods would be scraped twice.
void annotate_metrics(Json& service, int number, std::string_view path, const Spec& spec);

}  // namespace argus::adl
