#pragma once
#include <string>
#include <utility>

#include "base/rng.h"
#include "scenes/raster.h"

namespace whybox {

/// Smallest angle of a triangle that still reads as one at 15 pixels, in degrees.
inline constexpr float kSmallestAngle = 35;
/// Largest angle: a flatter triangle would fill little of its circle.
inline constexpr float kLargestAngle = 100;

/// A triangle on the unit circle with angles drawn evenly from those between kSmallestAngle and kLargestAngle.
Figure random_triangle(Rng& rng);

/// Something that is not a triangle (circle, ellipse, square, rectangle, pentagon, hexagon, star, cross, ring, half-disc),
/// with its name.
std::pair<std::string, Figure> random_distractor(Rng& rng);

}  // namespace whybox
