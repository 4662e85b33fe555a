package standin;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.AppInfoParser;
import org.apache.kafka.common.utils.Time;

/**
 * The second half of `rpk redpanda start`: a Kafka server and, in front of it, the Admin API. The API answers from the
 * beginning, as Redpanda's does, and says `booting` until the server takes requests.
 */
public final class StandIn {
  private StandIn() {}

  static String version() {
    return "Redpanda stand-in (Kafka " + AppInfoParser.getVersion() + "), for tests";
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    Properties own = load(folder.resolve("stand-in.properties"));
    Properties server = load(folder.resolve("server.properties"));
    List<String> seeds = own.getProperty("seeds").lines().toList();
    boolean first = "0".equals(server.getProperty("node.id"));
    Cluster cluster = new Cluster(own.getProperty("password"), seeds.size());
    BootstrapUser user = BootstrapUser.parse(System.getenv("RP_BOOTSTRAP_USER"));
    Path made = Path.of(own.getProperty("data"), "stand-in/bootstrap-user-made");
    AdminApi api = new AdminApi(cluster, own, seeds);
    api.start();
    KafkaRaftServer kafka = new KafkaRaftServer(KafkaConfig.fromProps(server), Time.SYSTEM);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      api.stop();
      kafka.shutdown();
      kafka.awaitShutdown();
      cluster.close();
    }, "shutdown"));
    try {
      kafka.startup();
      // Once in a cluster's life: a password that was changed since stays changed.
      if (first && user != null && !Files.exists(made)) {
        cluster.upsert(user.name(), user.password(), user.mechanism());
        Files.createFile(made);
      }
    } catch (Throwable failure) {
      failure.printStackTrace();
      System.exit(1);
    }
    api.ready();
    System.out.println("Successfully started Redpanda stand-in: Kafka API on " + server.getProperty("listeners")
        + ", Admin API on " + own.getProperty("admin.host") + ":" + own.getProperty("admin.port")
        + "; Schema Registry and HTTP Proxy are not served");
    kafka.awaitShutdown();
  }

  private static Properties load(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    return properties;
  }
}
