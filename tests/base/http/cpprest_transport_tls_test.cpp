#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <mutex>

#include "base/http/cpprest_transport.h"
#include "fakes/http_server.h"

namespace argus::base {
namespace {

using fakes::CertificateAuthority;
using fakes::HttpServer;
using fakes::Identity;
using fakes::ServerTls;
using testing::HasSubstr;
using Kind = TransportError::Kind;

class Tls : public testing::Test {
 protected:
  // What the server saw of each connection: the announced server name, the client's common name.
  struct Seen {
    std::string server_name;
    std::string client;
  };

  HttpServer::Handler handler() {
    return [this](HttpServer::Connection& connection) {
      {
        const std::lock_guard lock(mutex_);
        seen_.push_back({connection.server_name(), connection.client_subject()});
      }
      while (connection.read_request()) connection.write(fakes::answer(200, "ok"));
    };
  }

  std::vector<Seen> seen() {
    const std::lock_guard lock(mutex_);
    return seen_;
  }

  TransportOptions trusting(const HttpServer& server, const std::string& ca) const {
    TransportOptions options;
    options.base_url = server.url();
    options.ca_pem = ca;
    return options;
  }

  // The sentence of the TLS failure that `options` lead to.
  static std::string failure_of(const TransportOptions& options) {
    try {
      make_cpprest_transport(options)->send({}, {});
    } catch (const TransportError& error) {
      EXPECT_EQ(error.kind(), Kind::kTls);
      return error.what();
    }
    ADD_FAILURE() << "connected";
    return "";
  }

  CertificateAuthority ca_{"test-ca"};
  std::mutex mutex_;
  std::vector<Seen> seen_;
};

TEST_F(Tls, AServerByItsIpAddress) {
  const HttpServer server(handler(), ServerTls{ca_.issue("server", "IP:127.0.0.1"), ""});
  const auto transport = make_cpprest_transport(trusting(server, ca_.certificate_pem()));
  EXPECT_EQ(transport->send({}, {}).body, "ok");
  EXPECT_EQ(transport->send({}, {}).body, "ok");
  EXPECT_EQ(seen().front().server_name, "");  // RFC 6066: no IP address in SNI
}

TEST_F(Tls, AServerByItsHostName) {
  const HttpServer server(handler(), ServerTls{ca_.issue("server", "DNS:localhost"), ""});
  TransportOptions options = trusting(server, ca_.certificate_pem());
  options.base_url = "https://localhost:" + std::to_string(server.port());
  EXPECT_EQ(make_cpprest_transport(options)->send({}, {}).body, "ok");
  EXPECT_EQ(seen().front().server_name, "localhost");
}

TEST_F(Tls, ServerNameReplacesTheHost) {
  const HttpServer server(handler(), ServerTls{ca_.issue("server", "DNS:kubernetes.default"), ""});
  TransportOptions options = trusting(server, ca_.certificate_pem());
  EXPECT_THAT(failure_of(options), HasSubstr("does not name 127.0.0.1"));
  options.server_name = "kubernetes.default";
  EXPECT_EQ(make_cpprest_transport(options)->send({}, {}).body, "ok");
  EXPECT_EQ(seen().back().server_name, "kubernetes.default");
  options.server_name = "kubernetes.other";
  EXPECT_THAT(failure_of(options), HasSubstr("does not name kubernetes.other"));
}

TEST_F(Tls, OnlySubjectAlternativeNamesCount) {
  const HttpServer server(handler(), ServerTls{ca_.issue("localhost", ""), ""});
  TransportOptions options = trusting(server, ca_.certificate_pem());
  options.base_url = "https://localhost:" + std::to_string(server.port());
  EXPECT_THAT(failure_of(options), HasSubstr("does not name localhost"));
}

TEST_F(Tls, AnotherCaIsNotTrusted) {
  const HttpServer server(handler(), ServerTls{ca_.issue("server", "IP:127.0.0.1"), ""});
  const CertificateAuthority other("other-ca");
  EXPECT_THAT(failure_of(trusting(server, other.certificate_pem())),
              HasSubstr("not signed by a trusted CA"));
  EXPECT_TRUE(seen().empty());
}

TEST_F(Tls, AnExpiredCertificateIsRefused) {
  const HttpServer server(handler(), ServerTls{ca_.issue("server", "IP:127.0.0.1", -60), ""});
  EXPECT_THAT(failure_of(trusting(server, ca_.certificate_pem())), HasSubstr("has expired"));
}

TEST_F(Tls, ABundleTrustsEachOfItsCas) {
  const CertificateAuthority other("other-ca");
  const HttpServer server(handler(), ServerTls{ca_.issue("server", "IP:127.0.0.1"), ""});
  const auto options = trusting(server, other.certificate_pem() + ca_.certificate_pem());
  EXPECT_EQ(make_cpprest_transport(options)->send({}, {}).body, "ok");
}

TEST_F(Tls, TheServersOwnCertificateMayBeTrustedByName) {
  const Identity identity = ca_.issue("server", "IP:127.0.0.1");
  const HttpServer server(handler(), ServerTls{identity, ""});
  const auto transport = make_cpprest_transport(trusting(server, identity.certificate_pem));
  EXPECT_EQ(transport->send({}, {}).body, "ok");
}

TEST_F(Tls, InsecureSkipsVerification) {
  const HttpServer server(handler(), ServerTls{ca_.issue("server", "DNS:elsewhere"), ""});
  TransportOptions options = trusting(server, "");
  options.insecure_skip_tls_verify = true;
  EXPECT_EQ(make_cpprest_transport(options)->send({}, {}).body, "ok");
}

// A CA that is named replaces the system's: the system's store holds the server's CA here.
TEST_F(Tls, ANamedCaReplacesTheSystemsStore) {
  const std::string path = testing::TempDir() + "argus-system-ca-" + std::to_string(getpid());
  std::ofstream(path) << ca_.certificate_pem();
  setenv("SSL_CERT_FILE", path.c_str(), 1);
  const HttpServer server(handler(), ServerTls{ca_.issue("server", "IP:127.0.0.1"), ""});
  const CertificateAuthority other("other-ca");
  EXPECT_EQ(make_cpprest_transport(trusting(server, ""))->send({}, {}).body, "ok");
  failure_of(trusting(server, other.certificate_pem()));
  unsetenv("SSL_CERT_FILE");
  std::remove(path.c_str());
}

TEST_F(Tls, AClientCertificateIsPresentedAndItsSuccessorReplacesIt) {
  const HttpServer server(handler(),
                          ServerTls{ca_.issue("server", "IP:127.0.0.1"), ca_.certificate_pem()});
  Identity identity = ca_.issue("alice", "");
  TransportOptions options = trusting(server, ca_.certificate_pem());
  options.credentials = [&](std::stop_token) {
    return RequestCredentials{"", identity.certificate_pem, identity.key_pem};
  };
  const auto transport = make_cpprest_transport(options);
  EXPECT_EQ(transport->send({}, {}).body, "ok");
  identity = ca_.issue("bob", "");
  EXPECT_EQ(transport->send({}, {}).body, "ok");
  ASSERT_EQ(seen().size(), 2U);
  EXPECT_EQ(seen()[0].client, "alice");
  EXPECT_EQ(seen()[1].client, "bob");
}

TEST_F(Tls, PlainTextInsteadOfTls) {
  const HttpServer server([](HttpServer::Connection& connection) {
    connection.write("HTTP/1.1 400 Bad Request\r\n\r\n");
    connection.await_close();
  });
  TransportOptions options;
  options.base_url = "https://127.0.0.1:" + std::to_string(server.port());
  EXPECT_THAT(failure_of(options), HasSubstr("the TLS handshake failed"));
}

TEST_F(Tls, BadPemIsNamed) {
  const Identity identity = ca_.issue("alice", "");
  const Identity other = ca_.issue("bob", "");
  const auto sentence = [&](const std::string& ca, const RequestCredentials& credentials) {
    TransportOptions options;
    options.base_url = "https://127.0.0.1:1";
    options.ca_pem = ca;
    options.credentials = [&](std::stop_token) { return credentials; };
    try {
      make_cpprest_transport(options)->send({}, {});
    } catch (const std::invalid_argument& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  EXPECT_THAT(sentence("rubbish", {}), HasSubstr("The CA is not a PEM certificate"));
  EXPECT_THAT(sentence(ca_.certificate_pem().substr(0, 200), {}), HasSubstr("The CA is not a PEM"));
  EXPECT_THAT(sentence("", {"", "rubbish", identity.key_pem}),
              HasSubstr("The client certificate is not a PEM certificate"));
  EXPECT_THAT(sentence("", {"", identity.certificate_pem, "rubbish"}),
              HasSubstr("not an unencrypted PEM private key"));
  EXPECT_THAT(sentence("", {"", identity.certificate_pem, other.key_pem}),
              HasSubstr("does not belong to the client certificate"));
  EXPECT_THAT(sentence("", {"", identity.certificate_pem, ""}), HasSubstr("one is missing"));
}

}  // namespace
}  // namespace argus::base
