#include "superpixels/blur.h"

#include <algorithm>
#include <cmath>

namespace whybox {
namespace {

/// The Gaussian is cut off at this many standard deviations, where less than 0.3 % of it is left.
constexpr float kCutOff = 3;

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

}  // namespace

std::vector<float> gaussian_blur(const Image& image, float sigma) {
  const auto weights = gaussian(sigma);
  std::vector<float> values(image.pixels.begin(), image.pixels.end());
  values = blur_columns(values, image.height, weights);
  values = blur_columns(transpose(values, image.height, image.width), image.width, weights);
  return transpose(values, image.width, image.height);
}

}  // namespace whybox
