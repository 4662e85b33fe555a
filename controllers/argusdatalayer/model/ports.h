// The ports of a data layer, by what listens on them.
//
// Threads: constants.
#pragma once

namespace argus::adl {

namespace port {
inline constexpr int kKafka = 9092;
inline constexpr int kSchemaRegistry = 8081;
inline constexpr int kHttpProxy = 8082;
inline constexpr int kRedpandaAdmin = 9644;
inline constexpr int kRedpandaRpc = 33145;
inline constexpr int kRedpandaSetupHttp = 8080;
inline constexpr int kRedis = 6379;  // FalkorDB and Valkey both speak RESP
inline constexpr int kRedisExporter = 9121;
inline constexpr int kWorkerHttp = 8080;
inline constexpr int kFlinkRest = 8081;
inline constexpr int kFlinkRpc = 6123;
inline constexpr int kFlinkBlob = 6124;
inline constexpr int kFlinkMetrics = 9999;
}  // namespace port

}  // namespace argus::adl
