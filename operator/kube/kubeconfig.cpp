#include "kube/kubeconfig.h"

#include <array>
#include <filesystem>
#include <utility>

#include "base/base64.h"
#include "base/yaml_reader.h"
#include "kube/credentials.h"

namespace argus::kube {
namespace {

constexpr std::string_view kExecExtension = "client.authentication.k8s.io/exec";

// An object of a kubeconfig and where it stands, so that every complaint can say where.
class Entry {
 public:
  Entry(const Json& object, std::string where) : object_(object), where_(std::move(where)) {
    if (!object_.is_null() && !object_.is_object()) fail("must be a map of names to values.");
  }

  [[noreturn]] void fail(const std::string& message) const {
    throw AccessError(where_ + " " + message);
  }
  [[nodiscard]] const std::string& where() const { return where_; }
  [[nodiscard]] bool has(std::string_view name) const { return !member(name).is_null(); }

  [[nodiscard]] std::string text(std::string_view name) const {
    const Json& value = member(name);
    if (value.is_null()) return "";
    if (!value.is_string()) fail("has a " + std::string(name) + " that is not text; quote it.");
    return value.get<std::string>();
  }
  [[nodiscard]] bool flag(std::string_view name) const {
    const Json& value = member(name);
    if (value.is_null()) return false;
    if (!value.is_boolean()) fail("has a " + std::string(name) + " that is not true or false.");
    return value.get<bool>();
  }
  [[nodiscard]] std::string decoded(std::string_view name) const {
    const std::string encoded = text(name);
    auto bytes = base::base64_decode(encoded);
    if (!bytes) fail("has a " + std::string(name) + " that is not base64.");
    return std::move(*bytes);
  }
  [[nodiscard]] Entry child(std::string_view name) const {
    return {member(name), where_ + ", " + std::string(name)};
  }
  // The elements of a list; none where it is missing.
  [[nodiscard]] const Json::array_t& list(std::string_view name) const {
    static const Json::array_t kNone;
    const Json& value = member(name);
    if (value.is_null()) return kNone;
    if (!value.is_array()) fail("has " + std::string(name) + " that are not a list.");
    return value.get_ref<const Json::array_t&>();
  }
  [[nodiscard]] const Json& member(std::string_view name) const {
    static const Json kNull;
    if (!object_.is_object()) return kNull;
    const auto found = object_.find(name);
    return found == object_.end() ? kNull : *found;
  }

 private:
  const Json& object_;
  std::string where_;
};

std::string absolute(const std::string& name, const std::string& directory) {
  if (name.empty()) return "";
  return (std::filesystem::path(directory) / name).lexically_normal().string();
}

// FIELD-data holds the text in base64 and wins over FIELD, which names a file.
PemSource pem_source(const Entry& entry, const std::string& field, const std::string& directory) {
  return {entry.decoded(field + "-data"), absolute(entry.text(field), directory)};
}

KubeconfigCluster cluster_from(const Entry& entry, const std::string& directory) {
  KubeconfigCluster cluster;
  cluster.server = entry.text("server");
  if (cluster.server.empty()) entry.fail("has no server; write server: https://HOST:PORT.");
  if (entry.has("proxy-url")) {
    entry.fail("asks for a proxy (proxy-url), which is not supported; reach the server directly.");
  }
  cluster.certificate_authority = pem_source(entry, "certificate-authority", directory);
  cluster.tls_server_name = entry.text("tls-server-name");
  cluster.insecure_skip_tls_verify = entry.flag("insecure-skip-tls-verify");
  if (cluster.insecure_skip_tls_verify && !cluster.certificate_authority.empty()) {
    entry.fail("has both a certificate authority and insecure-skip-tls-verify; remove one.");
  }
  for (const Json& extension : entry.list("extensions")) {
    const Entry named(extension, entry.where() + ", extensions");
    if (named.text("name") == kExecExtension) cluster.exec_config = named.member("extension");
  }
  return cluster;
}

ExecPlugin plugin_from(const Entry& entry, const std::string& directory) {
  ExecPlugin plugin;
  plugin.api_version = entry.text("apiVersion");
  if (plugin.api_version != "client.authentication.k8s.io/v1" &&
      plugin.api_version != "client.authentication.k8s.io/v1beta1") {
    entry.fail("has the apiVersion \"" + plugin.api_version +
               "\"; write client.authentication.k8s.io/v1 (or v1beta1), as the plugin has it.");
  }
  plugin.command = entry.text("command");
  if (plugin.command.empty()) entry.fail("has no command; write the plugin's program.");
  // A name without a slash is looked up in PATH.
  if (plugin.command.find('/') != std::string::npos) {
    plugin.command = absolute(plugin.command, directory);
  }
  if (entry.text("interactiveMode") == "Always") {
    entry.fail("needs a terminal (interactiveMode: Always), which is not there.");
  }
  for (const Json& argument : entry.list("args")) {
    if (!argument.is_string()) entry.fail("has an argument that is not text; quote it.");
    plugin.arguments.push_back(argument.get<std::string>());
  }
  for (const Json& variable : entry.list("env")) {
    const Entry named(variable, entry.where() + ", env");
    if (named.text("name").empty()) named.fail("has a variable without a name.");
    plugin.environment[named.text("name")] = named.text("value");
  }
  plugin.install_hint = entry.text("installHint");
  return plugin;
}

void refuse_unsupported(const Entry& entry) {
  constexpr std::array<std::string_view, 4> kImpersonation = {"as", "as-uid", "as-groups",
                                                              "as-user-extra"};
  for (const std::string_view field : kImpersonation) {
    if (entry.has(field)) {
      entry.fail("impersonates somebody (" + std::string(field) +
                 "), which is not supported; name the user's own credentials.");
    }
  }
  if (entry.has("auth-provider")) {
    entry.fail("has an auth-provider, which Kubernetes has given up; use an exec plugin.");
  }
  if (entry.has("username") || entry.has("password")) {
    entry.fail(
        "has a user name and password, which API servers no longer take; use a token, a "
        "client certificate or an exec plugin.");
  }
}

KubeconfigUser user_from(const Entry& entry, const std::string& directory) {
  refuse_unsupported(entry);
  KubeconfigUser user;
  user.token = entry.text("token");
  user.token_file = absolute(entry.text("tokenFile"), directory);
  user.client_certificate = pem_source(entry, "client-certificate", directory);
  user.client_key = pem_source(entry, "client-key", directory);
  if (user.client_certificate.empty() != user.client_key.empty()) {
    entry.fail("has one of client-certificate and client-key without the other.");
  }
  if (entry.has("exec")) {
    const Entry exec = entry.child("exec");
    user.exec = plugin_from(exec, directory);
    user.exec_wants_cluster = exec.flag("provideClusterInfo");
  }
  return user;
}

KubeconfigContext context_from(const Entry& entry) {
  return {entry.text("cluster"), entry.text("user"), entry.text("namespace")};
}

// The entries of a list like "clusters": [{name: x, cluster: {...}}, ...].
template <typename Value, typename Read>
void read_named(const Entry& config, const std::string& list, const std::string& kind,
                std::map<std::string, Value>& to, const Read& read) {
  for (const Json& element : config.list(list)) {
    const Entry outer(element, config.where() + ", " + list);
    const std::string name = outer.text("name");
    if (name.empty()) outer.fail("has an entry without a name.");
    const Entry inner(outer.member(kind), config.where() + ", " + kind + " \"" + name + "\"");
    to.emplace(name, read(inner));
  }
}

void merge(Kubeconfig& into, Kubeconfig&& later) {
  into.source += (into.source.empty() ? "" : ":") + later.source;
  if (into.current_context.empty()) into.current_context = std::move(later.current_context);
  into.contexts.merge(later.contexts);
  into.clusters.merge(later.clusters);
  into.users.merge(later.users);
}

}  // namespace

Kubeconfig parse_kubeconfig(std::string_view text, const std::string& path) {
  const std::string where = "The kubeconfig " + path;
  std::vector<Json> documents;
  try {
    documents = base::parse_yaml(text);
  } catch (const base::YamlError& error) {
    throw AccessError(where + " is not YAML: " + error.what() + ".");
  }
  if (documents.size() > 1) throw AccessError(where + " has more than one document; keep one.");
  const Json empty = Json::object();
  const Json& document = documents.empty() ? empty : documents.front();
  if (!document.is_object()) throw AccessError(where + " is not a map of names to values.");
  const Entry config(document, where);
  if (config.has("kind") && config.text("kind") != "Config") {
    config.fail("is of kind " + config.text("kind") + ", not Config: that is another file.");
  }
  const std::string directory =
      std::filesystem::absolute(std::filesystem::path(path)).parent_path().string();
  Kubeconfig parsed;
  parsed.source = path;
  parsed.current_context = config.text("current-context");
  read_named(config, "contexts", "context", parsed.contexts, context_from);
  read_named(config, "clusters", "cluster", parsed.clusters,
             [&](const Entry& entry) { return cluster_from(entry, directory); });
  read_named(config, "users", "user", parsed.users,
             [&](const Entry& entry) { return user_from(entry, directory); });
  return parsed;
}

Kubeconfig load_kubeconfig(const std::vector<std::string>& paths) {
  Kubeconfig merged;
  std::string missing;
  for (const std::string& path : paths) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) {
      missing += (missing.empty() ? "" : ":") + path;
      continue;
    }
    merge(merged, parse_kubeconfig(read_access_file(path, "The kubeconfig"), path));
  }
  if (merged.source.empty()) {
    throw AccessError("The kubeconfig " + missing +
                      " does not exist; name one with --kubeconfig or KUBECONFIG.");
  }
  return merged;
}

std::vector<std::string> split_kubeconfig_list(std::string_view list) {
  std::vector<std::string> paths;
  while (!list.empty()) {
    const std::size_t colon = list.find(':');
    if (colon != 0) paths.emplace_back(list.substr(0, colon));
    list.remove_prefix(colon == std::string_view::npos ? list.size() : colon + 1);
  }
  return paths;
}

}  // namespace argus::kube
