package standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.admin.ScramMechanism;

/**
 * The part of Redpanda's Admin API that the operator uses: users, readiness, brokers, health. Paths and answers are
 * those of https://docs.redpanda.com/api/doc/admin/ and of the descriptions which that page is made from
 * (src/v/redpanda/admin/api-doc of redpanda-data/redpanda); who may ask what is register_route<> in
 * src/v/redpanda/admin/.
 */
final class AdminApi {
  private static final int THREADS = 8;
  private static final int BODY_MAX = 1 << 16;
  private static final int LISTED_MAX = 128; // health_overview's lists are cut there (api-doc/cluster.json)

  /** An answer that is not 200. */
  private static final class Answer extends Exception {
    final int code;

    Answer(int code, String message) {
      super(message);
      this.code = code;
    }
  }

  private final Cluster cluster;
  private final boolean authenticates;
  private final List<String> superusers;
  private final List<String> seeds;
  private final String dataDirectory;
  private final ObjectMapper json = new ObjectMapper();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private volatile boolean ready = false;

  AdminApi(Cluster cluster, Properties own, List<String> seeds) throws IOException {
    this.cluster = cluster;
    this.authenticates = Boolean.parseBoolean(own.getProperty("admin.auth"));
    this.superusers = own.getProperty("superusers").lines().toList();
    this.seeds = seeds;
    this.dataDirectory = own.getProperty("data");
    this.server = HttpServer.create(
        new InetSocketAddress(own.getProperty("admin.host"), Integer.parseInt(own.getProperty("admin.port"))), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
  }

  void start() {
    server.start();
  }

  void stop() {
    ready = false;
    server.stop(0);
    threads.shutdownNow();
  }

  void ready() {
    ready = true;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      try {
        Object body = answer(exchange);
        if (body instanceof String text) {
          send(exchange, 200, "text/plain; version=0.0.4", text.getBytes(StandardCharsets.UTF_8));
        } else {
          send(exchange, 200, "application/json", body == null ? new byte[0] : json.writeValueAsBytes(body));
        }
      } catch (Answer answer) {
        if (answer.code == 401) exchange.getResponseHeaders().set("WWW-Authenticate", "Basic");
        Map<String, Object> body = Map.of("message", answer.getMessage(), "code", answer.code);
        send(exchange, answer.code, "application/json", json.writeValueAsBytes(body));
      } catch (Refusal refusal) {
        send(exchange, 400, "application/json", json.writeValueAsBytes(Map.of("message", refusal.getMessage(), "code", 400)));
      } catch (Exception failure) {
        String text = String.valueOf(failure.getMessage());
        send(exchange, 503, "application/json", json.writeValueAsBytes(Map.of("message", text, "code", 503)));
      }
    }
  }

  private static void send(HttpExchange exchange, int code, String type, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(code, body.length == 0 ? -1 : body.length);
    if (body.length > 0) exchange.getResponseBody().write(body);
  }

  private Object answer(HttpExchange exchange) throws Exception {
    String path = exchange.getRequestURI().getRawPath();
    String request = exchange.getRequestMethod() + " " + path;
    // api-doc/status.json, for everybody; 200 while it boots, too: only the body tells
    if (request.equals("GET /v1/status/ready")) return Map.of("status", ready ? "ready" : "booting");
    // https://docs.redpanda.com/24.2/reference/public-metrics-reference/; not behind the API's login
    if (request.equals("GET /public_metrics")) return Metrics.text(ready ? cluster : null, dataDirectory);
    if (!ready) throw new Answer(503, "the broker is booting");
    // api-doc/cluster.json, for everybody
    if (request.equals("GET /v1/cluster/health_overview")) return health();
    // api-doc/broker.json, for every user
    if (request.equals("GET /v1/brokers")) {
      login(exchange, false);
      return brokers();
    }
    if (path.equals("/v1/security/users") || path.startsWith("/v1/security/users/")) {
      login(exchange, true);
      return users(exchange, path);
    }
    throw new Answer(404, "Not found: the stand-in has only what the operator uses of the Admin API");
  }

  /** https://docs.redpanda.com/24.2/manage/security/authentication, "Basic authentication" of the Admin API. */
  private void login(HttpExchange exchange, boolean superuser) throws Exception {
    if (!authenticates) return;
    String header = exchange.getRequestHeaders().getFirst("Authorization");
    if (header == null || !header.startsWith("Basic ")) throw new Answer(401, "Unauthorized");
    String pair;
    try {
      pair = new String(Base64.getDecoder().decode(header.substring(6).trim()), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      throw new Answer(401, "Unauthorized");
    }
    int colon = pair.indexOf(':');
    if (colon < 0 || !cluster.letsIn(pair.substring(0, colon), pair.substring(colon + 1))) {
      throw new Answer(401, "Unauthorized");
    }
    if (superuser && !superusers.contains(pair.substring(0, colon))) {
      throw new Answer(403, "Forbidden (superuser role required)");
    }
  }

  /** api-doc/security.json and src/v/redpanda/admin/security.cc, for superusers. */
  private Object users(HttpExchange exchange, String path) throws Exception {
    String method = exchange.getRequestMethod();
    if (path.equals("/v1/security/users")) {
      if (method.equals("GET")) return cluster.users();
      if (method.equals("POST")) return create(body(exchange));
      throw new Answer(405, "write GET or POST");
    }
    String user = URLDecoder.decode(path.substring("/v1/security/users/".length()).replace("+", "%2B"), StandardCharsets.UTF_8);
    ScramMechanism old = cluster.mechanism(user);
    if (method.equals("DELETE")) {
      if (old != null) cluster.delete(user, old); // deleting what is not there succeeds
      return null;
    }
    if (!method.equals("PUT")) throw new Answer(405, "write PUT or DELETE");
    if (old == null) throw new Answer(400, "User not found");
    JsonNode body = body(exchange);
    cluster.upsert(user, text(body, "password"), BootstrapUser.mechanism(text(body, "algorithm")));
    return null;
  }

  private Object create(JsonNode body) throws Exception {
    String user = text(body, "username");
    String password = text(body, "password");
    ScramMechanism mechanism = BootstrapUser.mechanism(text(body, "algorithm"));
    ScramMechanism old = cluster.mechanism(user);
    // The same user once more succeeds, with another password it does not.
    if (old != null && (old != mechanism || !cluster.letsIn(user, password))) throw new Answer(400, "User already exists");
    if (old == null) cluster.upsert(user, password, mechanism);
    return null;
  }

  private JsonNode body(HttpExchange exchange) throws Exception {
    byte[] bytes = exchange.getRequestBody().readNBytes(BODY_MAX);
    try {
      return json.readTree(bytes);
    } catch (IOException malformed) {
      throw new Answer(400, "the body is not JSON");
    }
  }

  private static String text(JsonNode body, String name) throws Answer {
    if (!body.path(name).isTextual()) throw new Answer(400, "String " + name + " missing");
    return body.path(name).asText();
  }

  private Object brokers() throws Exception {
    List<Integer> up = cluster.health().up();
    List<Object> result = new ArrayList<>();
    for (int id = 0; id < seeds.size(); ++id) {
      Address rpc = Address.parse("seed", seeds.get(id));
      Map<String, Object> broker = new LinkedHashMap<>();
      broker.put("node_id", id);
      broker.put("num_cores", Runtime.getRuntime().availableProcessors());
      broker.put("internal_rpc_address", rpc.host());
      broker.put("internal_rpc_port", rpc.port());
      broker.put("membership_status", "active");
      broker.put("is_alive", up.contains(id));
      broker.put("version", StandIn.version());
      result.add(broker);
    }
    return result;
  }

  private Object health() throws Exception {
    Cluster.Health health = cluster.health();
    List<Integer> all = new ArrayList<>();
    for (int id = 0; id < seeds.size(); ++id) all.add(id);
    List<Integer> down = all.stream().filter(id -> !health.up().contains(id)).toList();
    List<String> reasons = new ArrayList<>();
    if (!down.isEmpty()) reasons.add("nodes_down");
    if (!health.leaderless().isEmpty()) reasons.add("leaderless_partitions");
    if (!health.underReplicated().isEmpty()) reasons.add("under_replicated_partitions");
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("is_healthy", reasons.isEmpty());
    result.put("unhealthy_reasons", reasons);
    result.put("controller_id", health.controller());
    result.put("all_nodes", all);
    result.put("nodes_down", down);
    result.put("leaderless_partitions", cut(health.leaderless()));
    result.put("leaderless_count", health.leaderless().size());
    result.put("under_replicated_partitions", cut(health.underReplicated()));
    result.put("under_replicated_count", health.underReplicated().size());
    return result;
  }

  private static List<String> cut(List<String> list) {
    return list.subList(0, Math.min(list.size(), LISTED_MAX)).stream().map(name -> "kafka/" + name).toList();
  }
}
