#include <algorithm>
#include <array>
#include <cmath>

#include "superpixels/segmentation.h"

namespace whybox {
namespace {

constexpr std::uint8_t kMidGrey = 128;
/// The Gaussian is cut off at this many standard deviations, where less than 0.3 % of it is left.
constexpr float kCutOff = 3;

Image constant(const Image& image, std::uint8_t value) {
  return {image.height, image.width, std::vector<std::uint8_t>(image.pixels.size(), value)};
}

Image means(const Image& image, const Segmentation& segmentation) {
  struct Sum {
    std::array<std::uint64_t, 3> rgb{};
    std::uint64_t pixels = 0;
  };
  std::vector<Sum> sums(segmentation.count);
  for (std::size_t i = 0; i < segmentation.labels.size(); ++i) {
    auto& [rgb, pixels] = sums[segmentation.labels[i]];
    for (std::size_t c = 0; c < 3; ++c) rgb[c] += image.pixels[i * 3 + c];
    ++pixels;
  }
  Image out = image;
  for (std::size_t i = 0; i < segmentation.labels.size(); ++i) {
    const auto& [rgb, pixels] = sums[segmentation.labels[i]];
    for (std::size_t c = 0; c < 3; ++c) out.pixels[i * 3 + c] = std::uint8_t((rgb[c] + pixels / 2) / pixels);
  }
  return out;
}

std::vector<float> gaussian(float sigma) {
  const int radius = std::max(1, int(std::ceil(kCutOff * sigma)));
  std::vector<float> weights;
  for (int d = -radius; d <= radius; ++d) weights.push_back(std::exp(-0.5f * float(d * d) / (sigma * sigma)));
  return weights;
}

/// Blurs [height, row] along its first axis; weights that fall outside are left out and the rest divided by their sum.
std::vector<float> blur_columns(const std::vector<float>& source, int height, const std::vector<float>& weights) {
  const int radius = int(weights.size() / 2);
  const std::size_t row = source.size() / height;
  std::vector<float> out(source.size());
  for (int y = 0; y < height; ++y) {
    const int first = std::max(0, y - radius), last = std::min(height - 1, y + radius);
    float sum = 0;
    for (int j = first; j <= last; ++j) sum += weights[j - y + radius];
    float* target = out.data() + y * row;
    for (int j = first; j <= last; ++j) {
      const float weight = weights[j - y + radius] / sum;
      const float* from = source.data() + j * row;
      for (std::size_t i = 0; i < row; ++i) target[i] += weight * from[i];
    }
  }
  return out;
}

/// [a, b, 3] -> [b, a, 3], so that one function blurs both ways.
std::vector<float> transpose(const std::vector<float>& source, int a, int b) {
  std::vector<float> out(source.size());
  for (std::size_t i = 0; i < std::size_t(a); ++i)
    for (std::size_t j = 0; j < std::size_t(b); ++j)
      std::copy_n(&source[(i * b + j) * 3], 3, &out[(j * a + i) * 3]);
  return out;
}

Image blur(const Image& image) {
  const auto weights = gaussian(kBlurPart * std::min(image.height, image.width));
  std::vector<float> values(image.pixels.begin(), image.pixels.end());
  values = blur_columns(values, image.height, weights);
  values = blur_columns(transpose(values, image.height, image.width), image.width, weights);
  values = transpose(values, image.width, image.height);
  Image out = image;
  std::ranges::transform(values, out.pixels.begin(), [](float v) { return std::uint8_t(std::min(v + 0.5f, 255.0f)); });
  return out;
}

}  // namespace

std::vector<std::string_view> fill_choices() { return {"mean", "grey", "blur", "black"}; }

Result<Image> fill_image(const Image& image, const Segmentation& segmentation, std::string_view fill) {
  if (segmentation.height != image.height || segmentation.width != image.width)
    return fail(ErrorCode::shape_mismatch, "fill: the superpixels are {} x {}, the picture is {} x {}", segmentation.height,
                segmentation.width, image.height, image.width);
  if (fill == "mean") return means(image, segmentation);
  if (fill == "grey") return constant(image, kMidGrey);
  if (fill == "blur") return blur(image);
  if (fill == "black") return constant(image, 0);
  return fail(ErrorCode::invalid_argument, "fill: got \"{}\", wanted mean, grey, blur or black", fill);
}

}  // namespace whybox
