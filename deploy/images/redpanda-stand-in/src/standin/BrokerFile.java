package standin;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** /etc/redpanda/redpanda.yaml: the broker properties that the operator writes. */
record BrokerFile(Path dataDirectory, Address kafka, Address admin, Address rpc, List<Address> seeds) {

  // https://docs.redpanda.com/24.2/reference/properties/broker-properties/, one section of the page a property;
  // the sections `rpk`: https://docs.redpanda.com/24.2/reference/node-configuration-sample/ (rpk).
  private static final Set<String> KNOWN = Set.of(
      "redpanda.data_directory", "redpanda.empty_seed_starts_cluster",
      "redpanda.seed_servers[].host.address", "redpanda.seed_servers[].host.port",
      "redpanda.rpc_server.address", "redpanda.rpc_server.port",
      "redpanda.admin[].name", "redpanda.admin[].address", "redpanda.admin[].port",
      "redpanda.kafka_api[].name", "redpanda.kafka_api[].address", "redpanda.kafka_api[].port",
      "redpanda.kafka_api[].authentication_method",
      "schema_registry.schema_registry_api[].name", "schema_registry.schema_registry_api[].address",
      "schema_registry.schema_registry_api[].port", "schema_registry.schema_registry_api[].authentication_method",
      "schema_registry_client.brokers[].address", "schema_registry_client.brokers[].port",
      "pandaproxy.pandaproxy_api[].name", "pandaproxy.pandaproxy_api[].address", "pandaproxy.pandaproxy_api[].port",
      "pandaproxy.pandaproxy_api[].authentication_method",
      "pandaproxy_client.brokers[].address", "pandaproxy_client.brokers[].port",
      "rpk.kafka_api.brokers[]", "rpk.admin_api.addresses[]");

  static BrokerFile read(Path path) {
    JsonNode redpanda = YamlFile.read(path, KNOWN).path("redpanda");
    JsonNode listener = only(path, redpanda, "kafka_api");
    // https://docs.redpanda.com/24.2/manage/security/authentication: sasl, mtls_identity or none
    if (!"sasl".equals(listener.path("authentication_method").asText())) {
      throw new Refusal(path + ": redpanda.kafka_api[].authentication_method is '"
          + listener.path("authentication_method").asText() + "': the stand-in serves `sasl` only.");
    }
    if (YamlFile.flag(path, redpanda, "empty_seed_starts_cluster", true)) {
      throw new Refusal(path + ": redpanda.empty_seed_starts_cluster is true, or left to that default: the stand-in "
          + "forms one cluster of all seed_servers, which Redpanda does when it is false.");
    }
    List<Address> seeds = new ArrayList<>();
    for (JsonNode seed : redpanda.path("seed_servers")) seeds.add(address(path, seed.path("host")));
    if (seeds.isEmpty()) throw new Refusal(path + ": redpanda.seed_servers is empty: name every broker of the cluster.");
    return new BrokerFile(
        Path.of(YamlFile.text(path, redpanda, "data_directory")), address(path, listener),
        address(path, only(path, redpanda, "admin")), address(path, redpanda.path("rpc_server")), seeds);
  }

  private static JsonNode only(Path path, JsonNode parent, String name) {
    JsonNode list = parent.path(name);
    if (!list.isArray() || list.size() != 1) {
      throw new Refusal(path + ": redpanda." + name + " has " + list.size() + " listeners: the stand-in serves one.");
    }
    return list.get(0);
  }

  private static Address address(Path path, JsonNode node) {
    return new Address(
        node.path("name").asText("internal"), YamlFile.text(path, node, "address"),
        YamlFile.number(path, node, "port", 0));
  }

  /** Which of the seed servers this broker is, by the name that it advertises. */
  int ordinal(Address advertisedRpc) {
    for (int index = 0; index < seeds.size(); ++index) {
      if (seeds.get(index).host().equals(advertisedRpc.host())) return index;
    }
    throw new Refusal("--advertise-rpc-addr is " + advertisedRpc.host() + ", which redpanda.seed_servers does not name: "
        + "the stand-in numbers its brokers by that list.");
  }
}
