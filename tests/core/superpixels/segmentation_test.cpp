#include "superpixels/segmentation.h"

#include <catch2/catch_test_macros.hpp>

#include "core/superpixels/pictures.h"

using namespace whybox;
using namespace whybox::testing;

TEST_CASE("labels of any value are renumbered without gaps in reading order") {
  const Segmentation cut = relabel(2, 3, {7, -1, 7, 1000000, 1000000, -1});
  CHECK(cut.count == 3);
  CHECK(cut.labels == std::vector<std::int32_t>{0, 1, 0, 2, 2, 1});
}

TEST_CASE("segment runs the segmentation that its parameters name") {
  const auto specs = segmentation_params();
  const Image image = noise(30, 40);
  const auto grid = resolve(specs, {{"segmentation", "grid"}, {"superpixels", "12"}});
  REQUIRE(grid);
  CHECK(segment(image, *grid)->labels == grid_superpixels(30, 40, 12).labels);
  const auto slic = resolve(specs, {{"superpixels", "12"}, {"compactness", "35"}});
  REQUIRE(slic);
  CHECK(segment(image, *slic)->labels == slic_superpixels(image, {.count = 12, .compactness = 35}).labels);
}

TEST_CASE("an unknown segmentation is refused with the ones there are") {
  const auto params = resolve(segmentation_params(), {{"segmentation", "voronoi"}});
  REQUIRE_FALSE(params);
  CHECK(params.error().code == ErrorCode::invalid_argument);
  CHECK(params.error().message == "parameter segmentation: got \"voronoi\", wanted one of slic, grid, quickshift, felzenszwalb, own");
}
