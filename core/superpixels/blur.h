#pragma once
#include <vector>

#include "base/image.h"

namespace whybox {

/// The picture convolved with a Gaussian, unrounded, [height, width, 3]; at the edges, weights that fall outside are left out and the
/// rest divided by their sum.
/// @param sigma  standard deviation in pixels, above 0
std::vector<float> gaussian_blur(const Image& image, float sigma);

}  // namespace whybox
