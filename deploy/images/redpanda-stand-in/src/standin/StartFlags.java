package standin;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The flags of `rpk redpanda start` that the operator uses, in the form that
 * https://docs.redpanda.com/24.2/reference/rpk/rpk-redpanda/rpk-redpanda-start/ gives them. rpk passes flags which it
 * does not know on to the broker (start.go, FParseErrWhitelist); the stand-in refuses them, so that a flag that
 * nobody looked up fails here.
 */
record StartFlags(
    Address advertisedKafka, Address advertisedRpc, int smp, long memoryBytes) {

  // Flag and whether it takes a value.
  private static final Map<String, Boolean> KNOWN = Map.of(
      "--advertise-kafka-addr", true, // same page: <scheme>:<host>:<port>|<name>, the scheme names the listener
      "--advertise-pandaproxy-addr", true, // same page
      "--advertise-rpc-addr", true, // same page: <host>:<port>
      "--check", false, // same page
      "--smp", true, // https://docs.redpanda.com/24.2/manage/kubernetes/manage-resources/ and start.go: hidden flags
      "--memory", true, // same
      "--reserve-memory", true, // same
      "--overprovisioned", false, // same
      "--default-log-level", true); // the chart's values.yaml, statefulset.additionalRedpandaCmdFlags; Seastar's own

  static StartFlags parse(List<String> arguments) {
    Map<String, String> values = new HashMap<>();
    List<String> rest = new ArrayList<>(arguments);
    while (!rest.isEmpty()) {
      String argument = rest.remove(0);
      int equals = argument.indexOf('=');
      String flag = equals < 0 ? argument : argument.substring(0, equals);
      Boolean takesValue = KNOWN.get(flag);
      if (takesValue == null) {
        throw new Refusal("`rpk redpanda start` of the stand-in does not know '" + flag + "': it knows "
            + String.join(", ", KNOWN.keySet().stream().sorted().toList())
            + ". When Redpanda documents the flag, add it to StartFlags.java with the page.");
      }
      if (equals >= 0) {
        values.put(flag, argument.substring(equals + 1));
      } else if (!takesValue) {
        values.put(flag, "true");
      } else if (rest.isEmpty()) {
        throw new Refusal(flag + " has no value: write " + flag + "=VALUE.");
      } else {
        values.put(flag, rest.remove(0));
      }
    }
    Address rpc = values.containsKey("--advertise-rpc-addr")
        ? Address.parse("--advertise-rpc-addr", values.get("--advertise-rpc-addr")) : null;
    if (rpc == null || !values.containsKey("--advertise-kafka-addr")) {
      throw new Refusal("The stand-in wants --advertise-kafka-addr and --advertise-rpc-addr: brokers and clients "
          + "cannot guess its name.");
    }
    if (values.containsKey("--advertise-pandaproxy-addr")) {
      Address.parse("--advertise-pandaproxy-addr", values.get("--advertise-pandaproxy-addr"));
    }
    memory("--reserve-memory", values.getOrDefault("--reserve-memory", "0M"));
    return new StartFlags(
        Address.parse("--advertise-kafka-addr", values.get("--advertise-kafka-addr")), rpc,
        number("--smp", values.getOrDefault("--smp", "1")), memory("--memory", values.getOrDefault("--memory", "1G")));
  }

  private static int number(String flag, String text) {
    if (!text.matches("[1-9][0-9]{0,3}")) {
      throw new Refusal(flag + " is '" + text + "': write a number of cores, 1 or more.");
    }
    return Integer.parseInt(text);
  }

  /** Seastar's form: digits and one of k, M, G, T (powers of 1024). */
  private static long memory(String flag, String text) {
    if (!text.matches("[0-9]{1,15}[kMGT]?")) {
      throw new Refusal(flag + " is '" + text + "': write digits and k, M, G or T, for example 1843M.");
    }
    int power = "kMGT".indexOf(text.charAt(text.length() - 1)) + 1;
    String digits = power == 0 ? text : text.substring(0, text.length() - 1);
    return Long.parseLong(digits) << (10 * power);
  }
}
