#include "base/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <stdexcept>
#include <utility>

#include "base/mutex.h"

namespace argus::base {
namespace {

class PrometheusCounter final : public Counter {
 public:
  explicit PrometheusCounter(prometheus::Counter& counter) : counter_(counter) {}
  void increment(double by) override { counter_.Increment(by); }
  double value() const override { return counter_.Value(); }

 private:
  prometheus::Counter& counter_;
};

class PrometheusGauge final : public Gauge {
 public:
  explicit PrometheusGauge(prometheus::Gauge& gauge) : gauge_(gauge) {}
  void set(double value) override { gauge_.Set(value); }
  void increment(double by) override { gauge_.Increment(by); }
  double value() const override { return gauge_.Value(); }

 private:
  prometheus::Gauge& gauge_;
};

class PrometheusHistogram final : public Histogram {
 public:
  explicit PrometheusHistogram(prometheus::Histogram& histogram) : histogram_(histogram) {}
  void observe(double value) override { histogram_.Observe(value); }

 private:
  prometheus::Histogram& histogram_;
};

using Identity = std::pair<std::string, Labels>;

// The handle of `identity`, made by `make` when it is asked for the first time.
template <typename Handle, typename Make>
Handle& find_or_make(std::map<Identity, std::unique_ptr<Handle>>& handles, Identity identity,
                     const Make& make) {
  const auto found = handles.find(identity);
  if (found != handles.end()) return *found->second;
  std::unique_ptr<Handle> made;
  try {
    made = make();
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument("The metric " + identity.first +
                                " cannot be registered: its name or a label's name is invalid, or "
                                "the name is taken by another type (" +
                                error.what() + ").");
  }
  return *handles.emplace(std::move(identity), std::move(made)).first->second;
}

}  // namespace

struct Metrics::State {
  prometheus::Registry registry{prometheus::Registry::InsertBehavior::Merge};
  Mutex mutex;  // the handles synchronize themselves
  std::map<Identity, std::unique_ptr<Counter>> counters ARGUS_GUARDED_BY(mutex);
  std::map<Identity, std::unique_ptr<Gauge>> gauges ARGUS_GUARDED_BY(mutex);
  std::map<Identity, std::unique_ptr<Histogram>> histograms ARGUS_GUARDED_BY(mutex);
};

Metrics::Metrics() : state_(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

Counter& Metrics::counter(const std::string& name, const std::string& help, const Labels& labels) {
  const MutexLock lock(state_->mutex);
  return find_or_make(state_->counters, {name, labels}, [&]() -> std::unique_ptr<Counter> {
    auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(state_->registry);
    return std::make_unique<PrometheusCounter>(family.Add(labels));
  });
}

Gauge& Metrics::gauge(const std::string& name, const std::string& help, const Labels& labels) {
  const MutexLock lock(state_->mutex);
  return find_or_make(state_->gauges, {name, labels}, [&]() -> std::unique_ptr<Gauge> {
    auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(state_->registry);
    return std::make_unique<PrometheusGauge>(family.Add(labels));
  });
}

Histogram& Metrics::histogram(const std::string& name, const std::string& help,
                              const std::vector<double>& buckets, const Labels& labels) {
  const MutexLock lock(state_->mutex);
  return find_or_make(state_->histograms, {name, labels}, [&]() -> std::unique_ptr<Histogram> {
    auto& family = prometheus::BuildHistogram().Name(name).Help(help).Register(state_->registry);
    return std::make_unique<PrometheusHistogram>(family.Add(labels, buckets));
  });
}

std::string Metrics::exposition() const {
  return prometheus::TextSerializer().Serialize(state_->registry.Collect());
}

}  // namespace argus::base
