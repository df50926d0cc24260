#include "base/shape.h"

#include <limits>

namespace whybox {

std::int64_t element_count(const Shape& shape) {
  std::int64_t count = 1;
  for (const int extent : shape) {
    // Saturates instead of overflowing: every caller compares the result with a limit.
    if (extent > 0 && count > std::numeric_limits<std::int64_t>::max() / extent)
      return std::numeric_limits<std::int64_t>::max();
    count *= extent;
  }
  return count;
}

std::string to_string(const Shape& shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + "]";
}

}  // namespace whybox
