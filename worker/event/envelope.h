// CloudEvents 1.0 over Kafka (https://github.com/cloudevents/spec, kafka-protocol-binding): binary
// mode (attributes in ce_* headers), structured mode (application/cloudevents+json), and a plain
// JSON body without an envelope.
//
// Threads: free functions. Failure: what is wrong is a Rejection.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "event/ingested_event.h"

namespace argus::worker {

// An event out of its envelope. Attributes are empty when the envelope does not carry them.
struct Envelope {
  std::string id;
  std::string type;
  std::string org_id;      // extension attribute orgid
  std::string project_id;  // extension attribute projectid
  nlohmann::json data;
};

[[nodiscard]] std::variant<Envelope, Rejection> open_envelope(const Headers& headers,
                                                              std::string_view value,
                                                              const EventLimits& limits);

}  // namespace argus::worker
