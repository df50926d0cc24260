#include "explainers/rise_mask.h"

#include <algorithm>
#include <cmath>

#include "base/rng.h"

namespace whybox {

std::vector<RiseMask::Tap> RiseMask::taps(int cells, int cell_pixels) {
  const int length = (cells + 1) * cell_pixels;
  std::vector<Tap> found;
  for (int i = 0; i < length; ++i) {
    const double centre = std::clamp((i + 0.5) * cells / length - 0.5, 0.0, cells - 1.0);
    const int first = int(centre);
    found.push_back({first, std::min(first + 1, cells - 1), float(centre - first)});
  }
  return found;
}

RiseMask::RiseMask(const RiseMaskOptions& options)
    : options_(options),
      cell_height_((options.height + options.cells - 1) / options.cells),
      cell_width_((options.width + options.cells - 1) / options.cells),
      rows_(taps(options.cells, cell_height_)),
      columns_(taps(options.cells, cell_width_)),
      grid_(std::size_t(options.cells) * options.cells),
      blended_(std::size_t(options.cells)) {}

void RiseMask::draw(int index) {
  Rng rng = Rng::numbered(options_.seed, static_cast<std::uint64_t>(index));
  for (float& cell : grid_) cell = rng.bernoulli(options_.probability) ? 1.0f : 0.0f;
  top_ = rng.below(cell_height_);
  left_ = rng.below(cell_width_);
}

void RiseMask::row(int y, std::span<float> values) {
  const Tap& tap = rows_[std::size_t(top_) + y];
  const float* upper = &grid_[std::size_t(tap.first) * options_.cells];
  const float* lower = &grid_[std::size_t(tap.second) * options_.cells];
  for (std::size_t j = 0; j < blended_.size(); ++j) blended_[j] = upper[j] + tap.part * (lower[j] - upper[j]);
  const Tap* column = &columns_[std::size_t(left_)];
  for (std::size_t x = 0; x < values.size(); ++x) {
    const float from = blended_[column[x].first], to = blended_[column[x].second];
    values[x] = from + column[x].part * (to - from);
  }
}

}  // namespace whybox
