#include "superpixels/inpaint.h"

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "core/superpixels/pictures.h"

using namespace whybox;
using namespace whybox::testing;

namespace {

/// Label 1 inside the rectangle, 0 outside.
Segmentation hole(int height, int width, int top, int left, int bottom, int right) {
  Segmentation cut{height, width, 2, std::vector<std::int32_t>(std::size_t(height * width))};
  for (int y = top; y < bottom; ++y)
    for (int x = left; x < right; ++x) cut.labels[std::size_t(y * width + x)] = 1;
  return cut;
}

}  // namespace

TEST_CASE("inpainting carries a slope on through a hole") {
  const Image slope = picture(40, 50, [](int y, int x) { return std::array{20 + 2 * x + y, 200 - 3 * x, 60}; });
  const Segmentation cut = hole(40, 50, 12, 15, 26, 33);
  const Image filled = inpainted(slope, cut);
  // First-order continuation is exact on planes; what is painted is rounded once, to half a step, and slopes of painted pixels build on it.
  for (std::size_t i = 0; i < slope.pixels.size(); ++i)
    if (cut.labels[i / 3] == 1) CHECK(std::abs(int(filled.pixels[i]) - slope.pixels[i]) <= 2);
}

TEST_CASE("inpainting does not look into the hole") {
  Image image = noise(30, 30);
  const Segmentation cut = hole(30, 30, 8, 9, 20, 22);
  const Image before = inpainted(image, cut);
  for (std::size_t i = 0; i < image.pixels.size(); ++i)
    if (cut.labels[i / 3] == 1) image.pixels[i] = std::uint8_t(255 - image.pixels[i]);
  const Image after = inpainted(image, cut);
  bool outside_differs = false;
  for (std::size_t i = 0; i < image.pixels.size(); ++i) {
    if (cut.labels[i / 3] == 1) CHECK(after.pixels[i] == before.pixels[i]);
    else outside_differs = outside_differs || after.pixels[i] != before.pixels[i];
  }
  CHECK(outside_differs);  // the surroundings are a hole of their own, which did see the change
}

TEST_CASE("inpainting goes on with an edge that crosses the hole") {
  const Image edge = picture(40, 40, [](int, int x) { return x < 20 ? std::array{30, 30, 30} : std::array{220, 220, 220}; });
  const Image filled = inpainted(edge, hole(40, 40, 14, 14, 26, 26));
  for (int y = 14; y < 26; ++y) {
    CHECK(filled.at(y, 15)[0] < 90);
    CHECK(filled.at(y, 24)[0] > 160);
  }
}

TEST_CASE("a superpixel that is the whole picture has no surroundings and gets its mean colour") {
  const Image image = noise(9, 12);
  const Segmentation one = grid_superpixels(9, 12, 1);
  CHECK(inpainted(image, one).pixels == mean_coloured(image, one).pixels);
}

TEST_CASE("every superpixel of a cut is filled from its own surroundings, at the picture's edges too") {
  const Image flat = picture(21, 34, [](int, int) { return std::array{17, 120, 255}; });
  CHECK(inpainted(flat, grid_superpixels(21, 34, 12)).pixels == flat.pixels);
  CHECK(inpainted(noise(2, 1), grid_superpixels(2, 1, 2)).pixels.size() == 6);
}
