#include "argusdatalayer/secrets/secret_data.h"

#include "argusdatalayer/model/json.h"

namespace argus::adl {

std::optional<std::string> secret_value(const Json& secret, std::string_view key) {
  const auto data = secret.find("data");
  if (data == secret.end() || !data->is_object()) return std::nullopt;
  const auto value = data->find(std::string(key));
  if (value == data->end() || !value->is_string()) return std::nullopt;
  return base::base64_decode(value->get<std::string>());
}

}  // namespace argus::adl
