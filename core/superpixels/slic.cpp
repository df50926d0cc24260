#include <algorithm>
#include <cmath>
#include <limits>

#include "superpixels/connectivity.h"
#include "superpixels/lab.h"
#include "superpixels/segmentation.h"

namespace whybox {
namespace {

/// Pieces smaller than this part of a cell are merged into a neighbour.
constexpr float kLeastPart = 0.25f;
/// Cells must be this wide (pixels) before a seed may move off an edge; in smaller ones two seeds could meet.
constexpr float kLeastCellToMove = 4;

struct Centre {
  Lab colour{};
  float y = 0, x = 0;
};

/// What one call works on; the steps of algorithm 1 are its functions.
struct Slic {
  int height, width;
  std::vector<Lab> colours;
  float cell_height, cell_width;
  float plane_weight;  ///< (m / S)^2 of eq. 3
  std::vector<Centre> centres = {};
  std::vector<std::int32_t> labels = {};
  std::vector<float> distances = {};

  const Lab& colour(int y, int x) const { return colours[std::size_t(y) * width + x]; }
  void seed(int rows, int columns);
  void move_off_edges();
  void assign();
  void claim(int index);
  void update();
};

float squared(float v) { return v * v; }

float squared_distance(const Lab& a, const Lab& b) {
  return squared(a[0] - b[0]) + squared(a[1] - b[1]) + squared(a[2] - b[2]);
}

void Slic::seed(int rows, int columns) {
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < columns; ++column) {
      const float y = std::floor((row + 0.5f) * cell_height), x = std::floor((column + 0.5f) * cell_width);
      centres.push_back({colour(int(y), int(x)), y, x});
    }
}

/// Moves each seed to the flattest place of its 3 x 3 neighbourhood, off edges and noise (section 2 of the paper).
void Slic::move_off_edges() {
  const auto steepness = [&](int y, int x) {
    return squared_distance(colour(y, x - 1), colour(y, x + 1)) + squared_distance(colour(y - 1, x), colour(y + 1, x));
  };
  for (Centre& centre : centres) {
    const int y0 = int(centre.y), x0 = int(centre.x);
    float least = std::numeric_limits<float>::infinity();
    const auto look = [&](int y, int x) {
      if (y < 1 || x < 1 || y >= height - 1 || x >= width - 1) return;
      if (const float here = steepness(y, x); here < least) least = here, centre = {colour(y, x), float(y), float(x)};
    };
    look(y0, x0);  // first, so that a flat picture keeps its regular seeds
    for (int y = y0 - 1; y <= y0 + 1; ++y)
      for (int x = x0 - 1; x <= x0 + 1; ++x) look(y, x);
  }
}

/// Offers centre `index` to the pixels within one cell of it: D^2 = d_c^2 + (d_s / S)^2 m^2, eq. 3.
void Slic::claim(int index) {
  const Centre& centre = centres[index];
  const int top = std::max(0, int(std::floor(centre.y - cell_height)));
  const int left = std::max(0, int(std::floor(centre.x - cell_width)));
  const int bottom = std::min(height - 1, int(std::ceil(centre.y + cell_height)));
  const int right = std::min(width - 1, int(std::ceil(centre.x + cell_width)));
  for (int y = top; y <= bottom; ++y) {
    const float row = plane_weight * squared(float(y) - centre.y);
    for (int x = left; x <= right; ++x) {
      const std::size_t i = std::size_t(y) * width + x;
      const float distance = squared_distance(colours[i], centre.colour) + row + plane_weight * squared(float(x) - centre.x);
      if (distance < distances[i]) distances[i] = distance, labels[i] = index;
    }
  }
}

void Slic::assign() {
  distances.assign(colours.size(), std::numeric_limits<float>::infinity());
  for (int index = 0; index < int(centres.size()); ++index) claim(index);
}

/// Every centre becomes the mean of its pixels; one that lost all of them stays where it is.
void Slic::update() {
  struct Sum {
    std::array<double, 5> values{};
    std::int64_t pixels = 0;
  };
  std::vector<Sum> sums(centres.size());
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const std::size_t i = std::size_t(y) * width + x;
      auto& [values, pixels] = sums[labels[i]];
      for (std::size_t c = 0; c < 3; ++c) values[c] += colours[i][c];
      values[3] += y, values[4] += x, ++pixels;
    }
  for (std::size_t k = 0; k < centres.size(); ++k) {
    const auto& [values, pixels] = sums[k];
    if (pixels == 0) continue;
    const auto mean = [&](std::size_t j) { return float(values[j] / double(pixels)); };
    centres[k] = {{mean(0), mean(1), mean(2)}, mean(3), mean(4)};
  }
}

/// Until the first claims, every pixel belongs to the cell it lies in, so that none is ever without a label.
Slic prepare(const Image& image, GridExtent grid, float compactness) {
  const float cell_height = float(image.height) / grid.rows, cell_width = float(image.width) / grid.columns;
  Slic slic{.height = image.height, .width = image.width, .colours = to_lab(image), .cell_height = cell_height,
            .cell_width = cell_width, .plane_weight = squared(compactness) / (cell_height * cell_width)};
  slic.labels = grid_superpixels(image.height, image.width, grid.rows * grid.columns).labels;
  return slic;
}

}  // namespace

Segmentation slic_superpixels(const Image& image, const SlicOptions& options) {
  const GridExtent grid = grid_extent(image.height, image.width, options.count);
  Slic slic = prepare(image, grid, options.compactness);
  slic.seed(grid.rows, grid.columns);
  if (std::min(slic.cell_height, slic.cell_width) >= kLeastCellToMove) slic.move_off_edges();
  for (int i = 0; i < options.iterations; ++i) {
    slic.assign();
    slic.update();
  }
  const int least = std::max(1, int(kLeastPart * slic.cell_height * slic.cell_width));
  return connect(image.height, image.width, slic.labels, slic.colours, least);
}

}  // namespace whybox
