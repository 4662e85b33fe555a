package standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** A YAML file of which every property is known: one that nobody looked up is refused, not ignored. */
final class YamlFile {
  private YamlFile() {}

  static JsonNode read(Path path, Set<String> known) {
    JsonNode root;
    try {
      root = new ObjectMapper(new YAMLFactory()).readTree(path.toFile());
    } catch (IOException error) {
      throw new Refusal(path + " cannot be read as YAML: " + error.getMessage());
    }
    check(path, "", root, known);
    return root;
  }

  private static void check(Path path, String where, JsonNode node, Set<String> known) {
    if (node.isObject()) {
      node.properties().forEach(field ->
          check(path, where.isEmpty() ? field.getKey() : where + "." + field.getKey(), field.getValue(), known));
    } else if (node.isArray() && !known.contains(where)) {
      node.forEach(item -> check(path, where + "[]", item, known));
    } else if (!known.contains(where)) {
      throw new Refusal(path + " has the property '" + where + "', which the stand-in does not know. When Redpanda "
          + "documents it, add it to BrokerFile.java or ClusterFile.java with the page.");
    }
  }

  static String text(Path path, JsonNode parent, String name) {
    JsonNode node = parent.path(name);
    if (!node.isTextual() || node.asText().isEmpty()) throw new Refusal(path + ": " + name + " is missing or no text.");
    return node.asText();
  }

  static boolean flag(Path path, JsonNode parent, String name, boolean otherwise) {
    JsonNode node = parent.path(name);
    if (node.isMissingNode()) return otherwise;
    if (!node.isBoolean()) throw new Refusal(path + ": " + name + " is '" + node.asText() + "': write true or false.");
    return node.asBoolean();
  }

  static int number(Path path, JsonNode parent, String name, int otherwise) {
    JsonNode node = parent.path(name);
    if (node.isMissingNode()) return otherwise;
    if (!node.isInt()) throw new Refusal(path + ": " + name + " is '" + node.asText() + "': write a number.");
    return node.asInt();
  }
}
