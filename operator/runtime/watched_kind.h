// How a controller declares what it watches: the kind, which of its objects, and which requests a
// change of one leads to.
//
//   options.primary = {.gvk = {"argus.dev", "v1alpha1", "ArgusDataLayer"}, .matters =
//   beyond_status}; options.others = {
//       {.gvk = {"apps", "v1", "StatefulSet"}, .label_selector = "app.kubernetes.io/managed-by=x"},
//       {.gvk = {"keda.sh", "v1alpha1", "ScaledObject"}, .optional = true}};
//
// Threads: values; the functions are called on informer threads, must not block and must not throw.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "kube_object/object.h"
#include "runtime/object_store.h"
#include "runtime/reconciler.h"

namespace argus::runtime {

struct WatchedKind {
  kube::GroupVersionKind gvk;
  std::string label_selector = {};
  std::string field_selector = {};
  // Its CustomResourceDefinition may be missing now and come or go while the program runs. While it
  // is missing the kind counts as synced and empty; when it comes or goes, every primary object is
  // queued.
  bool optional = false;
  // Not namespaced: watched once, whatever namespaces the program is limited to.
  bool cluster_scoped = false;
  // Only apiVersion, kind and metadata are fetched and cached.
  bool metadata_only = false;
  // The requests a change of this object leads to. Empty function: for the primary kind the object
  // itself, for any other kind its owners of the primary kind.
  std::function<std::vector<Request>(const kube::Json&)> requests_for = {};
  // Whether a modification is worth a request. Empty function: every one is. Creation and deletion
  // always are.
  std::function<bool(const kube::Json& before, const kube::Json& after)> matters = {};
  Indexes indexes = {};
};

// For `matters` of a primary kind: anything but status and bookkeeping changed (generation, labels,
// annotations, finalizers, owner references, deletion). A controller's own status writes then do
// not call it again, and pause annotations are still noticed.
[[nodiscard]] bool beyond_status(const kube::Json& before, const kube::Json& after);

// The owners (controller or not) of `object` that are of the given group and kind, whatever version
// they were recorded with.
[[nodiscard]] std::vector<Request> owners_of_kind(const kube::Json& object,
                                                  const kube::GroupVersionKind& owner);

// Takes away what no reader needs and every object has: metadata.managedFields.
void drop_managed_fields(kube::Json& object);

}  // namespace argus::runtime
