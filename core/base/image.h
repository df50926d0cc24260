#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/error.h"

namespace whybox {

/// An 8-bit sRGB picture, [height, width, 3].
struct Image {
  int height = 0;
  int width = 0;
  std::vector<std::uint8_t> pixels;

  const std::uint8_t* at(int y, int x) const { return &pixels[(std::size_t(y) * width + x) * 3]; }
  std::uint8_t* at(int y, int x) { return &pixels[(std::size_t(y) * width + x) * 3]; }
};

/// One number per pixel, [height, width]. What an explainer makes; its sign and unit are the method's.
struct Heatmap {
  int height = 0;
  int width = 0;
  std::vector<float> values;
};

/// Pictures above this many pixels are refused (a 12,000 x 12,000 photo is not).
inline constexpr std::int64_t kMaxImagePixels = 200'000'000;

/// Checks the extents and the buffer's length. Errors: bad_image.
Result<void> validate(const Image& image);

/// Builds an Image from RGBA bytes [height, width, 4] as a canvas gives them, over white where transparent.
/// Errors: bad_image.
Result<Image> image_from_rgba(const std::uint8_t* rgba, std::size_t bytes, int height, int width);

/// Resamples with a triangle filter whose support grows with the reduction (bilinear when enlarging, antialiased when
/// shrinking), half-pixel centres, edges renormalised. Separable: O(H w (H/h + W/w)).
Image resize(const Image& image, int height, int width);

/// The same filter for maps.
Heatmap resize(const Heatmap& map, int height, int width);

}  // namespace whybox
