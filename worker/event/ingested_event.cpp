#include "event/ingested_event.h"

#include <optional>
#include <unordered_set>

#include "base/base64.h"
#include "base/clock.h"
#include "event/envelope.h"
#include "event/json_schema.h"
#include "event/repository_path.h"
#include "event/schema_text.h"
#include "event/sha256.h"

namespace argus::worker {
namespace {

using nlohmann::json;

std::string in_quotes(std::string_view text) {
  constexpr std::size_t kShown = 80;
  std::string shown(text.substr(0, kShown));
  if (text.size() > kShown) shown += "...";
  return "\"" + shown + "\"";
}

std::string text_or_empty(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// Bounds every text that the schema's regular expressions see; only contents may be long.
std::optional<Rejection> long_text(const json& value, const std::string& pointer) {
  if (value.is_string() && value.get_ref<const std::string&>().size() > kTextBytesMax) {
    return Rejection{RejectionReason::kSchemaViolation,
                     "The text at " + pointer + " is longer than " + std::to_string(kTextBytesMax) +
                         " bytes: only a file's content may be."};
  }
  if (!value.is_structured()) return std::nullopt;
  for (const auto& [key, child] : value.items()) {
    if (key == "content" && pointer.rfind("/files/", 0) == 0) continue;
    if (auto rejection = long_text(child, pointer + "/" + key)) return rejection;
  }
  return std::nullopt;
}

std::optional<Rejection> tenant_problem(const Envelope& envelope) {
  for (const char* name : {"org_id", "project_id"}) {
    const std::string id = text_or_empty(envelope.data, name);
    if (id.empty()) {
      return Rejection{RejectionReason::kInvalidTenant,
                       std::string("The body names no ") + name +
                           ": add it as a text; it decides which graph the event belongs to."};
    }
    if (!is_tenant_identifier(id)) {
      return Rejection{RejectionReason::kInvalidTenant,
                       std::string(name) + " " + in_quotes(id) +
                           " is not allowed: write letters, digits and hyphens, beginning with a "
                           "letter or digit, at most 63."};
    }
  }
  const std::pair<const char*, const std::string&> attributes[] = {
      {"org_id", envelope.org_id}, {"project_id", envelope.project_id}};
  for (const auto& [name, attribute] : attributes) {
    const std::string id = text_or_empty(envelope.data, name);
    if (!attribute.empty() && attribute != id) {
      return Rejection{RejectionReason::kTenantMismatch,
                       std::string("The envelope says ") + name + " " + in_quotes(attribute) +
                           " and the body " + in_quotes(id) + ": both must name the same tenant."};
    }
  }
  return std::nullopt;
}

std::optional<Rejection> version_problem(const json& data) {
  const std::string version = text_or_empty(data, "schema_version");
  if (version == kSchemaVersion) return std::nullopt;
  return Rejection{RejectionReason::kUnknownVersion,
                   version.empty()
                       ? "The body has no schema_version: write \"1.0\"."
                       : "schema_version " + in_quotes(version) +
                             " is not known to this worker: write \"1.0\", or update the worker."};
}

std::optional<Rejection> kind_problem(const json& data) {
  const std::string kind = text_or_empty(data, "kind");
  if (kind == "part" || kind == "manifest") return std::nullopt;
  return Rejection{RejectionReason::kUnknownKind,
                   "kind " + in_quotes(kind) + " is unknown: write \"part\" or \"manifest\"."};
}

std::optional<Rejection> schema_problem(const JsonSchema& schema, const json& data) {
  const auto violation = schema.validate(data);
  if (!violation) return std::nullopt;
  std::string message = "The body does not fit its schema at " +
                        (violation->pointer.empty() ? "the top" : violation->pointer) + ": " +
                        violation->message;
  if (!violation->advice.empty()) message += " Expected there: " + violation->advice;
  return Rejection{RejectionReason::kSchemaViolation, std::move(message)};
}

std::variant<IngestedHead, Rejection> head_of(const json& data, const char* kind) {
  IngestedHead head;
  head.event_id = data["event_id"].get<std::string>();
  head.tenant = {data["org_id"].get<std::string>(), data["project_id"].get<std::string>()};
  head.ingestion_id = data["ingestion_id"].get<std::string>();
  const std::pair<const char*, std::chrono::system_clock::time_point*> times[] = {
      {"occurred_at", &head.occurred_at}, {"ingestion_started_at", &head.ingestion_started_at}};
  for (const auto& [name, target] : times) {
    const std::string text = text_or_empty(data, name);
    const auto time = base::from_rfc3339(text);
    if (!time) {
      return Rejection{RejectionReason::kSchemaViolation,
                       std::string("The body does not fit its schema at /") + name + ": " +
                           in_quotes(text) +
                           " is not a time; write RFC 3339, such as 2026-11-24T10:15:30Z."};
    }
    *target = *time;
  }
  const json& repository = data["repository"];
  head.repository = {repository["name"].get<std::string>(), text_or_empty(repository, "url"),
                     text_or_empty(repository, "commit"), text_or_empty(repository, "branch")};
  head.number = data[kind]["number"].get<std::uint32_t>();
  head.total = data[kind]["total"].get<std::uint32_t>();
  if (head.number > head.total) {
    return Rejection{RejectionReason::kWrongPosition,
                     std::string(kind) + " " + std::to_string(head.number) + " of " +
                         std::to_string(head.total) + " cannot be: number goes from 1 to total."};
  }
  return head;
}

// The path of one entry: allowed, and not seen before in this message.
std::optional<Rejection> entry_problem(const std::string& path,
                                       std::unordered_set<std::string>& seen) {
  if (const auto problem = path_problem(path)) {
    return Rejection{RejectionReason::kBadPath,
                     "The path " + in_quotes(path) + " " + *problem + "."};
  }
  if (!seen.insert(path).second) {
    return Rejection{RejectionReason::kInconsistent,
                     "The path " + in_quotes(path) + " stands twice in one message: send it once."};
  }
  return std::nullopt;
}

std::variant<SourceFile, Rejection> file_of(json& entry, const EventLimits& limits) {
  SourceFile file{entry["path"].get<std::string>(), entry["sha256"].get<std::string>(),
                  std::move(entry["content"].get_ref<std::string&>())};
  if (text_or_empty(entry, "encoding") == "base64") {
    auto decoded = base::base64_decode(file.content);
    if (!decoded) {
      return Rejection{RejectionReason::kBadEncoding,
                       "The content of " + in_quotes(file.path) +
                           " is not base64, though its encoding says so: encode it as RFC 4648 "
                           "says, or send the text with encoding utf-8."};
    }
    file.content = std::move(*decoded);
  }
  if (file.content.size() > limits.file_bytes) {
    return Rejection{RejectionReason::kOversizeFile,
                     "The file " + in_quotes(file.path) + " has " +
                         std::to_string(file.content.size()) + " bytes, more than the " +
                         std::to_string(limits.file_bytes) + " that are read: leave it out."};
  }
  if (const std::string actual = sha256_hex(file.content); actual != file.sha256) {
    return Rejection{RejectionReason::kHashMismatch,
                     "The content of " + in_quotes(file.path) + " has the SHA-256 " + actual +
                         ", not " + file.sha256 + " as stated: hash the bytes that are sent."};
  }
  return file;
}

IngestedEvent part_of(json& data, const EventLimits& limits) {
  auto head = head_of(data, "part");
  if (auto* rejection = std::get_if<Rejection>(&head)) return std::move(*rejection);
  IngestedPart part{std::get<IngestedHead>(std::move(head)), {}};
  std::unordered_set<std::string> seen;
  for (json& entry : data["files"]) {
    if (auto problem = entry_problem(entry["path"].get_ref<const std::string&>(), seen)) {
      return std::move(*problem);
    }
    auto file = file_of(entry, limits);
    if (auto* rejection = std::get_if<Rejection>(&file)) return std::move(*rejection);
    part.files.push_back(std::get<SourceFile>(std::move(file)));
  }
  return part;
}

IngestedEvent manifest_of(const json& data) {
  auto head = head_of(data, "manifest");
  if (auto* rejection = std::get_if<Rejection>(&head)) return std::move(*rejection);
  IngestedManifest manifest{std::get<IngestedHead>(std::move(head)), {}, {}};
  std::unordered_set<std::string> seen;
  for (const json& entry : data["files"]) {
    if (auto problem = entry_problem(entry["path"].get_ref<const std::string&>(), seen)) {
      return std::move(*problem);
    }
    manifest.files.push_back(
        {entry["path"].get<std::string>(), entry["sha256"].get<std::string>()});
  }
  for (const json& entry : data.value("skipped", json::array())) {
    manifest.skipped.push_back(
        {entry["path"].get<std::string>(), entry["reason"].get<std::string>()});
  }
  return manifest;
}

std::optional<Rejection> identity_problem(const Envelope& envelope) {
  if (!envelope.type.empty() && envelope.type != kIngestedTopic) {
    return Rejection{RejectionReason::kWrongType,
                     "The event's type is " + in_quotes(envelope.type) + ": this topic carries " +
                         std::string(kIngestedTopic) + " only."};
  }
  if (!envelope.data.is_object()) {
    return Rejection{RejectionReason::kSchemaViolation,
                     "The body is not a JSON object: send the format of docs/events.md."};
  }
  const std::string event_id = text_or_empty(envelope.data, "event_id");
  if (!envelope.id.empty() && !event_id.empty() && envelope.id != event_id) {
    return Rejection{RejectionReason::kInconsistent,
                     "The envelope's id is " + in_quotes(envelope.id) +
                         " and the body's event_id " + in_quotes(event_id) +
                         ": both must be the same."};
  }
  return std::nullopt;
}

}  // namespace

std::string_view reason_word(RejectionReason reason) {
  switch (reason) {
    case RejectionReason::kOversizeMessage:
      return "oversize_message";
    case RejectionReason::kNotUtf8:
      return "not_utf8";
    case RejectionReason::kNotJson:
      return "not_json";
    case RejectionReason::kNotCloudEvent:
      return "not_cloudevent";
    case RejectionReason::kWrongType:
      return "wrong_type";
    case RejectionReason::kInvalidTenant:
      return "invalid_tenant";
    case RejectionReason::kTenantMismatch:
      return "tenant_mismatch";
    case RejectionReason::kUnknownVersion:
      return "unknown_version";
    case RejectionReason::kUnknownKind:
      return "unknown_kind";
    case RejectionReason::kSchemaViolation:
      return "schema_violation";
    case RejectionReason::kWrongPosition:
      return "wrong_position";
    case RejectionReason::kBadPath:
      return "bad_path";
    case RejectionReason::kBadEncoding:
      return "bad_encoding";
    case RejectionReason::kOversizeFile:
      return "oversize_file";
    case RejectionReason::kHashMismatch:
      return "hash_mismatch";
    case RejectionReason::kInconsistent:
      return "inconsistent";
  }
  return "unknown";
}

IngestedEventParser::IngestedEventParser(EventLimits limits)
    : limits_(limits), schema_(std::make_unique<JsonSchema>(kIngestedSchemaText)) {}

IngestedEventParser::~IngestedEventParser() = default;

IngestedEvent IngestedEventParser::parse(const Headers& headers, std::string_view value) const {
  auto opened = open_envelope(headers, value, limits_);
  if (auto* rejection = std::get_if<Rejection>(&opened)) return std::move(*rejection);
  auto& envelope = std::get<Envelope>(opened);
  if (auto problem = identity_problem(envelope)) return std::move(*problem);
  if (auto problem = tenant_problem(envelope)) return std::move(*problem);
  json& data = envelope.data;
  if (auto problem = version_problem(data)) return std::move(*problem);
  if (auto problem = kind_problem(data)) return std::move(*problem);
  if (auto problem = long_text(data, "")) return std::move(*problem);
  if (auto problem = schema_problem(*schema_, data)) return std::move(*problem);
  return data["kind"] == "part" ? part_of(data, limits_) : manifest_of(data);
}

}  // namespace argus::worker
