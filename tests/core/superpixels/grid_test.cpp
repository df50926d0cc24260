#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>

#include "core/superpixels/pictures.h"

using namespace whybox;
using namespace whybox::testing;

TEST_CASE("a square picture in 49 cells has 7 rows and 7 columns") {
  const GridExtent grid = grid_extent(224, 224, 49);
  CHECK(grid.rows == 7);
  CHECK(grid.columns == 7);
}

TEST_CASE("cells of a wide picture are as near to square as the count allows") {
  const GridExtent grid = grid_extent(100, 400, 16);
  CHECK(grid.rows == 2);
  CHECK(grid.columns == 8);
}

TEST_CASE("grids of any picture are numbered in reading order, connected, and about as many as asked for") {
  const int height = GENERATE(1, 5, 20, 96, 131), width = GENERATE(1, 7, 20, 224), count = GENERATE(1, 2, 50, 53, 400);
  CAPTURE(height, width, count);
  const Segmentation cells = grid_superpixels(height, width, count);
  CHECK(numbered_in_reading_order(cells));
  for (const int pieces : pieces_per_label(cells)) REQUIRE(pieces == 1);
  // A product of two whole numbers near-square: a third off at most, where there are pixels enough.
  if (height * width >= 4 * count && std::min(height, width) >= 5)
    CHECK(std::abs(std::log(double(cells.count) / count)) < std::log(1.34));
  CHECK(cells.count <= height * width);
}

TEST_CASE("grid cells differ by at most one pixel a side") {
  const Segmentation cells = grid_superpixels(20, 33, 12);
  std::vector<int> sizes(std::size_t(cells.count));
  for (const auto label : cells.labels) ++sizes[std::size_t(label)];
  const auto [rows, columns] = grid_extent(20, 33, 12);
  for (const int size : sizes) {
    CHECK(size >= (20 / rows) * (33 / columns));
    CHECK(size <= (20 / rows + 1) * (33 / columns + 1));
  }
}
