#include "base/http/transport.h"

#include <algorithm>

namespace argus::base {
namespace {

// Header names are ASCII (RFC 9110, section 5.6.2): no locale is asked.
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool CaseInsensitiveLess::operator()(std::string_view a, std::string_view b) const {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [](char x, char y) { return lower(x) < lower(y); });
}

}  // namespace argus::base
