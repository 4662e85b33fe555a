package standin;

import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.admin.ScramMechanism;

/**
 * RP_BOOTSTRAP_USER, the account that the first start makes: name:password, as
 * https://docs.redpanda.com/22.2/deployment/custom-deployment/ ("Bootstrap a user account") has it, and since 23.3
 * name:password:mechanism (redpanda's tests/rptest/tests/scram_test.py, ScramBootstrapUserTest). Null without it.
 */
record BootstrapUser(String name, String password, ScramMechanism mechanism) {
  private static final Map<String, ScramMechanism> MECHANISMS = Map.of(
      "SCRAM-SHA-256", ScramMechanism.SCRAM_SHA_256, "SCRAM-SHA-512", ScramMechanism.SCRAM_SHA_512);

  static BootstrapUser parse(String text) {
    if (text == null || text.isEmpty()) return null;
    int first = text.indexOf(':');
    int last = text.lastIndexOf(':');
    if (first <= 0) throw new Refusal("RP_BOOTSTRAP_USER is not name:password:mechanism (its text is not shown).");
    if (first == last) return new BootstrapUser(text.substring(0, first), text.substring(first + 1), ScramMechanism.SCRAM_SHA_256);
    return new BootstrapUser(
        text.substring(0, first), text.substring(first + 1, last), mechanism(text.substring(last + 1)));
  }

  static ScramMechanism mechanism(String text) {
    ScramMechanism known = MECHANISMS.get(text.toUpperCase(Locale.ROOT));
    if (known == null) throw new Refusal("'" + text + "' is not a SCRAM mechanism: write SCRAM-SHA-256 or SCRAM-SHA-512.");
    return known;
  }

  /** A record prints its fields: not this one's. */
  @Override
  public String toString() {
    return "BootstrapUser " + name;
  }
}
