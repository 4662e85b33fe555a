// The process's Prometheus registry behind light handles; prometheus-cpp stays in metrics.cpp.
//
//   Counter& writes = metrics.counter("argus_graph_writes_total", "Batches written.", {{"store",
//   "falkordb"}}); writes.increment();
//
// Threads: every method may be called from any thread. Ownership: handles live as long as Metrics.
// Failure: a name registered again as another type, or an invalid name, throws
// std::invalid_argument.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace argus::base {

using Labels = std::map<std::string, std::string>;

class Counter {
 public:
  virtual ~Counter() = default;
  virtual void increment(double by = 1) = 0;
  [[nodiscard]] virtual double value() const = 0;
};

class Gauge {
 public:
  virtual ~Gauge() = default;
  virtual void set(double value) = 0;
  virtual void increment(double by = 1) = 0;
  [[nodiscard]] virtual double value() const = 0;
};

class Histogram {
 public:
  virtual ~Histogram() = default;
  virtual void observe(double value) = 0;
};

class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // The same name and labels give the same handle.
  Counter& counter(const std::string& name, const std::string& help, const Labels& labels = {});
  Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels = {});
  // `buckets`: ascending upper bounds, in the unit of the metric (Prometheus: seconds, bytes).
  Histogram& histogram(const std::string& name, const std::string& help,
                       const std::vector<double>& buckets, const Labels& labels = {});

  // The text exposition format 0.0.4 of everything registered.
  [[nodiscard]] std::string exposition() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace argus::base
