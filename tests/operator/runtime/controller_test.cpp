#include "runtime/controller.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <sstream>

#include "base/http/transport.h"
#include "base/log.h"
#include "fakes/eventually.h"
#include "fakes/fake_clock.h"

namespace argus::runtime {
namespace {

using base::FakeClock;
using fakes::eventually;
using kube::Json;
using namespace std::chrono_literals;
using ::testing::HasSubstr;

const Request kA{{"ns", "a"}};
const Request kB{{"ns", "b"}};

// Does what the test says, and remembers what it was asked.
class ScriptedReconciler final : public Reconciler {
 public:
  using Script = std::function<Result(const Request&, std::stop_token)>;

  Result reconcile(const Request& request, std::stop_token stop) override {
    Script script;
    {
      const std::lock_guard lock(mutex_);
      ++calls_[request];
      script = script_;
    }
    return script ? script(request, std::move(stop)) : Result{};
  }
  void script(Script script) {
    const std::lock_guard lock(mutex_);
    script_ = std::move(script);
  }
  int calls(const Request& request) const {
    const std::lock_guard lock(mutex_);
    const auto found = calls_.find(request);
    return found == calls_.end() ? 0 : found->second;
  }

 private:
  mutable std::mutex mutex_;
  Script script_;
  std::map<Request, int> calls_;
};

kube::SharedObject object(const std::string& kind, const std::string& name,
                          const std::string& owner = "", int generation = 1) {
  Json json = Json::object();
  json["apiVersion"] = "example.com/v1";
  json["kind"] = kind;
  json["metadata"]["namespace"] = "ns";
  json["metadata"]["name"] = name;
  json["metadata"]["generation"] = generation;
  if (!owner.empty()) {
    json["metadata"]["ownerReferences"] = Json::array(
        {{{"apiVersion", "example.com/v1"}, {"kind", "Widget"}, {"name", owner}, {"uid", "u"}}});
  }
  return std::make_shared<const Json>(std::move(json));
}

class ControllerTest : public testing::Test {
 protected:
  FakeClock clock_;
  base::Metrics metrics_;
  ScriptedReconciler reconciler_;
  std::unique_ptr<Controller> controller_;

  static ControllerOptions options() {
    ControllerOptions options;
    options.name = "widget";
    options.primary = {.gvk = {"example.com", "v1", "Widget"}, .matters = beyond_status};
    options.others = {{.gvk = {"example.com", "v1", "Part"}}};
    options.workers = 2;
    return options;
  }
  static ControllerOptions one_worker() {
    ControllerOptions with = options();
    with.workers = 1;
    return with;
  }
  void make(ControllerOptions with = options()) {
    controller_ = std::make_unique<Controller>(std::move(with), reconciler_, clock_, metrics_);
  }
  void start(ControllerOptions with = options()) {
    make(std::move(with));
    controller_->start();
  }
  [[nodiscard]] bool called(const Request& request, int times) const {
    return eventually([&] { return reconciler_.calls(request) >= times; });
  }
  [[nodiscard]] bool metric_is(const std::string& name, const std::string& more_labels,
                               const std::string& value) const {
    const std::string line = name + R"({controller="widget")" + more_labels + "} " + value + "\n";
    return eventually([&] { return metrics_.exposition().find(line) != std::string::npos; }, 5s);
  }
  const WatchedKind& primary() const { return controller_->options().primary; }
  const WatchedKind& part() const { return controller_->options().others.front(); }
};

TEST_F(ControllerTest, PrimaryObjectLeadsToItself) {
  start();
  controller_->handle(primary(), {nullptr, object("Widget", "a")});
  EXPECT_TRUE(called(kA, 1));
  EXPECT_TRUE(metric_is("controller_runtime_reconcile_total", R"(,result="success")", "1"));
  EXPECT_EQ(controller_->queue().failures(kA), 0);
}

TEST_F(ControllerTest, OwnedObjectLeadsToItsOwnerBeforeAndAfter) {
  make();
  controller_->handle(part(), {object("Part", "p", "a"), object("Part", "p", "b")});
  EXPECT_EQ(controller_->queue().depth(), 2U);
  controller_->handle(part(), {nullptr, object("Part", "orphan")});
  EXPECT_EQ(controller_->queue().depth(), 2U);
  controller_->handle(part(), {object("Part", "p", "a"), nullptr});
  EXPECT_EQ(controller_->queue().depth(), 2U);
}

TEST_F(ControllerTest, CustomMapDecides) {
  ControllerOptions with = options();
  with.others[0].requests_for = [](const Json&) { return std::vector<Request>{kA, kB}; };
  start(std::move(with));
  controller_->handle(part(), {nullptr, object("Part", "p")});
  EXPECT_TRUE(called(kA, 1));
  EXPECT_TRUE(called(kB, 1));
}

TEST_F(ControllerTest, ModificationThatDoesNotMatterIsIgnored) {
  make();
  controller_->handle(primary(), {object("Widget", "a"), object("Widget", "a")});
  EXPECT_EQ(controller_->queue().depth(), 0U);
  controller_->handle(primary(), {object("Widget", "a"), object("Widget", "a", "", 2)});
  EXPECT_EQ(controller_->queue().depth(), 1U);
}

TEST_F(ControllerTest, ErrorIsRetriedWithBackOffUntilItSucceeds) {
  std::atomic<int> failures = 3;
  reconciler_.script([&failures](const Request&, std::stop_token) -> Result {
    if (failures-- > 0) throw std::runtime_error("not yet");
    return {};
  });
  start();
  controller_->queue().add(kA);
  int failed = 0;
  for (const auto delay : {5ms, 10ms, 20ms}) {
    ++failed;
    ASSERT_TRUE(eventually([&] { return controller_->queue().failures(kA) == failed; }));
    clock_.advance(delay);
  }
  ASSERT_TRUE(called(kA, 4));
  EXPECT_TRUE(metric_is("controller_runtime_reconcile_total", R"(,result="error")", "3"));
  EXPECT_TRUE(metric_is("controller_runtime_reconcile_errors_total", "", "3"));
  EXPECT_TRUE(metric_is("controller_runtime_reconcile_total", R"(,result="success")", "1"));
  EXPECT_TRUE(metric_is("controller_runtime_reconcile_panics_total", "", "0"));
  EXPECT_TRUE(eventually([&] { return controller_->queue().failures(kA) == 0; }));
}

TEST_F(ControllerTest, EveryLogLineOfAReconcileHasItsId) {
  std::atomic<int> calls = 0;
  reconciler_.script([&calls](const Request&, std::stop_token) -> Result {
    base::log_info("looks");
    if (calls++ == 0) throw std::runtime_error("not yet");
    return {};
  });
  base::configure_logging({base::LogLevel::kInfo, base::LogFormat::kJson});
  testing::internal::CaptureStderr();
  start(one_worker());
  controller_->queue().add(kA);
  EXPECT_TRUE(eventually([&] { return controller_->queue().failures(kA) == 1; }));
  base::log_info("says the test");
  clock_.advance(5ms);
  EXPECT_TRUE(called(kA, 2));
  controller_.reset();  // its threads have ended
  std::istringstream lines(testing::internal::GetCapturedStderr());
  base::configure_logging({});

  std::map<std::string, std::vector<std::string>> ids;  // by message
  for (std::string line; std::getline(lines, line);) {
    const Json record = Json::parse(line);
    ids[record["message"]].push_back(record.value("reconcileID", ""));
  }
  ASSERT_EQ(ids["looks"].size(), 2U);
  EXPECT_THAT(ids["looks"], testing::Each(testing::MatchesRegex("[0-9a-f]{8}")));
  EXPECT_NE(ids["looks"][0], ids["looks"][1]);
  EXPECT_EQ(ids["reconcile failed"], std::vector<std::string>{ids["looks"][0]});
  EXPECT_EQ(ids["says the test"], std::vector<std::string>{""});
}

TEST_F(ControllerTest, TerminalErrorWaitsForAChange) {
  reconciler_.script(
      [](const Request&, std::stop_token) -> Result { throw TerminalError("the spec is wrong"); });
  start(one_worker());
  controller_->queue().add(kA);
  ASSERT_TRUE(metric_is("controller_runtime_terminal_reconcile_errors_total", "", "1"));
  EXPECT_TRUE(metric_is("controller_runtime_reconcile_errors_total", "", "1"));
  clock_.advance(24h);
  controller_->queue().add(kB);
  ASSERT_TRUE(called(kB, 1));
  EXPECT_EQ(reconciler_.calls(kA), 1) << "it would have been due before b";
  controller_->handle(primary(), {object("Widget", "a"), object("Widget", "a", "", 2)});
  EXPECT_TRUE(called(kA, 2));
}

TEST_F(ControllerTest, RequeueAfterComesBackAfterThatTime) {
  reconciler_.script([](const Request&, std::stop_token) { return Result{.requeue_after = 60s}; });
  start(one_worker());
  controller_->queue().add(kA);
  ASSERT_TRUE(metric_is("controller_runtime_reconcile_total", R"(,result="requeue_after")", "1"));
  controller_->queue().add(kB);
  ASSERT_TRUE(called(kB, 1));  // the worker has put a back by now
  clock_.advance(59s);
  controller_->queue().add(kB);
  ASSERT_TRUE(called(kB, 2));
  EXPECT_EQ(reconciler_.calls(kA), 1);
  clock_.advance(1s);
  EXPECT_TRUE(called(kA, 2));
}

TEST_F(ControllerTest, OurOwnMistakesArePanicsAndAreRetried) {
  std::atomic<int> call = 0;
  reconciler_.script([&call](const Request&, std::stop_token) -> Result {
    switch (call++) {
      case 0:
        throw std::out_of_range("vector::at");
      case 1:
        (void)Json("text").at("key");
        return {};
      case 2:
        throw 42;
      default:
        return {};
    }
  });
  start();
  controller_->queue().add(kA);
  ASSERT_TRUE(eventually([&] {
    clock_.advance(10ms);
    return call >= 4;
  }));
  EXPECT_TRUE(metric_is("controller_runtime_reconcile_panics_total", "", "3"));
  EXPECT_TRUE(metric_is("controller_runtime_reconcile_errors_total", "", "3"));
}

TEST_F(ControllerTest, NeverOneKeyTwiceAtOnceAndWorkersRunInParallel) {
  std::atomic<int> inside_a = 0;
  std::atomic<int> inside = 0;
  std::atomic<bool> twice = false;
  std::atomic<bool> release = false;
  reconciler_.script([&](const Request& request, std::stop_token) {
    if (request == kA && ++inside_a > 1) twice = true;
    ++inside;
    while (!release) std::this_thread::yield();
    --inside;
    if (request == kA) --inside_a;
    return Result{};
  });
  start();
  controller_->queue().add(kA);
  ASSERT_TRUE(called(kA, 1));
  controller_->queue().add(kA);
  controller_->queue().add(kB);
  ASSERT_TRUE(called(kB, 1));
  EXPECT_TRUE(eventually([&] { return inside == 2; }));
  EXPECT_TRUE(metric_is("controller_runtime_active_workers", "", "2"));
  release = true;
  ASSERT_TRUE(called(kA, 2));
  EXPECT_FALSE(twice);
  EXPECT_TRUE(metric_is("controller_runtime_active_workers", "", "0"));
  EXPECT_TRUE(metric_is("controller_runtime_max_concurrent_reconciles", "", "2"));
}

TEST_F(ControllerTest, StopReachesARunningReconcileAndIsNoError) {
  reconciler_.script([](const Request&, std::stop_token stop) -> Result {
    while (!stop.stop_requested()) std::this_thread::yield();
    throw base::TransportError(base::TransportError::Kind::kCancelled, "cancelled");
  });
  start();
  controller_->queue().add(kA);
  ASSERT_TRUE(called(kA, 1));
  controller_->request_stop();
  EXPECT_TRUE(controller_->await_stopped(clock_.monotonic() + 30s));
  EXPECT_TRUE(metric_is("controller_runtime_reconcile_errors_total", "", "0"));
}

TEST_F(ControllerTest, ReconcileThatTakesTooLongIsAskedToStopAndRetried) {
  std::atomic<int> cancelled = 0;
  reconciler_.script([&cancelled](const Request&, std::stop_token stop) -> Result {
    if (cancelled > 0) return {};
    while (!stop.stop_requested()) std::this_thread::yield();
    ++cancelled;
    throw base::TransportError(base::TransportError::Kind::kCancelled, "cancelled");
  });
  start();
  controller_->queue().add(kA);
  ASSERT_TRUE(called(kA, 1));
  clock_.advance(300s);
  controller_->tick();
  EXPECT_EQ(cancelled, 0);
  clock_.advance(1s);
  controller_->tick();
  EXPECT_TRUE(metric_is("controller_runtime_reconcile_timeouts_total", "", "1"));
  EXPECT_TRUE(metric_is("controller_runtime_reconcile_errors_total", "", "1"));
  ASSERT_TRUE(eventually([&] { return controller_->queue().failures(kA) == 1; }));
  clock_.advance(5ms);
  EXPECT_TRUE(called(kA, 2));
}

TEST_F(ControllerTest, ReconcileThatDoesNotStopIsReportedAsStuck) {
  std::atomic<bool> release = false;
  reconciler_.script([&release](const Request&, std::stop_token) {
    while (!release) std::this_thread::yield();
    return Result{};
  });
  start();
  controller_->queue().add(kA);
  ASSERT_TRUE(called(kA, 1));
  clock_.advance(600s);
  EXPECT_EQ(controller_->stuck(), std::nullopt);
  clock_.advance(1s);
  EXPECT_THAT(controller_->stuck().value_or(""), HasSubstr("reconciling ns/a for 601 s"));
  release = true;
  EXPECT_TRUE(eventually([&] { return controller_->stuck() == std::nullopt; }));
}

TEST_F(ControllerTest, EveryMetricExistsFromTheStart) {
  make();
  const std::string text = metrics_.exposition();
  for (const char* result : {"success", "error", "requeue", "requeue_after"}) {
    EXPECT_THAT(text,
                HasSubstr(R"(controller_runtime_reconcile_total{controller="widget",result=")" +
                          std::string(result) + R"("} 0)"));
  }
  EXPECT_THAT(
      text,
      HasSubstr(
          R"(controller_runtime_reconcile_time_seconds_bucket{controller="widget",le="0.005")"));
  EXPECT_THAT(
      text,
      HasSubstr(R"(controller_runtime_reconcile_time_seconds_bucket{controller="widget",le="60")"));
}

TEST_F(ControllerTest, OptionsThatMakeNoSenseAreRefused) {
  ControllerOptions nameless = options();
  nameless.name.clear();
  EXPECT_THROW(make(nameless), std::invalid_argument);
  ControllerOptions idle = options();
  idle.workers = 0;
  EXPECT_THROW(make(idle), std::invalid_argument);
  ControllerOptions hasty = options();
  hasty.reconcile_timeout = 0s;
  EXPECT_THROW(make(hasty), std::invalid_argument);
}

}  // namespace
}  // namespace argus::runtime
