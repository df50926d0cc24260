#pragma once
#include "scenes/colour.h"
#include "scenes/raster.h"

namespace whybox {

enum class TextureKind { none, stripes, checks, dots, bricks, scales, zigzag, hexagons, rings };

/// A regular pattern of a second colour.
struct Texture {
  TextureKind kind = TextureKind::none;
  Colour other = {};
  float period = 0.12f;   ///< of the pattern; the picture's side is 1
  Point turn = {1, 0};    ///< cosine and sine of its rotation
  Point shift = {0, 0};   ///< in periods
};

/// How much of the second colour a point shows, [0, 1], its edges softened over one pixel.
/// @param at     from the middle of the thing, the picture's side being 1
/// @param pixel  size of a pixel, the picture's side being 1
float texture_mix(const Texture& texture, Point at, float pixel);

}  // namespace whybox
