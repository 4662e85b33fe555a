// What a test needs of its environment: a service's address, a right. Where it is missing the test
// is skipped; where nothing may be skipped (tests/run sets ARGUS_TEST_REQUIRED) it fails, so that a
// test that never ran is not taken for one that passed.
//
// Threads: getenv is not safe beside a setenv; tests set nothing while others run.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>

namespace argus::fakes {

inline bool nothing_may_be_skipped() { return std::getenv("ARGUS_TEST_REQUIRED") != nullptr; }

}  // namespace argus::fakes

// In SetUp() or a test's body, which it ends unless CONDITION holds. WHAT_TO_DO is a text.
#define ARGUS_NEEDS(condition, what_to_do)                                \
  do {                                                                    \
    if (condition) break;                                                 \
    if (::argus::fakes::nothing_may_be_skipped()) FAIL() << (what_to_do); \
    GTEST_SKIP() << (what_to_do);                                         \
  } while (false)
