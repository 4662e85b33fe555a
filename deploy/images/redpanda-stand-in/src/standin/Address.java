package standin;

/** A host and a port; `name` is the listener's, empty where the form has none. */
record Address(String name, String host, int port) {
  private static final int HIGHEST_PORT = 65535;

  static Address parse(String what, String text) {
    int scheme = text.indexOf("://");
    String name = scheme < 0 ? "" : text.substring(0, scheme);
    String rest = scheme < 0 ? text : text.substring(scheme + 3);
    int colon = rest.lastIndexOf(':');
    String port = rest.substring(colon + 1);
    if (colon <= 0 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > HIGHEST_PORT) {
      throw new Refusal(what + " is '" + text + "': write NAME://HOST:PORT or HOST:PORT.");
    }
    String host = rest.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) host = host.substring(1, host.length() - 1);
    return new Address(name, host, Integer.parseInt(port));
  }

  /** As Kafka's properties and URLs have it: an IPv6 address in brackets. */
  String hostAndPort() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
