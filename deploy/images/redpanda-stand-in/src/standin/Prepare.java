package standin;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;

/**
 * The first half of `rpk redpanda start`: reads flags and files, writes Kafka's configuration and the arguments of the
 * server's JVM beside redpanda.yaml (where rpk writes, too), and formats a new data directory. Ends before the server
 * starts; rpk then replaces itself with it.
 */
public final class Prepare {
  private static final Path FOLDER = Path.of("/etc/redpanda");
  private static final int MEBIBYTE = 1 << 20;

  private Prepare() {}

  public static void main(String[] arguments) throws Exception {
    try {
      prepare(List.of(arguments));
    } catch (Refusal refusal) {
      System.err.println("rpk: " + refusal.getMessage());
      System.exit(1);
    }
  }

  private static void prepare(List<String> arguments) throws Exception {
    StartFlags flags = StartFlags.parse(arguments);
    BrokerFile broker = BrokerFile.read(FOLDER.resolve("redpanda.yaml"));
    Path kept = broker.dataDirectory().resolve("stand-in/bootstrap.yaml");
    ClusterFile cluster = ClusterFile.read(FOLDER.resolve(".bootstrap.yaml"), kept);
    BootstrapUser user = BootstrapUser.parse(System.getenv("RP_BOOTSTRAP_USER"));
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    String password = HexFormat.of().formatHex(random);
    Properties server = ServerProperties.of(flags, broker, cluster, user, password);
    Path folder = Files.createDirectories(FOLDER.resolve("stand-in"));
    Path file = folder.resolve("server.properties");
    store(file, server);
    Properties standIn = new Properties();
    standIn.put("password", password);
    standIn.put("admin.host", broker.admin().host());
    standIn.put("admin.port", String.valueOf(broker.admin().port()));
    standIn.put("admin.auth", String.valueOf(cluster.adminApiRequiresAuth()));
    standIn.put("superusers", String.join("\n", cluster.superusers()));
    standIn.put("seeds", String.join("\n", broker.seeds().stream().map(Address::hostAndPort).toList()));
    standIn.put("data", broker.dataDirectory().toString());
    store(folder.resolve("stand-in.properties"), standIn);
    // Half of the memory that Redpanda would take, as heap; Kafka wants the other half as the system's file cache.
    long heap = Math.max(flags.memoryBytes() / MEBIBYTE / 2, 256);
    Files.write(folder.resolve("java.arguments"), List.of(
        "-Xmx" + heap + "m", "-XX:ActiveProcessorCount=" + flags.smp(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
        "-XX:+ExitOnOutOfMemoryError", "-Xshare:auto", "-Dlog4j2.configurationFile=/opt/redpanda-stand-in/log4j2.properties",
        "-cp", "/opt/redpanda-stand-in/lib/*", "standin.StandIn", folder.toString()));
    format(file, broker);
  }

  /** The cluster's identity is made of the first seed server, which every broker knows. */
  private static void format(Path file, BrokerFile broker) throws Exception {
    if (Files.exists(broker.dataDirectory().resolve("kafka/meta.properties"))) return;
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(broker.seeds().get(0).host().getBytes());
    // Kafka wants 22 letters that decode to 16 bytes and do not begin with a dash.
    String cluster = "A" + Base64.getUrlEncoder().withoutPadding().encodeToString(digest).substring(1, 21) + "A";
    String[] arguments = {"format", "--cluster-id", cluster, "--config", file.toString()};
    if (kafka.tools.StorageTool.execute(arguments, System.err) != 0) {
      throw new Refusal("Kafka could not format " + broker.dataDirectory() + " (above).");
    }
  }

  private static void store(Path file, Properties properties) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    }
  }
}
