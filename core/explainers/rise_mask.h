#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace whybox {

/// How RISE's masks are made. Petsiuk et al. 2018, arXiv:1806.07421, section 3.2.
struct RiseMaskOptions {
  int height, width;   ///< of the mask, pixels
  int cells;           ///< s: the grid has s x s cells
  float probability;   ///< p: of a cell being on
  std::uint64_t seed;
};

/// The masks M_i, one at a time, row by row: an s x s grid of Bernoulli(p) cells, enlarged bilinearly to
/// (s + 1) c_h x (s + 1) c_w pixels with c_h = ceil(height / s), c_w = ceil(width / s), of which a height x width window is
/// cut at an offset drawn from [0, c_h) x [0, c_w). Half-pixel centres; beyond the outermost centres the grid's edge
/// values go on. Every pixel's expectation is exactly p, because bilinear weights sum to one.
class RiseMask {
 public:
  explicit RiseMask(const RiseMaskOptions& options);

  /// Turns to mask i, which depends on (seed, i) alone. Costs s^2 random numbers.
  void draw(int index);
  /// Row y of the present mask, values in [0, 1]. O(width).
  void row(int y, std::span<float> values);

 private:
  /// Enlarged sample = (1 - part) cell[first] + part cell[second].
  struct Tap {
    int first, second;
    float part;
  };
  static std::vector<Tap> taps(int cells, int cell_pixels);

  RiseMaskOptions options_;
  int cell_height_, cell_width_;
  std::vector<Tap> rows_, columns_;  // of the enlarged mask, before cutting
  std::vector<float> grid_;          // [s, s]
  std::vector<float> blended_;       // one row of cells, between two rows of the grid, [s]
  int top_ = 0, left_ = 0;
};

}  // namespace whybox
