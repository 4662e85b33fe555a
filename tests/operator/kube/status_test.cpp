#include "kube/status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace argus::kube {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

base::HttpResponse response(int status, const std::string& body, base::HttpHeaders headers = {}) {
  return {status, std::move(headers), body};
}

TEST(Status, AStatusBecomesAnApiError) {
  const ApiError error =
      error_from(response(409, R"({"kind":"Status","apiVersion":"v1","status":"Failure","code":409,
                        "reason":"Conflict","message":"the object has been modified"})"),
                 "PUT /x");
  EXPECT_EQ(error.status(), 409);
  EXPECT_EQ(error.reason(), "Conflict");
  EXPECT_STREQ(error.what(), "the object has been modified");
  EXPECT_TRUE(error.is_conflict());
  EXPECT_FALSE(error.is_already_exists());
  EXPECT_EQ(error.retry_after(), std::nullopt);
}

TEST(Status, KindsOfErrors) {
  const auto with = [](int code, const std::string& reason) {
    return error_from(response(code, R"({"kind":"Status","code":)" + std::to_string(code) +
                                         R"(,"reason":")" + reason + R"(","message":"m"})"),
                      "GET /x");
  };
  EXPECT_TRUE(with(404, "NotFound").is_not_found());
  EXPECT_TRUE(with(409, "AlreadyExists").is_already_exists());
  EXPECT_FALSE(with(409, "AlreadyExists").is_conflict());
  EXPECT_TRUE(with(410, "Expired").is_expired());
  EXPECT_TRUE(with(410, "Gone").is_expired());
  EXPECT_TRUE(with(403, "Forbidden").is_forbidden());
  EXPECT_TRUE(with(422, "Invalid").is_invalid());
  EXPECT_TRUE(with(400, "BadRequest").is_invalid());
  EXPECT_TRUE(with(429, "TooManyRequests").is_too_many_requests());
}

TEST(Status, RetryAfterFromTheStatusOrTheHeader) {
  const std::string status = R"({"kind":"Status","code":429,"details":{"retryAfterSeconds":7}})";
  EXPECT_EQ(error_from(response(429, status, {{"Retry-After", "3"}}), "").retry_after(), 7s);
  EXPECT_EQ(error_from(response(429, "slow down", {{"retry-after", "3"}}), "").retry_after(), 3s);
  EXPECT_EQ(error_from(response(503, "", {{"Retry-After", "soon"}}), "").retry_after(),
            std::nullopt);
}

TEST(Status, APersonLearnsWhatA401Means) {
  const ApiError error = error_from(
      response(401,
               R"({"kind":"Status","code":401,"reason":"Unauthorized","message":"Unauthorized"})"),
      "GET /x");
  EXPECT_THAT(error.what(), HasSubstr("does not accept the credentials"));
}

TEST(Status, AnAnswerThatIsNoStatusIsNamedAndCut) {
  const ApiError error =
      error_from(response(502, "<html>" + std::string(1000, 'x')), "GET /api/v1/pods");
  EXPECT_EQ(error.status(), 502);
  EXPECT_THAT(error.what(), HasSubstr("GET /api/v1/pods was answered with 502"));
  EXPECT_THAT(error.what(), HasSubstr("<html>xx"));
  EXPECT_LT(std::string(error.what()).size(), 400U);
}

TEST(Status, TheObjectOfAnErrorEvent) {
  const ApiError error = error_from_status(Json::parse(
      R"({"kind":"Status","code":410,"reason":"Expired","message":"too old resource version"})"));
  EXPECT_TRUE(error.is_expired());
  EXPECT_STREQ(error.what(), "too old resource version");
  EXPECT_EQ(error_from_status(Json::parse("{}")).status(), 500);
}

}  // namespace
}  // namespace argus::kube
