#include "argusdatalayer/plan/volumes.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "argusdatalayer/model/quantity.h"

namespace argus::adl {
namespace {

const Json::json_pointer kStorage("/spec/resources/requests/storage");

std::string class_of(const Json& claim) {
  return claim.value("spec", Json::object()).value("storageClassName", "");
}

Json* first_template(Json& stateful_set) {
  const Json::json_pointer first("/spec/volumeClaimTemplates/0");
  return stateful_set.contains(first) ? &stateful_set.at(first) : nullptr;
}

std::optional<Quantity> amount(const std::string& text) { return Quantity::parse(text); }

// Below what the volume holds no request goes, whatever was asked for meanwhile.
std::optional<Quantity> capacity_of(const Json& claim) {
  const Json::json_pointer capacity("/status/capacity/storage");
  if (!claim.contains(capacity) || !claim.at(capacity).is_string()) return std::nullopt;
  return amount(claim.at(capacity).get<std::string>());
}

class VolumePlanner {
 public:
  VolumePlanner(Json manifest, const StorageClasses& classes) : classes_(classes) {
    plan_.manifest = std::move(manifest);
  }

  VolumePlan run(const kube::SharedObject& live, const std::vector<kube::SharedObject>& claims) {
    Json* const wanted = first_template(plan_.manifest);
    if (wanted == nullptr) return std::move(plan_);
    wanted_size_ = wanted->at(kStorage).get<std::string>();
    wanted_class_ = class_of(*wanted);
    const std::string set_name = kube::key_of(plan_.manifest).name;
    const int replicas = plan_.manifest.at("spec").value("replicas", 1);
    for (int ordinal = 0; ordinal < replicas; ++ordinal) {
      const std::string name = claim_name(set_name, ordinal);
      const auto claim =
          std::find_if(claims.begin(), claims.end(), [&](const kube::SharedObject& candidate) {
            return kube::key_of(*candidate).name == name;
          });
      if (claim != claims.end() && !kube::is_being_deleted(**claim)) consider(*claim);
    }
    keep_what_cannot_change(*wanted, live);
    return std::move(plan_);
  }

 private:
  void consider(const kube::SharedObject& claim) {
    const std::string has = class_of(*claim);
    const bool other_class = !wanted_class_.empty() && has != wanted_class_;
    const std::optional<Quantity> size = amount(claimed_size(*claim));
    const std::optional<Quantity> wanted = amount(wanted_size_);
    if (!size || !wanted) return;
    if (!is_bound(*claim)) {
      const bool hopeless = has != wanted_class_ && is_missing(has);
      if (other_class || hopeless || *size != *wanted) plan_.discard.push_back(claim);
      return;
    }
    const std::string name = kube::key_of(*claim).name;
    if (other_class) {
      kept_class_ = has;
      problem("claim " + name + " is of storage class " + has +
              ", which no claim can change: write " + "storageClassName: " + has);
    }
    if (*size < *wanted) {
      grow(claim, has);
    } else if (*wanted < *size) {
      shrink(claim, *wanted);
    }
  }

  void grow(const kube::SharedObject& claim, const std::string& storage_class) {
    const auto found = classes_.find(storage_class);
    if (found == classes_.end() || found->second.expands) {
      plan_.resize.push_back({claim, wanted_size_});
      return;
    }
    const std::string size = claimed_size(*claim);
    kept_size_ = size;
    problem("storage class " + storage_class + " does not let claim " + kube::key_of(*claim).name +
            " grow from " + size + " to " + wanted_size_ + " (allowVolumeExpansion): write " +
            size + ", or allow it in the class");
  }

  void shrink(const kube::SharedObject& claim, const Quantity& wanted) {
    const std::optional<Quantity> capacity = capacity_of(*claim);
    if (capacity && !(wanted < *capacity)) {
      plan_.resize.push_back({claim, wanted_size_});  // a growth that never came is taken back
      return;
    }
    const std::string size = claimed_size(*claim);
    kept_size_ = size;
    problem("claim " + kube::key_of(*claim).name + " has " + size +
            ", and no claim can shrink: write " + size + " or more");
  }

  // The rest of the set is to arrive all the same.
  void keep_what_cannot_change(Json& wanted, const kube::SharedObject& live) {
    if (kept_size_.empty() && kept_class_.empty()) return;
    Json has = live ? *live : Json::object();
    if (const Json* const kept = first_template(has); kept != nullptr) {
      if (!kept_size_.empty()) kept_size_ = claimed_size(*kept);
      if (!kept_class_.empty()) kept_class_ = class_of(*kept);
    }
    if (!kept_size_.empty()) wanted.at(kStorage) = kept_size_;
    if (!kept_class_.empty()) wanted["spec"]["storageClassName"] = kept_class_;
  }

  [[nodiscard]] bool is_missing(const std::string& storage_class) const {
    const auto found = classes_.find(storage_class);
    return found != classes_.end() && !found->second.exists;
  }

  void problem(std::string message) { plan_.problems.push_back(std::move(message)); }

  const StorageClasses& classes_;
  VolumePlan plan_;
  std::string wanted_size_, wanted_class_;
  std::string kept_size_, kept_class_;
};

}  // namespace

VolumePlan plan_volumes(Json manifest, const kube::SharedObject& live,
                        const std::vector<kube::SharedObject>& claims,
                        const StorageClasses& classes) {
  return VolumePlanner(std::move(manifest), classes).run(live, claims);
}

std::string claim_name(const std::string& set_name, int ordinal) {
  return "data-" + set_name + "-" + std::to_string(ordinal);
}

bool is_bound(const Json& claim) {
  return claim.value("status", Json::object()).value("phase", "") == "Bound";
}

std::string claimed_size(const Json& claim) {
  return claim.contains(kStorage) && claim.at(kStorage).is_string()
             ? claim.at(kStorage).get<std::string>()
             : std::string();
}

}  // namespace argus::adl
