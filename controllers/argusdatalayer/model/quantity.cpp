#include "argusdatalayer/model/quantity.h"

#include <algorithm>
#include <array>
#include <limits>

namespace argus::adl {
namespace {

__extension__ using Int128 = __int128;

constexpr Int128 kNano = 1'000'000'000;
constexpr Int128 kNanosMax = static_cast<Int128>(std::numeric_limits<std::int64_t>::max()) * kNano;

struct Suffix {
  std::string_view text;
  int power;  // of ten, or of two
};
// Largest first: to_string() takes the first that divides the amount.
constexpr std::array kBinary = {Suffix{"Ei", 60}, Suffix{"Pi", 50}, Suffix{"Ti", 40},
                                Suffix{"Gi", 30}, Suffix{"Mi", 20}, Suffix{"Ki", 10}};
constexpr std::array kDecimal = {Suffix{"E", 18}, Suffix{"P", 15}, Suffix{"T", 12}, Suffix{"G", 9},
                                 Suffix{"M", 6},  Suffix{"k", 3},  Suffix{"", 0},   Suffix{"m", -3},
                                 Suffix{"u", -6}, Suffix{"n", -9}};

Int128 ten_to(int power) {
  Int128 result = 1;
  for (int i = 0; i < power; ++i) result *= 10;
  return result;
}

std::string digits_of(Int128 number) {
  std::string text;
  do {
    text += static_cast<char>('0' + static_cast<int>(number % 10));
    number /= 10;
  } while (number > 0);
  std::reverse(text.begin(), text.end());
  return text;
}

// The exponent of "e3", "E-2"; std::nullopt when it is none or far outside what a quantity holds.
std::optional<int> parse_exponent(std::string_view text) {
  text.remove_prefix(1);
  bool negative = false;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  constexpr std::size_t kDigitsMax = 2;
  if (text.empty() || text.size() > kDigitsMax) return std::nullopt;
  int exponent = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return std::nullopt;
    exponent = exponent * 10 + (digit - '0');
  }
  return negative ? -exponent : exponent;
}

// mantissa * 10^power in nanos, rounded up as the API server does; std::nullopt when it is too
// large.
std::optional<Int128> scaled(Int128 mantissa, int power) {
  const int nano_power = power + 9;
  if (nano_power < 0) {
    constexpr int kDigits = 38;  // of a 128-bit number
    if (nano_power < -kDigits) return mantissa > 0 ? 1 : 0;
    const Int128 divisor = ten_to(-nano_power);
    return (mantissa + divisor - 1) / divisor;
  }
  for (int i = 0; i < nano_power; ++i) {
    if (mantissa > kNanosMax / 10) return std::nullopt;
    mantissa *= 10;
  }
  return mantissa < kNanosMax ? std::optional(mantissa) : std::nullopt;
}

std::int64_t rounded_up(Int128 nanos, Int128 unit) {
  const Int128 result = (nanos + unit - 1) / unit;
  constexpr Int128 kMax = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::min(result, kMax));
}

}  // namespace

std::optional<Quantity> Quantity::parse(std::string_view text) {
  if (text.size() > kQuantityLengthMax) return std::nullopt;
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  Int128 mantissa = 0;
  int fraction_digits = 0;
  bool point = false;
  bool digit = false;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '.' && !point) {
      point = true;
    } else if (text[at] >= '0' && text[at] <= '9') {
      digit = true;
      mantissa = mantissa * 10 + (text[at] - '0');
      if (point) ++fraction_digits;
    } else {
      break;
    }
  }
  if (!digit)
    return std::nullopt;  // a sign alone, nothing, or a negative amount: no resource is one
  const std::string_view suffix = text.substr(at);

  Quantity result;
  for (const Suffix& binary : kBinary) {
    if (suffix != binary.text) continue;
    result.form_ = Form::kBinary;
    const Int128 factor = static_cast<Int128>(1) << binary.power;
    if (mantissa > kNanosMax / factor) return std::nullopt;
    const auto nanos = scaled(mantissa * factor, -fraction_digits);
    if (!nanos) return std::nullopt;
    result.nanos_ = *nanos;
    return result;
  }
  std::optional<int> power;
  for (const Suffix& decimal : kDecimal) {
    if (suffix == decimal.text) power = decimal.power;
  }
  if (!power && !suffix.empty() && (suffix.front() == 'e' || suffix.front() == 'E')) {
    power = parse_exponent(suffix);
    result.form_ = Form::kExponent;
  }
  if (!power) return std::nullopt;
  const auto nanos = scaled(mantissa, *power - fraction_digits);
  if (!nanos) return std::nullopt;
  result.nanos_ = *nanos;
  return result;
}

Quantity Quantity::of_bytes(std::int64_t bytes) {
  Quantity result;
  result.nanos_ = bytes * kNano;
  result.form_ = Form::kBinary;
  return result;
}

Quantity Quantity::of_millis(std::int64_t millis) {
  Quantity result;
  result.nanos_ = millis * (kNano / 1000);
  return result;
}

std::string Quantity::to_string() const {
  if (nanos_ == 0) return "0";
  constexpr int kKibi = 1024;
  // As the API server does: below 1Ki, and where there is a fraction, the decimal form.
  if (form_ == Form::kBinary && nanos_ >= kKibi * kNano && nanos_ % kNano == 0) {
    const Int128 whole = nanos_ / kNano;
    for (const Suffix& suffix : kBinary) {
      const Int128 factor = static_cast<Int128>(1) << suffix.power;
      if (whole % factor == 0) return digits_of(whole / factor) + std::string(suffix.text);
    }
    return digits_of(whole);
  }
  for (const Suffix& suffix : kDecimal) {
    const Int128 factor = ten_to(suffix.power + 9);
    if (nanos_ % factor != 0) continue;
    std::string text = digits_of(nanos_ / factor);
    if (form_ != Form::kExponent) return text + std::string(suffix.text);
    return suffix.power == 0 ? text : text + "e" + std::to_string(suffix.power);
  }
  return digits_of(nanos_) + "n";
}

std::int64_t Quantity::value() const { return rounded_up(nanos_, kNano); }

std::int64_t Quantity::millis() const { return rounded_up(nanos_, kNano / 1000); }

Quantity Quantity::rounded_up_to_millis() const {
  constexpr Int128 kMilli = kNano / 1000;
  Quantity result = *this;
  result.nanos_ = (nanos_ + kMilli - 1) / kMilli * kMilli;
  return result;
}

std::strong_ordering Quantity::operator<=>(const Quantity& other) const {
  if (nanos_ == other.nanos_) return std::strong_ordering::equal;
  return nanos_ < other.nanos_ ? std::strong_ordering::less : std::strong_ordering::greater;
}

Quantity Quantity::operator+(const Quantity& other) const {
  Quantity result = *this;
  result.nanos_ = std::min(nanos_ + other.nanos_, kNanosMax);
  return result;
}

Quantity Quantity::operator*(std::int64_t times) const {
  Quantity result = *this;
  const Int128 factor = std::max<std::int64_t>(times, 0);
  result.nanos_ = factor != 0 && nanos_ > kNanosMax / factor ? kNanosMax : nanos_ * factor;
  return result;
}

}  // namespace argus::adl
