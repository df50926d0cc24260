#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace whybox {

/// Extents from the outermost to the innermost; activations are NHWC.
using Shape = std::vector<int>;

/// Number of elements; 1 for a scalar. 64 bits wide, so that hostile shapes cannot wrap around.
std::int64_t element_count(const Shape& shape);

/// "[1, 224, 224, 3]"
std::string to_string(const Shape& shape);

}  // namespace whybox
