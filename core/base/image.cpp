#include "base/image.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace whybox {
namespace {

/// The source samples that make one output sample: weights for first, first + 1, ...
struct Tap {
  int first = 0;
  std::vector<float> weights;
};

/// Triangle filter of half-width max(1, from/to) around the half-pixel centre (i + 1/2) from/to - 1/2; the weights that fall
/// inside the source are divided by their sum. Double precision, because centres of 12,000-pixel sides need more than 24 bits.
std::vector<Tap> triangle_taps(int from, int to) {
  const double ratio = double(from) / to;
  const double support = std::max(1.0, ratio);
  std::vector<Tap> taps(to);
  for (int i = 0; i < to; ++i) {
    const double centre = (i + 0.5) * ratio - 0.5;
    const int first = std::max(0, int(std::ceil(centre - support)));
    const int last = std::min(from - 1, int(std::floor(centre + support)));
    double sum = 0;
    for (int j = first; j <= last; ++j) sum += 1 - std::abs(j - centre) / support;
    taps[i].first = first;
    for (int j = first; j <= last; ++j) taps[i].weights.push_back(float((1 - std::abs(j - centre) / support) / sum));
  }
  return taps;
}

struct Extent {
  int height, width, channels;
};

/// [H, W, C] -> [H, w, C].
template <class Element>
std::vector<float> resample_rows(std::span<const Element> source, Extent extent, int width) {
  const auto taps = triangle_taps(extent.width, width);
  const int channels = extent.channels;
  std::vector<float> out(std::size_t(extent.height) * width * channels);
  float* target = out.data();
  for (int y = 0; y < extent.height; ++y) {
    const Element* row = source.data() + std::size_t(y) * extent.width * channels;
    for (const Tap& tap : taps) {
      const Element* from = row + std::size_t(tap.first) * channels;
      for (const float weight : tap.weights)
        for (int c = 0; c < channels; ++c) target[c] += weight * float(*from++);
      target += channels;
    }
  }
  return out;
}

/// [H, row] -> [h, row].
std::vector<float> resample_columns(const std::vector<float>& source, int from_height, std::size_t row, int height) {
  const auto taps = triangle_taps(from_height, height);
  std::vector<float> out(std::size_t(height) * row);
  for (int y = 0; y < height; ++y) {
    float* target = out.data() + std::size_t(y) * row;
    const float* from = source.data() + std::size_t(taps[y].first) * row;
    for (const float weight : taps[y].weights) {
      for (std::size_t i = 0; i < row; ++i) target[i] += weight * from[i];
      from += row;
    }
  }
  return out;
}

template <class Element>
std::vector<float> resample(std::span<const Element> source, Extent extent, int height, int width) {
  const auto rows = resample_rows(source, extent, width);
  return resample_columns(rows, extent.height, std::size_t(width) * extent.channels, height);
}

Result<void> check_extent(int height, int width) {
  if (height < 1 || width < 1)
    return fail(ErrorCode::bad_image, "image: extent is {} x {}, each side must be at least 1", height, width);
  if (std::int64_t(height) * width > kMaxImagePixels)
    return fail(ErrorCode::bad_image, "image: {} x {} pixels are more than the {} allowed", height, width, kMaxImagePixels);
  return {};
}

}  // namespace

Result<void> validate(const Image& image) {
  WHYBOX_CHECK(check_extent(image.height, image.width));
  const std::size_t wanted = std::size_t(image.height) * image.width * 3;
  if (image.pixels.size() != wanted)
    return fail(ErrorCode::bad_image, "image: {} bytes given, {} x {} x 3 needs {}", image.pixels.size(), image.height,
                image.width, wanted);
  return {};
}

Result<Image> image_from_rgba(const std::uint8_t* rgba, std::size_t bytes, int height, int width) {
  WHYBOX_CHECK(check_extent(height, width));
  const std::size_t pixels = std::size_t(height) * width;
  if (rgba == nullptr || bytes != pixels * 4)
    return fail(ErrorCode::bad_image, "image: {} RGBA bytes given, {} x {} x 4 needs {}", rgba ? bytes : 0, height, width,
                pixels * 4);
  Image image{height, width, std::vector<std::uint8_t>(pixels * 3)};
  for (std::size_t i = 0; i < pixels; ++i) {
    const unsigned alpha = rgba[i * 4 + 3];
    for (std::size_t c = 0; c < 3; ++c)
      image.pixels[i * 3 + c] = std::uint8_t((rgba[i * 4 + c] * alpha + 255 * (255 - alpha) + 127) / 255);
  }
  return image;
}

Image resize(const Image& image, int height, int width) {
  if (height == image.height && width == image.width) return image;
  const Extent extent{image.height, image.width, 3};
  const auto values = resample(std::span<const std::uint8_t>(image.pixels), extent, height, width);
  Image out{height, width, std::vector<std::uint8_t>(values.size())};
  std::ranges::transform(values, out.pixels.begin(),
                         [](float v) { return std::uint8_t(std::clamp(v + 0.5f, 0.0f, 255.0f)); });
  return out;
}

Heatmap resize(const Heatmap& map, int height, int width) {
  if (height == map.height && width == map.width) return map;
  const Extent extent{map.height, map.width, 1};
  return {height, width, resample(std::span<const float>(map.values), extent, height, width)};
}

}  // namespace whybox
