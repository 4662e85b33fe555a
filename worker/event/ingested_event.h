// argus.codebase.ingested: from a message's bytes to a typed event, or to the reason why it can
// never be one. The format is described in docs/events.md and worker/schemas/.
//
// Threads: one IngestedEventParser may be used by one thread at a time. Failure: a message that is
// wrong is a Rejection, a value; the constructor throws std::logic_error when the schema built into
// the program does not parse.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "event/limits.h"
#include "event/tenant.h"

namespace argus::worker {

inline constexpr std::string_view kIngestedTopic = "argus.codebase.ingested";
inline constexpr std::string_view kSchemaVersion = "1.0";

// A message's headers, in order; names are compared without case.
using Headers = std::vector<std::pair<std::string, std::string>>;

struct Repository {
  std::string name;
  std::string url;     // empty when unknown
  std::string commit;  // empty when the tree is not under version control
  std::string branch;  // empty when unknown
};

// What every message of an ingestion says.
struct IngestedHead {
  std::string event_id;
  Tenant tenant;
  std::chrono::system_clock::time_point occurred_at;
  std::string ingestion_id;
  std::chrono::system_clock::time_point ingestion_started_at;
  Repository repository;
  std::uint32_t number = 1;  // of this message among those of its kind, 1-based
  std::uint32_t total = 1;
};

struct SourceFile {
  std::string path;
  std::string sha256;   // lower-case hexadecimal, of content; verified
  std::string content;  // decoded
};

struct IngestedPart {
  IngestedHead head;
  std::vector<SourceFile> files;
};

struct ManifestEntry {
  std::string path;
  std::string sha256;
};

struct SkippedFile {
  std::string path;
  std::string reason;
};

struct IngestedManifest {
  IngestedHead head;
  std::vector<ManifestEntry> files;
  std::vector<SkippedFile> skipped;
};

enum class RejectionReason {
  kOversizeMessage,
  kNotUtf8,
  kNotJson,
  kNotCloudEvent,   // the envelope is wrong
  kWrongType,       // another event type than the topic's
  kInvalidTenant,   // missing or against the rule
  kTenantMismatch,  // header and body name different tenants
  kUnknownVersion,
  kUnknownKind,
  kSchemaViolation,
  kWrongPosition,  // part 4 of 3
  kBadPath,
  kBadEncoding,
  kOversizeFile,
  kHashMismatch,
  kInconsistent,  // two statements of one event contradict each other
};

// The word used in metrics and in the header argus.reason: oversize_message, hash_mismatch, ...
[[nodiscard]] std::string_view reason_word(RejectionReason reason);

struct Rejection {
  RejectionReason reason;
  std::string message;  // one sentence: what was wrong, where, what to write instead
};

using IngestedEvent = std::variant<IngestedPart, IngestedManifest, Rejection>;

class JsonSchema;

class IngestedEventParser {
 public:
  explicit IngestedEventParser(EventLimits limits = {});
  ~IngestedEventParser();
  IngestedEventParser(const IngestedEventParser&) = delete;
  IngestedEventParser& operator=(const IngestedEventParser&) = delete;

  [[nodiscard]] IngestedEvent parse(const Headers& headers, std::string_view value) const;

 private:
  EventLimits limits_;
  std::unique_ptr<JsonSchema> schema_;
};

}  // namespace argus::worker
