#pragma once
#include <string>
#include <string_view>

namespace whybox {

/// True if the bytes are well-formed UTF-8 (Unicode 15, table 3-7) without control characters other than tab and line ends.
bool is_text(std::string_view bytes);

/// A name out of a file, fit for a message: "?" for every byte that is not text, cut after kMaxNameBytes.
std::string printable(std::string_view bytes);
inline constexpr std::size_t kMaxNameBytes = 200;

}  // namespace whybox
