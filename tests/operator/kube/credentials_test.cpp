#include "kube/credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "fakes/certificates.h"
#include "fakes/fake_clock.h"
#include "fakes/temporary_directory.h"

namespace argus::kube {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

TEST(FixedCredentials, AreAlwaysTheSame) {
  const auto source = fixed_credentials({"t", "", ""});
  EXPECT_EQ(source->current({}).bearer_token, "t");
  EXPECT_FALSE(source->refuse());
}

TEST(TokenFile, IsReadAgainAfterAMinute) {
  const fakes::TemporaryDirectory directory;
  base::FakeClock clock;
  const auto source = token_file_credentials(directory.write("token", " first\n"), {}, clock);
  EXPECT_EQ(source->current({}).bearer_token, "first");
  directory.write("token", "second");
  clock.advance(59s);
  EXPECT_EQ(source->current({}).bearer_token, "first");
  clock.advance(1s);
  EXPECT_EQ(source->current({}).bearer_token, "second");
}

TEST(TokenFile, IsReadAtOnceWhenItsTokenIsRefused) {
  const fakes::TemporaryDirectory directory;
  base::FakeClock clock;
  const auto source = token_file_credentials(directory.write("token", "first"), {}, clock);
  directory.write("token", "second");
  EXPECT_TRUE(source->refuse());
  EXPECT_EQ(source->current({}).bearer_token, "second");
}

TEST(TokenFile, ItsLastTokenIsUsedOnWhenItVanishes) {
  const fakes::TemporaryDirectory directory;
  base::FakeClock clock;
  const std::string path = directory.write("token", "last");
  const auto source = token_file_credentials(path, {}, clock);
  std::filesystem::remove(path);
  clock.advance(1h);
  testing::internal::CaptureStderr();
  EXPECT_EQ(source->current({}).bearer_token, "last");
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("cannot be read"));
  directory.write("token", "back");
  clock.advance(1min);
  EXPECT_EQ(source->current({}).bearer_token, "back");
}

TEST(TokenFile, MustBeThereAtTheStart) {
  const fakes::TemporaryDirectory directory;
  base::FakeClock clock;
  const auto sentence = [&](const std::string& path) {
    try {
      static_cast<void>(token_file_credentials(path, {}, clock));
    } catch (const AccessError& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  EXPECT_EQ(sentence("/no/such/token"),
            "The token file /no/such/token cannot be read: No such file or directory.");
  const std::string empty = directory.write("empty", "\n");
  EXPECT_EQ(sentence(empty), "The token file " + empty + " is empty.");
  EXPECT_THAT(sentence(directory.path()), HasSubstr("cannot be read: Is a directory."));
}

TEST(RequireUsable, NamesWhoseCertificateIsBad) {
  const fakes::CertificateAuthority ca("ca");
  const auto alice = ca.issue("alice", "");
  const auto bob = ca.issue("bob", "");
  EXPECT_NO_THROW(require_usable({"t", "", ""}, "X"));
  EXPECT_NO_THROW(require_usable({"", alice.certificate_pem, alice.key_pem}, "X"));
  try {
    require_usable({"", alice.certificate_pem, bob.key_pem}, "The user \"x\"");
    FAIL() << "accepted";
  } catch (const AccessError& error) {
    EXPECT_THAT(error.what(), StartsWith("The user \"x\": The client key does not belong"));
  }
}

}  // namespace
}  // namespace argus::kube
