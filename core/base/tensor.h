#pragma once
#include <vector>

#include "base/shape.h"

namespace whybox {

/// A dense float32 array that owns its values, row-major.
struct Tensor {
  Shape shape;
  std::vector<float> values;
};

}  // namespace whybox
