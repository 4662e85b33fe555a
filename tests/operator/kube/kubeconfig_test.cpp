#include "kube/kubeconfig.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.h"
#include "fakes/temporary_directory.h"

namespace argus::kube {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kWhole = R"(
apiVersion: v1
kind: Config
current-context: admin@here
preferences: {}
clusters:
- name: here
  cluster:
    server: https://127.0.0.1:6443
    certificate-authority-data: Y2EgcGVt
    tls-server-name: kubernetes.default
- name: files
  cluster:
    server: https://h:1
    certificate-authority: pki/ca.crt
- name: careless
  cluster:
    server: https://h:2
    insecure-skip-tls-verify: true
    extensions:
    - name: client.authentication.k8s.io/exec
      extension: {audience: [a, 1]}
users:
- name: admin
  user:
    client-certificate-data: Y2VydA==
    client-key-data: a2V5
- name: file-user
  user: {client-certificate: a.crt, client-key: /abs/a.key, tokenFile: ../token}
- name: token-user
  user: {token: t0}
- name: plugin-user
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: ./bin/login
      args: [--cluster, "5"]
      env:
      - {name: REGION, value: eu}
      installHint: Get it.
      provideClusterInfo: true
      interactiveMode: IfAvailable
contexts:
- name: admin@here
  context: {cluster: here, user: admin, namespace: data}
- name: bare
  context: {cluster: files}
)";

TEST(Kubeconfig, ReadsClustersUsersAndContexts) {
  const Kubeconfig config = parse_kubeconfig(kWhole, "/etc/k/config");
  EXPECT_EQ(config.source, "/etc/k/config");
  EXPECT_EQ(config.current_context, "admin@here");
  const auto& here = config.clusters.at("here");
  EXPECT_EQ(here.server, "https://127.0.0.1:6443");
  EXPECT_EQ(here.certificate_authority.pem, "ca pem");
  EXPECT_EQ(here.tls_server_name, "kubernetes.default");
  EXPECT_FALSE(here.insecure_skip_tls_verify);
  EXPECT_TRUE(config.clusters.at("careless").insecure_skip_tls_verify);
  EXPECT_EQ(config.users.at("admin").client_certificate.pem, "cert");
  EXPECT_EQ(config.users.at("admin").client_key.pem, "key");
  EXPECT_EQ(config.users.at("token-user").token, "t0");
  const auto& context = config.contexts.at("admin@here");
  EXPECT_EQ(context.cluster, "here");
  EXPECT_EQ(context.user, "admin");
  EXPECT_EQ(context.ns, "data");
  EXPECT_EQ(config.contexts.at("bare").user, "");
}

TEST(Kubeconfig, FilesAreRelativeToTheKubeconfig) {
  const Kubeconfig config = parse_kubeconfig(kWhole, "/etc/k/config");
  EXPECT_EQ(config.clusters.at("files").certificate_authority.file, "/etc/k/pki/ca.crt");
  const auto& user = config.users.at("file-user");
  EXPECT_EQ(user.client_certificate.file, "/etc/k/a.crt");
  EXPECT_EQ(user.client_key.file, "/abs/a.key");
  EXPECT_EQ(user.token_file, "/etc/token");
}

TEST(Kubeconfig, ReadsAnExecPlugin) {
  const Kubeconfig config = parse_kubeconfig(kWhole, "/etc/k/config");
  const auto& user = config.users.at("plugin-user");
  ASSERT_TRUE(user.exec);
  EXPECT_EQ(user.exec->api_version, "client.authentication.k8s.io/v1beta1");
  EXPECT_EQ(user.exec->command, "/etc/k/bin/login");
  EXPECT_THAT(user.exec->arguments, ElementsAre("--cluster", "5"));
  EXPECT_EQ(user.exec->environment.at("REGION"), "eu");
  EXPECT_EQ(user.exec->install_hint, "Get it.");
  EXPECT_TRUE(user.exec_wants_cluster);
  EXPECT_EQ(config.clusters.at("careless").exec_config, Json::parse(R"({"audience":["a",1]})"));
}

TEST(Kubeconfig, ACommandWithoutASlashIsLookedUpInThePath) {
  const Kubeconfig config = parse_kubeconfig(
      "users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: "
      "aws}}}]",
      "/etc/k/config");
  EXPECT_EQ(config.users.at("u").exec->command, "aws");
}

TEST(Kubeconfig, JsonAndAnEmptyFileAreKubeconfigsToo) {
  EXPECT_EQ(parse_kubeconfig(R"({"kind":"Config","current-context":"x"})", "f").current_context,
            "x");
  EXPECT_TRUE(parse_kubeconfig("", "f").contexts.empty());
  EXPECT_TRUE(parse_kubeconfig("clusters: null\nusers: []\n", "f").clusters.empty());
}

struct Bad {
  const char* text;
  const char* sentence;
};

class BadKubeconfig : public testing::TestWithParam<Bad> {};

TEST_P(BadKubeconfig, IsNamedInOneSentence) {
  try {
    static_cast<void>(parse_kubeconfig(GetParam().text, "/f"));
    FAIL() << "accepted";
  } catch (const AccessError& error) {
    EXPECT_THAT(error.what(), StartsWith("The kubeconfig /f"));
    EXPECT_THAT(error.what(), HasSubstr(GetParam().sentence));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Kubeconfig, BadKubeconfig,
    testing::Values(
        Bad{"a: [", "is not YAML: line "}, Bad{"just text", "is not a map of names to values"},
        Bad{"a: 1\n---\nb: 2\n", "has more than one document"},
        Bad{"kind: Pod", "is of kind Pod, not Config"},
        Bad{"current-context: 5", "has a current-context that is not text; quote it"},
        Bad{"clusters: {}", "has clusters that are not a list"},
        Bad{"clusters: [{cluster: {server: x}}]", "clusters has an entry without a name"},
        Bad{"clusters: [{name: c, cluster: 5}]", "cluster \"c\" must be a map"},
        Bad{"clusters: [{name: c, cluster: {}}]", "cluster \"c\" has no server; write server:"},
        Bad{"clusters: [{name: c, cluster: {server: https://h, proxy-url: http://p}}]",
            "asks for a proxy"},
        Bad{"clusters: [{name: c, cluster: {server: https://h, certificate-authority-data: '%'}}]",
            "has a certificate-authority-data that is not base64"},
        Bad{"clusters: [{name: c, cluster: {server: https://h, certificate-authority: f, "
            "insecure-skip-tls-verify: true}}]",
            "both a certificate authority and insecure-skip-tls-verify"},
        Bad{"clusters: [{name: c, cluster: {server: https://h, insecure-skip-tls-verify: 'yes'}}]",
            "insecure-skip-tls-verify that is not true or false"},
        Bad{"users: [{name: u, user: {client-certificate: f}}]",
            "user \"u\" has one of client-certificate and client-key without the other"},
        Bad{"users: [{name: u, user: {username: x, password: y}}]", "user name and password"},
        Bad{"users: [{name: u, user: {auth-provider: {name: gcp}}}]", "use an exec plugin"},
        Bad{"users: [{name: u, user: {token: t, as: root}}]", "impersonates somebody (as)"},
        Bad{"users: [{name: u, user: {token: [t]}}]", "has a token that is not text"},
        Bad{"users: [{name: u, user: {exec: {command: x}}}]",
            "user \"u\", exec has the apiVersion \"\"; write client.authentication.k8s.io/v1"},
        Bad{"users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1}}}]",
            "has no command"},
        Bad{"users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: "
            "x, interactiveMode: Always}}}]",
            "needs a terminal"},
        Bad{"users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: "
            "x, args: [5]}}}]",
            "has an argument that is not text"},
        Bad{"users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: "
            "x, env: [{value: y}]}}}]",
            "has a variable without a name"}));

TEST(LoadKubeconfig, TheFirstFileToSetSomethingWins) {
  const fakes::TemporaryDirectory directory;
  const std::string first =
      directory.write("first", "clusters: [{name: c, cluster: {server: https://first}}]\n");
  const std::string second = directory.write(
      "second",
      "current-context: from-second\n"
      "clusters: [{name: c, cluster: {server: https://second}}, {name: d, cluster: {server: "
      "https://d}}]\n");
  const std::string third = directory.write("third", "current-context: from-third\n");
  const Kubeconfig config = load_kubeconfig({first, directory.path() + "/missing", second, third});
  EXPECT_EQ(config.clusters.at("c").server, "https://first");
  EXPECT_EQ(config.clusters.at("d").server, "https://d");
  EXPECT_EQ(config.current_context, "from-second");
  EXPECT_EQ(config.source, first + ":" + second + ":" + third);
}

TEST(LoadKubeconfig, OneFileAtLeastMustBeThere) {
  try {
    static_cast<void>(load_kubeconfig({"/no/a", "/no/b"}));
    FAIL() << "accepted";
  } catch (const AccessError& error) {
    EXPECT_STREQ(error.what(),
                 "The kubeconfig /no/a:/no/b does not exist; name one with --kubeconfig or "
                 "KUBECONFIG.");
  }
}

TEST(SplitKubeconfigList, SkipsEmptyNames) {
  EXPECT_THAT(split_kubeconfig_list("/a::/b:"), ElementsAre("/a", "/b"));
  EXPECT_TRUE(split_kubeconfig_list("").empty());
}

}  // namespace
}  // namespace argus::kube
