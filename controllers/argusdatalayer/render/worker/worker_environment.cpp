#include "argusdatalayer/render/worker/worker_environment.h"

#include "argusdatalayer/model/endpoints.h"
#include "argusdatalayer/model/ports.h"

namespace argus::adl {

std::map<std::string, std::string> worker_settings(const Spec& spec, const Facts& facts) {
  const Worker& worker = spec.worker;
  const KafkaEndpoint kafka = kafka_endpoint(spec, facts);
  std::map<std::string, std::string> settings = {
      {"KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrap_servers},
      {"KAFKA_CONSUMER_GROUP", worker.consumer_group},
      {"KAFKA_SECURITY_PROTOCOL", std::string(kafka.security_protocol)},
      {"KAFKA_SASL_MECHANISM", std::string(kafka.mechanism)},
      {"HTTP_PORT", std::to_string(port::kWorkerHttp)},
      {"LOG_LEVEL", worker.log_level},
  };
  if (const auto falkordb = falkordb_endpoint(spec, facts)) {
    settings["FALKORDB_HOST"] = falkordb->host;
    settings["FALKORDB_PORT"] = std::to_string(falkordb->port);
  }
  if (const auto valkey = valkey_endpoint(spec, facts)) {
    settings["VALKEY_HOST"] = valkey->host;
    settings["VALKEY_PORT"] = std::to_string(valkey->port);
  }
  if (worker.llm) {
    settings["LLM_PROVIDER"] = worker.llm->provider;
    settings["LLM_MODEL"] = worker.llm->model;
  }
  if (worker.embeddings) {
    settings["EMBEDDING_PROVIDER"] = worker.embeddings->provider;
    settings["EMBEDDING_MODEL"] = worker.embeddings->model;
  }
  if (worker.neo4j) settings["NEO4J_DATABASE"] = worker.neo4j->database;
  return settings;
}

std::vector<SecretVariable> worker_secret_variables(const Spec& spec, const Facts& facts) {
  const Worker& worker = spec.worker;
  const KafkaEndpoint kafka = kafka_endpoint(spec, facts);
  std::vector<SecretVariable> variables = {{"KAFKA_SASL_USERNAME", kafka.username},
                                           {"KAFKA_SASL_PASSWORD", kafka.password}};
  const auto add_store = [&](const char* name, const std::optional<StoreEndpoint>& store) {
    if (store && store->password) variables.push_back({name, *store->password});
  };
  add_store("FALKORDB_PASSWORD", falkordb_endpoint(spec, facts));
  add_store("VALKEY_PASSWORD", valkey_endpoint(spec, facts));
  if (worker.llm) variables.push_back({"LLM_API_KEY", worker.llm->api_key});
  if (worker.embeddings) variables.push_back({"EMBEDDING_API_KEY", worker.embeddings->api_key});
  if (worker.neo4j) {
    const Neo4j& neo4j = *worker.neo4j;
    variables.push_back({"NEO4J_URI", {neo4j.credentials_secret, neo4j.uri_key}});
    variables.push_back({"NEO4J_USERNAME", {neo4j.credentials_secret, neo4j.username_key}});
    variables.push_back({"NEO4J_PASSWORD", {neo4j.credentials_secret, neo4j.password_key}});
  }
  if (worker.supabase) variables.push_back({"DATABASE_URL", worker.supabase->database_url});
  return variables;
}

}  // namespace argus::adl
