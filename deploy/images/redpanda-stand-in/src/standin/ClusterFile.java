package standin;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** /etc/redpanda/.bootstrap.yaml: the cluster properties that the operator writes. */
record ClusterFile(
    boolean adminApiRequiresAuth, boolean createsTopics, int replications, boolean authorizes, List<String> superusers) {

  // https://docs.redpanda.com/24.2/reference/properties/cluster-properties/, one section of the page a property
  private static final Set<String> KNOWN = Set.of(
      "admin_api_require_auth", "auto_create_topics_enabled", "default_topic_replications", "enable_sasl",
      "kafka_enable_authorization", "superusers[]");

  /**
   * Read when the cluster starts for the first time and kept; what is written into the file later changes nothing
   * (https://docs.redpanda.com/22.2/deployment/custom-deployment/, "Configure bootstrapping").
   */
  static ClusterFile read(Path path, Path kept) {
    try {
      if (!Files.exists(kept)) {
        parse(path);
        Files.createDirectories(kept.getParent());
        Files.copy(path, kept);
      } else if (Files.exists(path) && Files.mismatch(path, kept) >= 0) {
        System.err.println(path + " was changed since the cluster was made; like Redpanda, the stand-in keeps what it "
            + "read then. Changes of a cluster go through its Admin API.");
      }
      return parse(kept);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  private static ClusterFile parse(Path path) {
    JsonNode root = YamlFile.read(path, KNOWN);
    List<String> superusers = new ArrayList<>();
    root.path("superusers").forEach(user -> superusers.add(user.asText()));
    boolean authorizes = YamlFile.flag(path, root, "kafka_enable_authorization", YamlFile.flag(path, root, "enable_sasl", false));
    if (authorizes && superusers.isEmpty()) {
      throw new Refusal(path + ": authorization is on and superusers is empty: nobody could ever give a right.");
    }
    return new ClusterFile(
        YamlFile.flag(path, root, "admin_api_require_auth", false),
        YamlFile.flag(path, root, "auto_create_topics_enabled", false),
        YamlFile.number(path, root, "default_topic_replications", 1), authorizes, superusers);
  }
}
