// Kubernetes quantities: "500m", "1.5Gi", "2e3". Read, compared as numbers, and written in the form
// that the API server itself writes, so that what we render never differs from what it stores.
//
// Threads: values; functions are pure. Failure: text that is not a quantity gives std::nullopt.
// Source: k8s.io/apimachinery/pkg/api/resource/quantity.go (ParseQuantity, CanonicalizeBytes).
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace argus::adl {

// Longer text is refused: no amount that a machine has needs it, and the numbers stay in 128 bits.
inline constexpr std::size_t kQuantityLengthMax = 24;
// Bytes in one Mi.
inline constexpr std::int64_t kMebi = std::int64_t{1024} * 1024;

class Quantity {
 public:
  Quantity() = default;

  // std::nullopt for what is not a quantity, for negative amounts, and for amounts from 2^63 - 1
  // on.
  [[nodiscard]] static std::optional<Quantity> parse(std::string_view text);
  // Written with a binary suffix where that is exact: 1073741824 is "1Gi".
  [[nodiscard]] static Quantity of_bytes(std::int64_t bytes);
  // A number of thousandths, as in "500m".
  [[nodiscard]] static Quantity of_millis(std::int64_t millis);

  // Canonical: no fraction, the largest suffix that fits. "0.5" is "500m", "1024Mi" is "1Gi".
  [[nodiscard]] std::string to_string() const;

  // The whole number at or above it: bytes of memory and storage, cores, counts.
  [[nodiscard]] std::int64_t value() const;
  // Thousandths, rounded up; at most the largest std::int64_t.
  [[nodiscard]] std::int64_t millis() const;

  // As the API server keeps an amount of a container, a claim or a quota: "100.5m" is "101m".
  [[nodiscard]] Quantity rounded_up_to_millis() const;

  // By amount; the way it was written does not count.
  [[nodiscard]] bool operator==(const Quantity& other) const { return nanos_ == other.nanos_; }
  [[nodiscard]] std::strong_ordering operator<=>(const Quantity& other) const;

  // The sum and the multiple keep the form of the left operand.
  [[nodiscard]] Quantity operator+(const Quantity& other) const;
  [[nodiscard]] Quantity operator*(std::int64_t times) const;

 private:
  __extension__ using Nanos = __int128;
  enum class Form { kDecimal, kBinary, kExponent };

  Nanos nanos_ = 0;  // the API server keeps nothing smaller
  Form form_ = Form::kDecimal;
};

}  // namespace argus::adl
