#include "kube/watch_decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/http/transport.h"

namespace argus::kube {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Type = WatchEvent::Type;

std::string event(const std::string& type, const std::string& name) {
  return R"({"type":")" + type + R"(","object":{"metadata":{"name":")" + name + "\"}}}\n";
}

// What a decoder makes of `bytes` in pieces of `piece` bytes: "0 a" for an ADDED of a.
std::vector<std::string> decode(const std::string& bytes, std::size_t piece) {
  WatchDecoder decoder;
  std::vector<std::string> events;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    EXPECT_TRUE(decoder.feed(bytes.substr(at, piece), [&](const WatchEvent& event) {
      events.push_back(std::to_string(static_cast<int>(event.type)) + " " +
                       key_of(*event.object).name);
      return true;
    }));
  }
  decoder.finish();
  return events;
}

std::string failure(const std::string& bytes) {
  try {
    decode(bytes, 1 << 20);
  } catch (const base::TransportError& error) {
    EXPECT_EQ(error.kind(), base::TransportError::Kind::kBroken);
    return error.what();
  }
  return "accepted";
}

TEST(WatchDecoder, HoweverTheBytesAreCut) {
  const std::string bytes = event("ADDED", "a") + event("MODIFIED", "b") + "\n" +
                            event("DELETED", "\xc3\xa4") + event("BOOKMARK", "d") + "\r\n" +
                            event("ERROR", "e");
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    ASSERT_THAT(decode(bytes, piece), ElementsAre("0 a", "1 b", "2 \xc3\xa4", "3 d", "4 e"));
  }
}

TEST(WatchDecoder, StopsAtTheEventThatIsEnough) {
  WatchDecoder decoder;
  int events = 0;
  EXPECT_FALSE(decoder.feed(event("ADDED", "a") + event("ADDED", "b"),
                            [&](const WatchEvent&) { return ++events < 1; }));
  EXPECT_EQ(events, 1);
}

TEST(WatchDecoder, TheObjectMayBeMovedFrom) {
  WatchDecoder decoder;
  Json kept;
  decoder.feed(event("ADDED", "a"), [&](const WatchEvent& event) {
    kept = std::move(*event.object);
    return true;
  });
  EXPECT_EQ(key_of(kept).name, "a");
}

TEST(WatchDecoder, WhatIsNoEventEndsTheWatch) {
  EXPECT_THAT(failure("<html>\n"), HasSubstr("not an event"));
  EXPECT_THAT(failure("{}\n"), HasSubstr("not an event"));
  EXPECT_THAT(failure("[]\n"), HasSubstr("not an event"));
  EXPECT_THAT(failure(R"({"type":"ADDED","object":null})"
                      "\n"),
              HasSubstr("not an event"));
  EXPECT_THAT(failure(event("RENAMED", "a")), HasSubstr("unknown type \"RENAMED\""));
  EXPECT_THAT(failure(R"({"type":"ADDED")"), HasSubstr("in the middle of an event"));
}

TEST(WatchDecoder, AnEndlessLineIsRefused) {
  EXPECT_THAT(failure(std::string(kWatchLineBytesMax + 1, 'x')), HasSubstr("more than 16777216"));
}

}  // namespace
}  // namespace argus::kube
