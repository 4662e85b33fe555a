// Names, labels and owner references: what every object of a data layer has in common, said once.
//
// The object names are the reference's fixed names, which is why one namespace holds one data
// layer. Threads: pure functions and constants.
#pragma once

#include <string>
#include <string_view>

#include "kube/object.h"

namespace argus::adl {

using Json = kube::Json;

inline constexpr std::string_view kApiGroup = "argus.dev";
inline constexpr std::string_view kApiVersion = "argus.dev/v1alpha1";
inline constexpr std::string_view kKind = "ArgusDataLayer";
inline constexpr std::string_view kFieldManager = "argus.dev/operator";
inline constexpr std::string_view kManagedBy = "argus-operator";

// Hash of the manifest that was applied last. A field that a later manifest no longer has shows
// only here: comparing what is wanted with what is there cannot see it.
inline constexpr std::string_view kAppliedHashAnnotation = "argus.dev/applied-hash";
// On pod templates: hash of the configuration that the pods read at start; a change rolls them.
inline constexpr std::string_view kConfigHashAnnotation = "argus.dev/config-hash";
// On pod templates: "name=hash" of each Secret that the pods read at start, separated by commas.
inline constexpr std::string_view kSecretHashesAnnotation = "argus.dev/secret-hashes";
// On generated credentials that outlive the resource: which resource they were made for.
inline constexpr std::string_view kRetainedForLabel = "argus.dev/retained-for";

namespace label {
inline constexpr std::string_view kName = "app.kubernetes.io/name";
inline constexpr std::string_view kInstance = "app.kubernetes.io/instance";
inline constexpr std::string_view kComponent = "app.kubernetes.io/component";
inline constexpr std::string_view kPartOf = "app.kubernetes.io/part-of";
inline constexpr std::string_view kManagedByKey = "app.kubernetes.io/managed-by";
inline constexpr std::string_view kNamespaceName = "kubernetes.io/metadata.name";
}  // namespace label

// The value of app.kubernetes.io/name of each part; also the name of its main object.
namespace part {
inline constexpr std::string_view kRedpanda = "redpanda";
inline constexpr std::string_view kFalkordb = "falkordb";
inline constexpr std::string_view kValkey = "valkey";
inline constexpr std::string_view kWorker = "cognee-worker";
inline constexpr std::string_view kFlink = "argus-flink";
inline constexpr std::string_view kArgusctl = "argusctl";  // its Jobs; none of them is ours
inline constexpr std::string_view kDataLayer =
    "argus-data-layer";  // what belongs to no single part
}  // namespace part

namespace port {
inline constexpr int kKafka = 9092;
inline constexpr int kSchemaRegistry = 8081;
inline constexpr int kHttpProxy = 8082;
inline constexpr int kRedpandaAdmin = 9644;
inline constexpr int kRedpandaRpc = 33145;
inline constexpr int kRedis = 6379;  // FalkorDB and Valkey both speak RESP
inline constexpr int kRedisExporter = 9121;
inline constexpr int kWorkerHttp = 8080;
inline constexpr int kFlinkRest = 8081;
inline constexpr int kFlinkRpc = 6123;
inline constexpr int kFlinkBlob = 6124;
inline constexpr int kFlinkMetrics = 9999;
}  // namespace port

// Secrets. The first four are generated or derived by the operator; the last two are the user's.
namespace secret {
inline constexpr std::string_view kRedpandaSuperusers = "redpanda-superusers";
inline constexpr std::string_view kFalkordbAuth = "falkordb-auth";
inline constexpr std::string_view kValkeyAuth = "valkey-auth";
inline constexpr std::string_view kRedpandaCredentials = "redpanda-credentials";
inline constexpr std::string_view kKeda = "keda-kafka-secrets";
inline constexpr std::string_view kUserData = "argus-data-secrets";
inline constexpr std::string_view kFlinkStorage = "flink-r2-credentials";
}  // namespace secret

// A name as a label value: names may have 253 characters, label values 63. A longer name is cut and
// made unique by its hash.
std::string label_value(std::string_view name);

// Labels of an object of `part_name` in the data layer called `instance`. The version is left out
// on purpose: it changes, and what changes must select nothing.
Json labels(std::string_view part_name, std::string_view instance);
// The labels that select the pods of a part: immutable for the life of the data layer.
Json selector_labels(std::string_view part_name, std::string_view instance);

// FNV-1a, 64 bit, in hexadecimal: tells contents apart, protects nothing.
std::string content_hash(std::string_view content);

}  // namespace argus::adl
