#include "kube/cluster_access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>

#include "base/base64.h"
#include "fakes/certificates.h"
#include "fakes/fake_clock.h"
#include "fakes/http_server.h"
#include "fakes/temporary_directory.h"

namespace argus::kube {
namespace {

using fakes::HttpServer;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

const Resource kNamespaces{{"", "v1", "Namespace"}, "namespaces", false};

class ClusterAccessTest : public testing::Test {
 protected:
  ClusterAccessTest() {
    for (const char* name :
         {"KUBECONFIG", "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT", "HOME"}) {
      const char* value = std::getenv(name);
      if (value != nullptr) before_[name] = value;
      unsetenv(name);
    }
  }
  ~ClusterAccessTest() override {
    for (const char* name :
         {"KUBECONFIG", "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT", "HOME"}) {
      unsetenv(name);
    }
    for (const auto& [name, value] : before_) setenv(name.c_str(), value.c_str(), 1);
  }

  std::string kubeconfig(const std::string& name, const std::string& server) {
    return directory_.write(name,
                            "current-context: x\ncontexts: [{name: x, context: {cluster: c}}]\n"
                            "clusters: [{name: c, cluster: {server: '" +
                                server + "'}}]\n");
  }
  ClusterAccess find(const ClusterAccessOptions& options = {}) {
    return find_cluster_access(options, clock_);
  }
  std::string failure(const std::string& text, const std::string& context = "") {
    try {
      access_from_kubeconfig(parse_kubeconfig(text, directory_.path() + "/config"), context,
                             clock_);
    } catch (const AccessError& error) {
      return error.what();
    }
    return "accepted";
  }
  // A directory like a pod's, and options that point there.
  ClusterAccessOptions service_account(const std::string& ca, const std::string& token) {
    directory_.write("sa/ca.crt", ca);
    directory_.write("sa/token", token);
    directory_.write("sa/namespace", "argus-system");
    ClusterAccessOptions options;
    options.service_account_directory = directory_.path() + "/sa";
    return options;
  }

  fakes::TemporaryDirectory directory_;
  base::FakeClock clock_;
  base::Metrics metrics_;
  std::map<std::string, std::string> before_;
};

TEST_F(ClusterAccessTest, LooksInControllerRuntimesOrder) {
  ClusterAccessOptions options = service_account("ca", "t");
  setenv("HOME", directory_.path().c_str(), 1);
  kubeconfig(".kube/config", "https://home");
  EXPECT_EQ(find(options).server, "https://home");
  setenv("KUBERNETES_SERVICE_HOST", "10.96.0.1", 1);
  setenv("KUBERNETES_SERVICE_PORT", "443", 1);
  EXPECT_EQ(find(options).server, "https://10.96.0.1:443");
  setenv("KUBECONFIG", kubeconfig("listed", "https://listed").c_str(), 1);
  EXPECT_EQ(find(options).server, "https://listed");
  options.kubeconfig = kubeconfig("flag", "https://flag");
  EXPECT_EQ(find(options).server, "https://flag");
}

TEST_F(ClusterAccessTest, WhoNamesAContextMeansAKubeconfig) {
  ClusterAccessOptions options = service_account("ca", "t");
  setenv("KUBERNETES_SERVICE_HOST", "10.96.0.1", 1);
  setenv("KUBERNETES_SERVICE_PORT", "443", 1);
  setenv("HOME", directory_.path().c_str(), 1);
  kubeconfig(".kube/config", "https://home");
  options.context = "x";
  EXPECT_EQ(find(options).server, "https://home");
}

TEST_F(ClusterAccessTest, NothingNamesACluster) {
  EXPECT_THROW(find(), AccessError);
  setenv("HOME", directory_.path().c_str(), 1);
  try {
    find();
    FAIL() << "found";
  } catch (const AccessError& error) {
    EXPECT_THAT(error.what(),
                HasSubstr("/.kube/config does not exist; name one with --kubeconfig"));
  }
  ClusterAccessOptions options;
  options.kubeconfig = "/no/such/file";
  EXPECT_THROW(find(options), AccessError);
}

TEST_F(ClusterAccessTest, InCluster) {
  const ClusterAccessOptions options = service_account("the ca", "the token\n");
  const ClusterAccess access =
      access_in_cluster("10.96.0.1", "443", options.service_account_directory, clock_);
  EXPECT_EQ(access.server, "https://10.96.0.1:443");
  EXPECT_EQ(access.ca_pem, "the ca");
  EXPECT_EQ(access.ns, "argus-system");
  EXPECT_EQ(access.credentials->current({}).bearer_token, "the token");
  const auto ipv6 = access_in_cluster("fd00::1", "443", options.service_account_directory, clock_);
  EXPECT_EQ(ipv6.server, "https://kubernetes.default.svc:443");
  EXPECT_THROW(access_in_cluster("h", "1", directory_.path(), clock_), AccessError);
}

TEST_F(ClusterAccessTest, AContextIsResolved) {
  const ClusterAccess access = access_from_kubeconfig(
      parse_kubeconfig("contexts: [{name: a, context: {cluster: c, user: u, namespace: n}}]\n"
                       "clusters: [{name: c, cluster: {server: https://h, tls-server-name: s}}]\n"
                       "users: [{name: u, user: {token: t}}]\n",
                       "/f"),
      "a", clock_);
  EXPECT_EQ(access.source, "context a of /f");
  EXPECT_EQ(access.server, "https://h");
  EXPECT_EQ(access.tls_server_name, "s");
  EXPECT_EQ(access.ns, "n");
  EXPECT_EQ(access.credentials->current({}).bearer_token, "t");
}

TEST_F(ClusterAccessTest, ATokenFileGoesBeforeATokenAndATokenBeforeAPlugin) {
  directory_.write("token", "from-file");
  const std::string rest =
      "current-context: a\ncontexts: [{name: a, context: {cluster: c, user: u}}]\n"
      "clusters: [{name: c, cluster: {server: https://h}}]\n";
  const auto token_of = [&](const std::string& user) {
    const auto config =
        parse_kubeconfig(rest + "users: [{name: u, user: " + user + "}]", directory_.path() + "/f");
    return access_from_kubeconfig(config, "", clock_).credentials->current({}).bearer_token;
  };
  const std::string plugin =
      "exec: {apiVersion: client.authentication.k8s.io/v1, command: /no/such/plugin}";
  EXPECT_EQ(token_of("{token: t, tokenFile: token}"), "from-file");
  EXPECT_EQ(token_of("{token: t, " + plugin + "}"), "t");
  EXPECT_THROW(token_of("{" + plugin + "}"), AccessError);
  EXPECT_EQ(token_of("{}"), "");
}

TEST_F(ClusterAccessTest, APluginThatAsksIsToldOfTheCluster) {
  directory_.write_program("plugin", "echo \"$KUBERNETES_EXEC_INFO\" > " + directory_.path() +
                                         "/info\necho '{\"apiVersion\":"
                                         "\"client.authentication.k8s.io/v1\",\"kind\":"
                                         "\"ExecCredential\",\"status\":{\"token\":\"t\"}}'\n");
  const auto config = parse_kubeconfig(
      "current-context: a\ncontexts: [{name: a, context: {cluster: c, user: u}}]\n"
      "clusters: [{name: c, cluster: {server: https://h, certificate-authority-data: Y2E=, "
      "extensions: [{name: client.authentication.k8s.io/exec, extension: {x: 1}}]}}]\n"
      "users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, "
      "command: ./plugin, provideClusterInfo: true}}}]\n",
      directory_.path() + "/config");
  const auto access = access_from_kubeconfig(config, "", clock_);
  EXPECT_EQ(access.credentials->current({}).bearer_token, "t");
  EXPECT_EQ(Json::parse(directory_.read("info"))["spec"]["cluster"],
            Json::parse(R"({"server":"https://h","certificate-authority-data":"Y2E=",
                            "config":{"x":1}})"));
}

TEST_F(ClusterAccessTest, EveryMistakeIsASentence) {
  const std::string context = "contexts: [{name: a, context: {cluster: c, user: u}}]\n";
  const std::string cluster = "clusters: [{name: c, cluster: {server: https://h}}]\n";
  EXPECT_THAT(failure(context),
              AllOf(HasSubstr("has no current context; choose one"), HasSubstr("There are: a.")));
  EXPECT_THAT(failure("current-context: b\n" + context),
              HasSubstr("names the context \"b\", which is not there; there are: a."));
  EXPECT_THAT(failure(context, "z"), HasSubstr("names the context \"z\""));
  EXPECT_THAT(failure(context, "a"), HasSubstr("names the cluster \"c\", which is not there; there "
                                               "are: none."));
  EXPECT_THAT(failure(context + cluster, "a"), HasSubstr("names the user \"u\""));
  EXPECT_THAT(failure(context + "clusters: [{name: c, cluster: {server: https://h, "
                                "certificate-authority: gone.crt}}]\nusers: [{name: u}]\n",
                      "a"),
              AllOf(StartsWith("The certificate authority "),
                    HasSubstr("gone.crt cannot be read: No such file")));
  EXPECT_THAT(failure(context + cluster +
                          "users: [{name: u, user: {client-certificate-data: eA==, "
                          "client-key-data: eA==}}]\n",
                      "a"),
              AllOf(StartsWith("The user \"u\" of the kubeconfig "),
                    HasSubstr("is not a PEM certificate")));
}

TEST_F(ClusterAccessTest, ABadServerOrCaIsASentence) {
  const auto sentence = [&](const std::string& server, const std::string& ca) {
    ClusterAccess access;
    access.source = "context a of /f";
    access.server = server;
    access.ca_pem = ca;
    access.credentials = fixed_credentials({});
    try {
      connect(access, {}, clock_, metrics_);
    } catch (const AccessError& error) {
      return std::string(error.what());
    }
    return std::string("connected");
  };
  EXPECT_EQ(sentence("127.0.0.1", ""),
            "The cluster of context a of /f: \"127.0.0.1\" is not a server address; write "
            "https://host:port.");
  EXPECT_THAT(sentence("https://h", "x"), HasSubstr("The CA is not a PEM certificate"));
}

// The whole way, in one process: TLS, a token that is read again after a 401, the metric.
TEST_F(ClusterAccessTest, AClientSpeaksAsTheServiceAccount) {
  const fakes::CertificateAuthority ca("cluster-ca");
  const HttpServer server(
      [](HttpServer::Connection& connection) {
        while (const auto request = connection.read_request()) {
          const bool fresh = request->find("Bearer new") != std::string::npos;
          connection.write(fresh ? fakes::answer(200, R"({"metadata":{"name":"n"}})")
                                 : fakes::answer(401, R"({"kind":"Status","code":401})"));
        }
      },
      fakes::ServerTls{ca.issue("apiserver", "IP:127.0.0.1"), ""});
  const ClusterAccessOptions options = service_account(ca.certificate_pem(), "old");
  const auto access = access_in_cluster("127.0.0.1", std::to_string(server.port()),
                                        options.service_account_directory, clock_);
  const auto client = connect(access, {}, clock_, metrics_);
  directory_.write("sa/token", "new");
  EXPECT_EQ(key_of(client->get(kNamespaces, {"", "n"}, {}).value()).name, "n");
  const std::string host = "127.0.0.1:" + std::to_string(server.port());
  EXPECT_THAT(metrics_.exposition(),
              AllOf(HasSubstr("rest_client_requests_total{code=\"401\",host=\"" + host +
                              "\",method=\"GET\"} 1"),
                    HasSubstr("rest_client_requests_total{code=\"200\",host=\"" + host +
                              "\",method=\"GET\"} 1")));
}

}  // namespace
}  // namespace argus::kube
