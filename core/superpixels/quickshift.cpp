#include <algorithm>
#include <cmath>
#include <limits>

#include "superpixels/lab.h"
#include "superpixels/segmentation.h"

namespace whybox {
namespace {

/// Neighbours are looked for within this many kernel widths, beyond which the kernel is below a percent.
constexpr float kReach = 3;

struct Quickshift {
  int height, width;
  std::vector<Lab> colours;  // scaled by the ratio
  int reach;

  std::size_t at(int y, int x) const { return std::size_t(y) * std::size_t(width) + std::size_t(x); }

  /// Calls visit(neighbour, squared distance in colour and plane) for everything within reach of a pixel.
  template <class Visit>
  void for_each_neighbour(int y, int x, const Visit& visit) const {
    const Lab& own = colours[at(y, x)];
    for (int v = std::max(0, y - reach); v <= std::min(height - 1, y + reach); ++v)
      for (int u = std::max(0, x - reach); u <= std::min(width - 1, x + reach); ++u) {
        const Lab& other = colours[at(v, u)];
        float distance = float((v - y) * (v - y) + (u - x) * (u - x));
        for (std::size_t c = 0; c < 3; ++c) distance += (own[c] - other[c]) * (own[c] - other[c]);
        visit(at(v, u), distance);
      }
  }

  /// Parzen estimate of the density at every pixel.
  std::vector<double> densities(float kernel) const {
    std::vector<double> result(colours.size());
    const float factor = -0.5f / (kernel * kernel);
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        double sum = 0;
        for_each_neighbour(y, x, [&](std::size_t, float distance) { sum += std::exp(distance * factor); });
        result[at(y, x)] = sum;
      }
    return result;
  }

  /// Every pixel's nearest one that is denser; itself where there is none within `max_distance`. Equal densities are told apart by
  /// their place, which stands for the noise that the authors add.
  std::vector<std::int32_t> parents(const std::vector<double>& density, float max_distance) const {
    std::vector<std::int32_t> result(colours.size());
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        const std::size_t own = at(y, x);
        float nearest = std::numeric_limits<float>::infinity();
        result[own] = std::int32_t(own);
        for_each_neighbour(y, x, [&](std::size_t other, float distance) {
          const bool denser = density[other] > density[own] || (density[other] == density[own] && other < own);
          if (denser && distance < nearest && distance <= max_distance * max_distance) nearest = distance, result[own] = std::int32_t(other);
        });
      }
    return result;
  }
};

}  // namespace

Segmentation quickshift_superpixels(const Image& image, const QuickshiftOptions& options) {
  Quickshift shift{image.height, image.width, to_lab(image), int(std::ceil(kReach * options.kernel))};
  for (Lab& colour : shift.colours)
    for (float& value : colour) value *= options.ratio;
  auto parents = shift.parents(shift.densities(options.kernel), options.max_distance);
  for (bool moved = true; moved;) {  // every pixel to its root, twice as far in each round
    moved = false;
    for (auto& parent : parents) {
      const auto next = parents[std::size_t(parent)];
      moved = moved || next != parent;
      parent = next;
    }
  }
  return relabel(image.height, image.width, std::move(parents));
}

}  // namespace whybox
