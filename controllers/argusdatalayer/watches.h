// How the ArgusDataLayer controller is wired into the runtime: the kinds it watches, which of their
// changes matter, and what of them is cached.
//
//   runtime::Manager manager(client, clock, metrics, {.trim = adl::trim_cached, ...});
//   adl::Reconciler reconciler(client, manager.cache(), manager.references(adl::kControllerName),
//                              manager.events(), clock, installation);
//   manager.add_controller(adl::controller_options(manager.cache()), reconciler);
//
// Threads: the functions in the options are called on informer threads.
#pragma once

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/reconciler.h"
#include "runtime/controller.h"

namespace argus::adl {

inline constexpr const char* kControllerName = "argusdatalayer";

// Two resources in one namespace concern each other: the cache says which there are.
[[nodiscard]] runtime::ControllerOptions controller_options(const runtime::Cache& cache);

// Takes out what no reader needs: of a pod, everything but its node, labels and status.
void trim_cached(Json& object);

}  // namespace argus::adl
