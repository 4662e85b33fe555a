package standin;

import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** Figures under the names of https://docs.redpanda.com/24.2/reference/public-metrics-reference/. */
final class Metrics {
  private Metrics() {}

  /** `cluster` is null while the broker boots. */
  static String text(Cluster cluster, String dataDirectory) throws Exception {
    StringBuilder text = new StringBuilder();
    gauge(text, "redpanda_application_uptime_seconds_total", "Seconds since the start",
        ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0);
    gauge(text, "redpanda_memory_allocated_memory", "Bytes of the heap in use",
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    FileStore store = Files.getFileStore(Path.of(dataDirectory));
    gauge(text, "redpanda_storage_disk_total_bytes", "Size of the data volume", store.getTotalSpace());
    gauge(text, "redpanda_storage_disk_free_bytes", "Free bytes of the data volume", store.getUsableSpace());
    if (cluster == null) return text.toString();
    Cluster.Health health = cluster.health();
    gauge(text, "redpanda_cluster_brokers", "Brokers of the cluster", cluster.brokers());
    gauge(text, "redpanda_cluster_topics", "Topics", health.topics());
    gauge(text, "redpanda_cluster_partitions", "Partitions", health.partitions());
    gauge(text, "redpanda_cluster_unavailable_partitions", "Partitions without a leader", health.leaderless().size());
    return text.toString();
  }

  private static void gauge(StringBuilder text, String name, String help, double value) {
    text.append("# HELP ").append(name).append(' ').append(help).append(" (stand-in)\n# TYPE ").append(name)
        .append(" gauge\n").append(name).append(' ').append(value).append('\n');
  }
}
