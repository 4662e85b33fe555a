// A kube::Client in front of another that counts requests and makes watches fail as networks and
// API servers do: cut off, kept closed, taken up at a resource version that is too old.
//
// Threads: every method may be called from any thread.
#pragma once

#include <atomic>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>

#include "base/http/transport.h"
#include "kube/client.h"

namespace argus::runtime {

class TamperingClient final : public kube::Client {
 public:
  explicit TamperingClient(kube::Client& real) : real_(real) {}

  std::atomic<int> lists = 0;
  std::atomic<int> watches = 0;
  std::atomic<int> watch_lists = 0;
  std::atomic<int> expired = 0;       // 410, as a status or as an ERROR event
  std::atomic<bool> closed = false;   // watches break off with a TransportError
  std::atomic<bool> outdate = false;  // the next watch starts at a version that is too old

  // Breaks every open watch.
  void cut() {
    std::set<std::stop_source*> open;
    const std::lock_guard lock(mutex_);
    for (std::stop_source* source : open_) source->request_stop();
  }

  void watch(const kube::Resource& resource, const kube::WatchOptions& options,
             std::stop_token stop,
             const std::function<bool(const kube::WatchEvent&)>& on_event) override {
    ++watches;
    if (options.send_initial_events) ++watch_lists;
    kube::WatchOptions tampered = options;
    if (!options.send_initial_events && outdate.exchange(false)) tampered.resource_version = "1";
    std::stop_source cut_off;
    const std::stop_callback stopped(stop, [&cut_off] { cut_off.request_stop(); });
    {
      const std::lock_guard lock(mutex_);
      open_.insert(&cut_off);
    }
    if (closed) cut_off.request_stop();
    try {
      real_.watch(resource, tampered, cut_off.get_token(), [&](const kube::WatchEvent& event) {
        const bool error = event.type == kube::WatchEvent::Type::kError;
        if (error && event.object->value("code", 0) == 410) ++expired;
        return on_event(event);
      });
      forget(&cut_off);
    } catch (const kube::ApiError& error) {
      forget(&cut_off);
      if (error.is_expired()) ++expired;
      throw;
    } catch (const base::TransportError&) {
      forget(&cut_off);
      if (stop.stop_requested()) throw;
      throw base::TransportError(base::TransportError::Kind::kBroken, "the connection was cut");
    }
  }
  kube::ListPage list(const kube::Resource& resource, const kube::ListOptions& options,
                      std::stop_token stop) override {
    ++lists;
    return real_.list(resource, options, stop);
  }

  std::optional<kube::Json> get(const kube::Resource& resource, const kube::ObjectKey& key,
                                std::stop_token stop) override {
    return real_.get(resource, key, stop);
  }
  kube::Json apply(const kube::Resource& resource, const kube::Json& object,
                   std::string_view field_manager, std::string_view subresource,
                   std::stop_token stop) override {
    return real_.apply(resource, object, field_manager, subresource, stop);
  }
  kube::Json create(const kube::Resource& resource, const kube::Json& object,
                    std::string_view field_manager, std::stop_token stop) override {
    return real_.create(resource, object, field_manager, stop);
  }
  kube::Json update(const kube::Resource& resource, const kube::Json& object,
                    std::string_view field_manager, std::string_view subresource,
                    std::stop_token stop) override {
    return real_.update(resource, object, field_manager, subresource, stop);
  }
  kube::Json merge_patch(const kube::Resource& resource, const kube::ObjectKey& key,
                         const kube::Json& patch, std::string_view field_manager,
                         std::string_view subresource, std::stop_token stop) override {
    return real_.merge_patch(resource, key, patch, field_manager, subresource, stop);
  }
  bool remove(const kube::Resource& resource, const kube::ObjectKey& key,
              const kube::DeleteOptions& options, std::stop_token stop) override {
    return real_.remove(resource, key, options, stop);
  }
  std::optional<kube::Resource> resource_for(const kube::GroupVersionKind& gvk,
                                             std::stop_token stop) override {
    return real_.resource_for(gvk, stop);
  }
  void forget_discovery() override { real_.forget_discovery(); }
  std::string server_version(std::stop_token stop) override { return real_.server_version(stop); }

 private:
  void forget(std::stop_source* source) {
    const std::lock_guard lock(mutex_);
    open_.erase(source);
  }

  kube::Client& real_;
  std::mutex mutex_;
  std::set<std::stop_source*> open_;  // of open watches; protected by mutex_
};

}  // namespace argus::runtime
