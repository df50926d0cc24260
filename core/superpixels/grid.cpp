#include <algorithm>
#include <cmath>

#include "superpixels/segmentation.h"

namespace whybox {
namespace {

/// How far a cell is from square counts half as much as how far the number of cells is from the one asked for.
constexpr double kSquarenessWeight = 0.5;

}  // namespace

GridExtent grid_extent(int height, int width, int count) {
  count = std::max(count, 1);
  GridExtent best{1, 1};
  double lowest = HUGE_VAL;
  for (int rows = 1; rows <= std::min(height, count); ++rows) {
    const int columns = std::clamp(int(std::lround(double(count) / rows)), 1, width);
    const double miss = std::abs(std::log(double(rows) * columns / count));
    const double aspect = std::abs(std::log(double(height) / rows * columns / width));
    const double cost = miss + kSquarenessWeight * aspect;
    if (cost < lowest) lowest = cost, best = {rows, columns};
  }
  return best;
}

Segmentation grid_superpixels(int height, int width, int count) {
  const auto [rows, columns] = grid_extent(height, width, count);
  Segmentation cells{height, width, rows * columns, std::vector<std::int32_t>(std::size_t(height) * width)};
  std::size_t i = 0;
  for (int y = 0; y < height; ++y) {
    const int row = int(std::int64_t(y) * rows / height);
    for (int x = 0; x < width; ++x) cells.labels[i++] = row * columns + int(std::int64_t(x) * columns / width);
  }
  return cells;
}

}  // namespace whybox
