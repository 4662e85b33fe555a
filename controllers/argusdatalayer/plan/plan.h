// What to write so that the cluster becomes what render() lists: the decision between gathering and
// acting.
//
// Threads: pure functions and values.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "argusdatalayer/model/components.h"
#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/plan/volumes.h"
#include "base/clock.h"
#include "kube_object/object.h"

namespace argus::adl {

struct Write {
  enum class Action {
    kCreate,        // server-side apply of what is not there
    kUpdate,        // server-side apply of what differs
    kCreateOnly,    // POST of a generated credential: never overwrites
    kTakeOver,      // the object's owner reference becomes ours
    kRelease,       // the object loses its owner reference: it outlives the resource
    kHandOver,      // the object's owner reference becomes `owner`, an object in the namespace
    kGiveReplicas,  // somebody else becomes the owner of spec.replicas before we stop setting it
    kLift,          // a worker that was scaled to 0 by hand gets `replicas`: no autoscaler does it
    kRecreate,      // deleted without its pods, which go on: the next reconcile makes it anew
    kResizeClaim,   // a volume's claim asks for `size`
    kDiscardClaim,  // an unbound claim goes, so that another one can be made
    kDeletePod,     // so that its StatefulSet makes it anew
    kDelete,
  };
  Action action;
  Component component;
  Json object;                              // a manifest; for the others the live object
  std::vector<std::string> because;         // differing fields, for kUpdate
  std::string owner_kind, owner_name = {};  // for kHandOver
  int replicas = 0;                         // for kLift
  std::string size = {};                    // for kResizeClaim
};

// An object that is being deleted and cannot be written now: what waits for it.
struct Waiting {
  Component component;
  std::string message;
};

// What cannot be had, and what somebody must do about it. Nothing else waits for it.
struct Problem {
  Component component;
  std::string reason;   // of the condition
  std::string message;  // with the next step
};

struct Plan {
  std::vector<Write> writes;  // in order
  std::vector<Waiting> waiting;
  std::vector<Problem> problems;
  bool look_again = false;  // a pod may turn out to be stuck: see kStuckAfter
};

struct World {
  // The live object of that kind and name in the namespace; nullptr when there is none.
  std::function<kube::SharedObject(const kube::GroupVersionKind&, const std::string& name)> find;
  // Every live object that the resource controls, of every applied kind, and those of ours that
  // nobody controls: they were left behind when an earlier resource went without them.
  std::vector<kube::SharedObject> owned;
  // Secrets that stay even though nothing asks for them now: what they are made from is not known.
  std::set<std::string> keep_secrets = {};
  // Whether this manifest was applied to this live object before and the server keeps these
  // differences: applying again cannot help.
  std::function<bool(const Json& wanted, const Json& live,
                     const std::vector<std::string>& differences)>
      settled = {};
  // The pods of a part.
  std::function<std::vector<kube::SharedObject>(std::string_view part_name)> pods = {};
  std::vector<kube::SharedObject> claims = {};
  StorageClasses classes = {};
  base::Clock::Wall now = {};
};

// `wanted`: what render() lists, in its order.
[[nodiscard]] Plan make_plan(const std::vector<Json>& wanted, const World& world,
                             const Facts& facts);

}  // namespace argus::adl
