#pragma once
#include <array>
#include <vector>

#include "base/image.h"

namespace whybox {

/// L* in 0..100, a* and b* about -100..100.
using Lab = std::array<float, 3>;

/// The picture in CIELAB, [height, width]: sRGB decoded by IEC 61966-2-1, taken to XYZ and to L*a*b* (CIE 15:2004, section
/// 8.2.1) with the D65 white point, in which a distance is about as large as it looks.
std::vector<Lab> to_lab(const Image& image);

}  // namespace whybox
