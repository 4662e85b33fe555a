package standin;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The commands of rpk that talk to Kafka's port, as far as tests use them. Who asks is in the environment: RPK_BROKERS,
 * RPK_USER, RPK_PASS and RPK_SASL_MECHANISM (https://docs.redpanda.com/24.2/reference/rpk/rpk-x-options/: an option's
 * variable has RPK_ before it and _ for each dot).
 */
public final class KafkaClient {
  private KafkaClient() {}

  public static void main(String[] arguments) throws Exception {
    try {
      run(List.of(arguments));
    } catch (Refusal refusal) {
      System.err.println("rpk: " + refusal.getMessage());
      System.exit(1);
    }
  }

  private static void run(List<String> arguments) throws Exception {
    String command = String.join(" ", arguments.subList(0, 2));
    List<String> names = new ArrayList<>();
    Map<String, String> flags = new HashMap<>();
    for (int i = 2; i < arguments.size(); ++i) {
      String argument = arguments.get(i);
      if (!argument.startsWith("-")) {
        names.add(argument);
      } else if (argument.equals("--allow-new-topics")) {
        flags.put(argument, "");
      } else if (i + 1 < arguments.size()) {
        flags.put(argument, arguments.get(++i));
      } else {
        throw new Refusal(argument + " has no value.");
      }
    }
    if (names.size() != 1) throw new Refusal("`rpk " + command + "` of the stand-in wants one name.");
    switch (command) {
      case "topic create" -> create(names.get(0), flags);
      case "topic produce" -> produce(names.get(0), flags);
      case "group seek" -> seek(names.get(0), flags);
      default -> throw new Refusal("the stand-in does not know `rpk " + command + "`.");
    }
  }

  /** https://docs.redpanda.com/24.2/reference/rpk/rpk-topic/rpk-topic-create/: -p, -r. */
  private static void create(String topic, Map<String, String> flags) throws Exception {
    known(flags, "-p", "-r");
    int partitions = Integer.parseInt(flags.getOrDefault("-p", "1"));
    short copies = Short.parseShort(flags.getOrDefault("-r", "1"));
    try (Admin admin = Admin.create(connection())) {
      admin.createTopics(List.of(new NewTopic(topic, partitions, copies))).all().get();
    }
    System.out.printf("TOPIC  STATUS%n%s  OK%n", topic);
  }

  /** https://docs.redpanda.com/24.2/reference/rpk/rpk-topic/rpk-topic-produce/: a record a line; -p, --partition. */
  private static void produce(String topic, Map<String, String> flags) throws Exception {
    known(flags, "-p");
    Integer partition = flags.containsKey("-p") ? Integer.valueOf(flags.get("-p")) : null;
    Properties properties = connection();
    properties.put("acks", "all");
    try (KafkaProducer<String, String> producer =
            new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        RecordMetadata to = producer.send(new ProducerRecord<>(topic, partition, null, line)).get();
        System.out.printf("Produced to partition %d at offset %d with timestamp %d.%n", to.partition(), to.offset(),
            to.timestamp());
      }
    }
  }

  /** https://docs.redpanda.com/24.2/reference/rpk/rpk-group/rpk-group-seek/: --to end, --topics, --allow-new-topics. */
  private static void seek(String group, Map<String, String> flags) throws Exception {
    known(flags, "--to", "--topics", "--allow-new-topics");
    if (!"end".equals(flags.get("--to")) || !flags.containsKey("--topics")) {
      throw new Refusal("`rpk group seek` of the stand-in wants --to end and --topics TOPIC.");
    }
    String topic = flags.get("--topics");
    try (Admin admin = Admin.create(connection())) {
      Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
      admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions()
          .forEach(each -> wanted.put(new TopicPartition(topic, each.partition()), OffsetSpec.latest()));
      Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
      admin.listOffsets(wanted).all().get().forEach((place, end) -> ends.put(place, new OffsetAndMetadata(end.offset())));
      admin.alterConsumerGroupOffsets(group, ends).all().get();
      System.out.println("TOPIC  PARTITION  CURRENT-OFFSET");
      ends.forEach((place, end) -> System.out.printf("%s  %d  %d%n", place.topic(), place.partition(), end.offset()));
    }
  }

  private static void known(Map<String, String> flags, String... names) {
    for (String flag : flags.keySet()) {
      if (!List.of(names).contains(flag)) {
        throw new Refusal("the stand-in does not know " + flag + " here: it knows " + String.join(", ", names) + ".");
      }
    }
  }

  private static Properties connection() {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", variable("RPK_BROKERS").orElse("127.0.0.1:9092"));
    properties.put("default.api.timeout.ms", "30000");
    Optional<String> user = variable("RPK_USER");
    if (user.isEmpty()) return properties;
    properties.put("security.protocol", "SASL_PLAINTEXT");
    properties.put("sasl.mechanism", variable("RPK_SASL_MECHANISM").orElse("SCRAM-SHA-256"));
    properties.put("sasl.jaas.config", "org.apache.kafka.common.security.scram.ScramLoginModule required username=\""
        + quoted(user.get()) + "\" password=\"" + quoted(variable("RPK_PASS").orElse("")) + "\";");
    return properties;
  }

  private static Optional<String> variable(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isEmpty());
  }

  private static String quoted(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }
}
