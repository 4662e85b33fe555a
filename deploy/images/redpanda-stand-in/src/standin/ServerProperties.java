package standin;

import java.util.Locale;
import java.util.Properties;

/**
 * Kafka's server.properties out of Redpanda's files and flags. Pure.
 *
 * The first seed server is the only controller, so that a cluster can grow; the others are brokers. Controllers talk
 * on the RPC port without passwords, as Redpanda's brokers do. Clients use the Kafka listener with SCRAM. The Admin
 * API and, in a cluster of one, the broker itself use a listener on the loopback device whose password is made at each
 * start.
 */
final class ServerProperties {
  static final String LOCAL_USER = "redpanda-stand-in";
  static final int LOCAL_PORT = 29092;
  private static final String LOCAL = "STAND-IN";

  private ServerProperties() {}

  static Properties of(StartFlags flags, BrokerFile broker, ClusterFile cluster, BootstrapUser user, String localPassword) {
    int ordinal = broker.ordinal(flags.advertisedRpc());
    boolean controls = ordinal == 0;
    String clients = broker.kafka().name().toUpperCase(Locale.ROOT);
    Address first = broker.seeds().get(0);
    Properties properties = new Properties();
    properties.put("process.roles", controls ? "broker,controller" : "broker");
    properties.put("node.id", String.valueOf(ordinal));
    properties.put("controller.quorum.voters", "0@" + (controls ? "127.0.0.1:" + first.port() : first.hostAndPort()));
    properties.put("controller.listener.names", "CONTROLLER");
    properties.put("listeners", clients + "://" + broker.kafka().hostAndPort()
        + "," + LOCAL + "://127.0.0.1:" + LOCAL_PORT
        + (controls ? ",CONTROLLER://" + broker.rpc().hostAndPort() : ""));
    properties.put("advertised.listeners", clients + "://" + flags.advertisedKafka().hostAndPort()
        + "," + LOCAL + "://127.0.0.1:" + LOCAL_PORT
        + (controls ? ",CONTROLLER://" + flags.advertisedRpc().hostAndPort() : ""));
    properties.put("listener.security.protocol.map",
        clients + ":SASL_PLAINTEXT," + LOCAL + ":SASL_PLAINTEXT,CONTROLLER:PLAINTEXT");
    authenticate(properties, clients, broker, user, localPassword);
    if (cluster.authorizes()) {
      properties.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
      StringBuilder superusers = new StringBuilder("User:" + LOCAL_USER + ";User:ANONYMOUS");
      cluster.superusers().forEach(name -> superusers.append(";User:").append(name));
      properties.put("super.users", superusers.toString());
    }
    topics(properties, cluster);
    properties.put("log.dirs", broker.dataDirectory().resolve("kafka").toString());
    return properties;
  }

  private static void authenticate(
      Properties properties, String clients, BrokerFile broker, BootstrapUser user, String localPassword) {
    String local = "listener.name." + LOCAL.toLowerCase(Locale.ROOT) + ".";
    String client = "listener.name." + clients.toLowerCase(Locale.ROOT) + ".";
    String scram = "org.apache.kafka.common.security.scram.ScramLoginModule required";
    properties.put(local + "sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512");
    properties.put(local + "plain.sasl.jaas.config", "org.apache.kafka.common.security.plain.PlainLoginModule required "
        + "username=" + quoted(LOCAL_USER) + " password=" + quoted(localPassword)
        + " user_" + LOCAL_USER + "=" + quoted(localPassword) + ";");
    properties.put(local + "scram-sha-256.sasl.jaas.config", scram + ";");
    properties.put(local + "scram-sha-512.sasl.jaas.config", scram + ";");
    properties.put(client + "sasl.enabled.mechanisms", "SCRAM-SHA-256,SCRAM-SHA-512");
    if (broker.seeds().size() == 1) {
      properties.put("inter.broker.listener.name", LOCAL);
      properties.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
    } else {
      if (user == null) throw new Refusal("RP_BOOTSTRAP_USER is not set: the stand-in's brokers log in to one another as that user.");
      properties.put("inter.broker.listener.name", clients);
      properties.put("sasl.mechanism.inter.broker.protocol", user.mechanism().mechanismName());
      scram += " username=" + quoted(user.name()) + " password=" + quoted(user.password());
    }
    properties.put(client + "scram-sha-256.sasl.jaas.config", scram + ";");
    properties.put(client + "scram-sha-512.sasl.jaas.config", scram + ";");
  }

  private static void topics(Properties properties, ClusterFile cluster) {
    String replications = String.valueOf(cluster.replications());
    String inSync = cluster.replications() >= 3 ? "2" : "1";
    properties.put("auto.create.topics.enable", String.valueOf(cluster.createsTopics()));
    properties.put("default.replication.factor", replications);
    properties.put("offsets.topic.replication.factor", replications);
    // group_topic_partitions, https://docs.redpanda.com/24.2/reference/properties/cluster-properties/: 16
    properties.put("offsets.topic.num.partitions", "16");
    properties.put("transaction.state.log.replication.factor", replications);
    properties.put("transaction.state.log.num.partitions", "16");
    properties.put("transaction.state.log.min.isr", inSync);
    properties.put("share.coordinator.state.topic.replication.factor", replications);
    properties.put("share.coordinator.state.topic.min.isr", inSync);
    properties.put("group.initial.rebalance.delay.ms", "0");
  }

  static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
