package standin;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.UserScramCredentialDeletion;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.admin.UserScramCredentialsDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.ResourceNotFoundException;
import org.apache.kafka.common.errors.SaslAuthenticationException;

/** What the Admin API asks of Kafka, through the loopback listener. Any thread. */
final class Cluster implements AutoCloseable {
  private static final int TIMEOUT_MS = 10_000;
  // Redpanda's (src/v/security/scram_algorithm.h); Kafka asks for at least as many.
  private static final int ITERATIONS = 4096;

  /** `leaderless` and `underReplicated` are `topic/partition`. */
  record Health(int controller, List<Integer> up, int topics, int partitions, List<String> leaderless, List<String> underReplicated) {}

  private final String password;
  private final int brokers;
  private Admin admin;

  Cluster(String password, int brokers) {
    this.password = password;
    this.brokers = brokers;
  }

  int brokers() {
    return brokers;
  }

  private static Admin login(String user, String password, String mechanism) {
    String module = mechanism.equals("PLAIN") ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
    Map<String, Object> settings = new HashMap<>();
    settings.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:" + ServerProperties.LOCAL_PORT);
    settings.put("security.protocol", "SASL_PLAINTEXT");
    settings.put("sasl.mechanism", mechanism);
    settings.put("sasl.jaas.config", "org.apache.kafka.common.security." + module + " required username="
        + ServerProperties.quoted(user) + " password=" + ServerProperties.quoted(password) + ";");
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
    return Admin.create(settings);
  }

  private synchronized Admin admin() {
    if (admin == null) admin = login(ServerProperties.LOCAL_USER, password, "PLAIN");
    return admin;
  }

  @Override
  public synchronized void close() {
    if (admin != null) admin.close(java.time.Duration.ZERO);
  }

  List<String> users() throws Exception {
    return List.copyOf(new TreeSet<>(admin().describeUserScramCredentials().users().get()));
  }

  /** Null when there is no such user. */
  ScramMechanism mechanism(String user) throws Exception {
    try {
      UserScramCredentialsDescription found =
          admin().describeUserScramCredentials(List.of(user)).description(user).get();
      List<ScramCredentialInfo> credentials = found.credentialInfos();
      return credentials.isEmpty() ? null : credentials.get(0).mechanism();
    } catch (ExecutionException error) {
      if (error.getCause() instanceof ResourceNotFoundException) return null;
      throw error;
    }
  }

  void upsert(String user, String password, ScramMechanism mechanism) throws Exception {
    ScramMechanism old = mechanism(user);
    if (old != null && old != mechanism) delete(user, old);
    admin().alterUserScramCredentials(List.of(
        new UserScramCredentialUpsertion(user, new org.apache.kafka.clients.admin.ScramCredentialInfo(mechanism, ITERATIONS), password)))
        .all().get();
  }

  void delete(String user, ScramMechanism mechanism) throws Exception {
    admin().alterUserScramCredentials(List.of(new UserScramCredentialDeletion(user, mechanism))).all().get();
  }

  /** Whether the broker lets this user in with this password. */
  boolean letsIn(String user, String password) throws Exception {
    ScramMechanism mechanism = mechanism(user);
    if (mechanism == null) return false;
    try (Admin asUser = login(user, password, mechanism.mechanismName())) {
      asUser.describeCluster().clusterId().get();
      return true;
    } catch (ExecutionException error) {
      if (error.getCause() instanceof SaslAuthenticationException) return false;
      throw error;
    }
  }

  Health health() throws Exception {
    DescribeClusterResult cluster = admin().describeCluster();
    List<Integer> up = cluster.nodes().get().stream().map(Node::id).sorted().toList();
    Node controller = cluster.controller().get();
    var names = admin().listTopics(new ListTopicsOptions().listInternal(true)).names().get();
    List<String> leaderless = new ArrayList<>();
    List<String> under = new ArrayList<>();
    int partitions = 0;
    for (TopicDescription topic : admin().describeTopics(names).allTopicNames().get().values()) {
      for (TopicPartitionInfo partition : topic.partitions()) {
        ++partitions;
        String name = topic.name() + "/" + partition.partition();
        if (partition.leader() == null || partition.leader().isEmpty()) leaderless.add(name);
        if (partition.isr().size() < partition.replicas().size()) under.add(name);
      }
    }
    return new Health(controller == null ? -1 : controller.id(), up, names.size(), partitions, leaderless, under);
  }
}
