#pragma once
#include "scenes/composition.h"

namespace whybox {

/// What a triangle keeps uncovered, at least.
inline constexpr float kVisibleTriangle = 0.88f;

/// Whether the triangle has a colour of its own.
enum class ColourCue { none, red };

/// Lays out a triangle scene. Every aspect (class, places, colours, backdrop ...) has its own random sequence, and the
/// places depend on circles only: the two classes of one seed differ in one figure.
/// Errors: invalid_argument if the smallest size is above the largest.
Result<Composition> compose_triangle(const Params& params, std::uint64_t seed, ColourCue cue);

}  // namespace whybox
