// The names of a data layer: of its API, its components and its Secrets.
//
// They are the reference's fixed names, which is why one namespace holds one data layer.
//
// Threads: constants.
#pragma once

#include <string_view>

namespace argus::adl {

inline constexpr std::string_view kApiGroup = "argus.dev";
inline constexpr std::string_view kApiVersion = "argus.dev/v1alpha1";
inline constexpr std::string_view kKind = "ArgusDataLayer";
inline constexpr std::string_view kFieldManager = "argus.dev/operator";
inline constexpr std::string_view kManagedBy = "argus-operator";

// The value of app.kubernetes.io/name of each part; also the name of its main object.
namespace part {
inline constexpr std::string_view kRedpanda = "redpanda";
inline constexpr std::string_view kRedpandaSetup = "redpanda-setup";
inline constexpr std::string_view kFalkordb = "falkordb";
inline constexpr std::string_view kValkey = "valkey";
inline constexpr std::string_view kFalkordbExporter = "falkordb-exporter";
inline constexpr std::string_view kValkeyExporter = "valkey-exporter";
inline constexpr std::string_view kWorker = "cognee-worker";
inline constexpr std::string_view kFlink = "argus-flink";
inline constexpr std::string_view kArgusctl = "argusctl";  // its Jobs; none of them is ours
inline constexpr std::string_view kDataLayer =
    "argus-data-layer";  // what belongs to no single part
}  // namespace part

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

}  // namespace argus::adl
