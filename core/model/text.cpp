#include "model/text.h"

#include <cstddef>

namespace whybox {
namespace {

unsigned char at(std::string_view bytes, std::size_t i) {
  return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0;
}

/// Length in bytes of the character at `i`; 0 if there is none.
std::size_t character_length(std::string_view bytes, std::size_t i) {
  const unsigned char first = at(bytes, i);
  if (first < 0x80) return first >= 0x20 && first != 0x7f ? 1 : 0;
  const std::size_t length = first >= 0xc2 && first <= 0xdf   ? 2
                             : (first & 0xf0) == 0xe0         ? 3
                             : first >= 0xf0 && first <= 0xf4 ? 4
                                                              : 0;
  for (std::size_t k = 1; k < length; ++k)
    if ((at(bytes, i + k) & 0xc0) != 0x80) return 0;
  const unsigned char second = at(bytes, i + 1);
  const bool overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
  const bool surrogate = first == 0xed && second > 0x9f, beyond = first == 0xf4 && second > 0x8f;
  return overlong || surrogate || beyond ? 0 : length;
}

}  // namespace

bool is_text(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size();) {
    const char c = bytes[i];
    const std::size_t length = c == '\t' || c == '\n' || c == '\r' ? 1 : character_length(bytes, i);
    if (length == 0) return false;
    i += length;
  }
  return true;
}

std::string printable(std::string_view bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t length = character_length(bytes, i);
    if (text.size() + length > kMaxNameBytes) return text + "...";
    if (length == 0) text += '?';
    text += bytes.substr(i, length);
    i += length == 0 ? 1 : length;
  }
  return text;
}

}  // namespace whybox
