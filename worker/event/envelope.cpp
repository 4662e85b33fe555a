#include "event/envelope.h"

#include <algorithm>
#include <cctype>

#include "base/base64.h"
#include "base/utf8.h"

namespace argus::worker {
namespace {

using nlohmann::json;

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  });
}

std::string header(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (equal_ignoring_case(key, name)) return value;
  }
  return "";
}

std::string text_member(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

Rejection wrong_version(const std::string& version) {
  return {RejectionReason::kNotCloudEvent, "The CloudEvents specversion is \"" +
                                               version.substr(0, 32) +
                                               "\": only 1.0 is understood, write \"1.0\"."};
}

std::variant<json, Rejection> parse_json(std::string_view text, const std::string& what) {
  if (!base::is_utf8(text)) {
    return Rejection{RejectionReason::kNotUtf8,
                     what +
                         " is not valid UTF-8: send JSON in UTF-8, and files of other encodings "
                         "with \"encoding\": \"base64\"."};
  }
  bool too_deep = false;
  const auto depth_guard = [&too_deep](int depth, json::parse_event_t, json&) {
    too_deep = too_deep || depth > static_cast<int>(kNestingMax);
    return !too_deep;
  };
  try {
    json parsed = json::parse(text, depth_guard);
    if (too_deep) {
      return Rejection{RejectionReason::kSchemaViolation,
                       what + " is nested deeper than " + std::to_string(kNestingMax) +
                           " levels, which no event is: send the format of docs/events.md."};
    }
    return parsed;
  } catch (const json::parse_error& error) {
    return Rejection{RejectionReason::kNotJson,
                     what + " is not JSON: the text breaks off or goes wrong at byte " +
                         std::to_string(error.byte) + "; send one JSON object."};
  }
}

std::variant<Envelope, Rejection> open_structured(std::string_view value) {
  auto parsed = parse_json(value, "The structured CloudEvent");
  if (auto* rejection = std::get_if<Rejection>(&parsed)) return std::move(*rejection);
  json event = std::get<json>(std::move(parsed));
  if (!event.is_object()) {
    return Rejection{
        RejectionReason::kNotCloudEvent,
        "The structured CloudEvent is not a JSON object: send specversion, id, source, "
        "type and data."};
  }
  if (text_member(event, "specversion") != "1.0") {
    return wrong_version(text_member(event, "specversion"));
  }
  Envelope envelope{text_member(event, "id"), text_member(event, "type"),
                    text_member(event, "orgid"), text_member(event, "projectid"), json()};
  for (const char* required : {"id", "source", "type"}) {
    if (text_member(event, required).empty()) {
      return Rejection{RejectionReason::kNotCloudEvent,
                       std::string("The structured CloudEvent lacks the attribute \"") + required +
                           "\", which CloudEvents 1.0 requires as a text: add it."};
    }
  }
  if (event.contains("data_base64")) {
    const auto decoded = base::base64_decode(text_member(event, "data_base64"));
    if (!decoded) {
      return Rejection{RejectionReason::kBadEncoding,
                       "data_base64 of the structured CloudEvent is not base64: encode the data "
                       "as RFC 4648 says, or send it as JSON in \"data\"."};
    }
    auto data = parse_json(*decoded, "data_base64 of the structured CloudEvent");
    if (auto* rejection = std::get_if<Rejection>(&data)) return std::move(*rejection);
    envelope.data = std::get<json>(std::move(data));
    return envelope;
  }
  if (!event.contains("data")) {
    return Rejection{RejectionReason::kNotCloudEvent,
                     "The structured CloudEvent has neither \"data\" nor \"data_base64\": put the "
                     "event's body into \"data\"."};
  }
  envelope.data = std::move(event["data"]);
  return envelope;
}

}  // namespace

std::variant<Envelope, Rejection> open_envelope(const Headers& headers, std::string_view value,
                                                const EventLimits& limits) {
  if (value.size() > limits.message_bytes) {
    return Rejection{RejectionReason::kOversizeMessage,
                     "The message has " + std::to_string(value.size()) + " bytes, more than the " +
                         std::to_string(limits.message_bytes) +
                         " that are read: spread the files over more parts."};
  }
  const std::string content_type = header(headers, "content-type");
  const bool binary = !header(headers, "ce_specversion").empty();
  if (!binary && content_type.rfind("application/cloudevents+json", 0) == 0) {
    return open_structured(value);
  }
  if (!value.empty() && value.front() == '\0') {
    return Rejection{RejectionReason::kNotJson,
                     "The message begins with a zero byte, as a Schema Registry serialiser writes "
                     "it: send the JSON without that prefix."};
  }
  if (binary) {
    const std::string version = header(headers, "ce_specversion");
    if (version != "1.0") return wrong_version(version);
    for (const char* required : {"ce_id", "ce_source", "ce_type"}) {
      if (header(headers, required).empty()) {
        return Rejection{RejectionReason::kNotCloudEvent,
                         std::string("The header ") + required +
                             " is missing, which CloudEvents 1.0 requires in binary mode: add it."};
      }
    }
  }
  auto parsed = parse_json(value, "The body");
  if (auto* rejection = std::get_if<Rejection>(&parsed)) return std::move(*rejection);
  return Envelope{header(headers, "ce_id"), header(headers, "ce_type"), header(headers, "ce_orgid"),
                  header(headers, "ce_projectid"), std::get<json>(std::move(parsed))};
}

}  // namespace argus::worker
