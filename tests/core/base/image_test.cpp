#include "base/image.h"

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "base/rng.h"

using namespace whybox;
using Catch::Approx;

namespace {

Image noise_image(int height, int width) {
  Image image{height, width, std::vector<std::uint8_t>(std::size_t(height) * width * 3)};
  Rng rng(11);
  for (auto& value : image.pixels) value = std::uint8_t(rng.below(256));
  return image;
}

Image mirrored(const Image& image) {
  Image out = image;
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x) std::copy_n(image.at(y, x), 3, out.at(y, image.width - 1 - x));
  return out;
}

}  // namespace

TEST_CASE("a picture whose buffer fits its extents is valid") { CHECK(validate(noise_image(3, 5))); }

TEST_CASE("a picture without pixels is refused") {
  const auto checked = validate(Image{0, 5, {}});
  REQUIRE_FALSE(checked);
  CHECK(checked.error().code == ErrorCode::bad_image);
  CHECK(checked.error().message == "image: extent is 0 x 5, each side must be at least 1");
}

TEST_CASE("a picture with negative extents is refused") { CHECK_FALSE(validate(Image{-2, -2, {1, 2, 3}})); }

TEST_CASE("a picture of more pixels than allowed is refused before its bytes are looked at") {
  const auto checked = validate(Image{20'000, 10'001, {}});
  REQUIRE_FALSE(checked);
  CHECK(checked.error().message == "image: 20000 x 10001 pixels are more than the 200000000 allowed");
}

TEST_CASE("a picture with too few bytes is refused") {
  const auto checked = validate(Image{2, 2, std::vector<std::uint8_t>(11)});
  REQUIRE_FALSE(checked);
  CHECK(checked.error().message == "image: 11 bytes given, 2 x 2 x 3 needs 12");
}

TEST_CASE("opaque RGBA keeps its colour, transparent is white, half is in the middle") {
  const std::uint8_t rgba[] = {10, 20, 30, 255, 10, 20, 30, 0, 0, 100, 255, 128};
  const auto image = image_from_rgba(rgba, sizeof rgba, 1, 3);
  REQUIRE(image);
  // c a + 255 (1 - a) with a = 128/255: 127, 177.2, 255
  CHECK(image->pixels == std::vector<std::uint8_t>{10, 20, 30, 255, 255, 255, 127, 177, 255});
}

TEST_CASE("RGBA of the wrong length is refused") {
  const std::uint8_t rgba[8] = {};
  const auto image = image_from_rgba(rgba, sizeof rgba, 1, 3);
  REQUIRE_FALSE(image);
  CHECK(image.error().code == ErrorCode::bad_image);
  CHECK(image.error().message == "image: 8 RGBA bytes given, 1 x 3 x 4 needs 12");
}

TEST_CASE("resizing to the same size changes nothing") {
  const Image image = noise_image(7, 4);
  CHECK(resize(image, 7, 4).pixels == image.pixels);
}

TEST_CASE("enlarging interpolates linearly between half-pixel centres") {
  // Centres of the four new samples in old ones: -0.25, 0.25, 0.75, 1.25.
  const Heatmap map = resize(Heatmap{1, 2, {0, 100}}, 1, 4);
  CHECK(map.values == std::vector<float>{0, 25, 75, 100});
}

TEST_CASE("shrinking by two weighs with a triangle four samples wide, renormalised at the border") {
  // First output: centre 0.5, half-width 2; weights of samples 0, 1, 2 are 3/4, 3/4, 1/4 over 7/4.
  const Heatmap map = resize(Heatmap{1, 4, {0, 70, 140, 210}}, 1, 2);
  REQUIRE(map.values.size() == 2);
  CHECK(map.values[0] == Approx(50));
  CHECK(map.values[1] == Approx(160));
}

TEST_CASE("rows and columns are resampled alike") {
  const Heatmap column = resize(Heatmap{4, 1, {0, 70, 140, 210}}, 2, 1);
  CHECK(column.values[0] == Approx(50));
  CHECK(column.height == 2);
  CHECK(column.width == 1);
}

TEST_CASE("a constant picture stays constant at any size") {
  Image image{5, 9, std::vector<std::uint8_t>(5 * 9 * 3, 200)};
  for (const auto [height, width] : {std::pair{1, 1}, {3, 31}, {64, 2}}) {
    const Image out = resize(image, height, width);
    CHECK(std::ranges::all_of(out.pixels, [](int v) { return v == 200; }));
    CHECK(out.pixels.size() == std::size_t(height) * width * 3);
  }
}

TEST_CASE("shrinking a fine checkerboard gives grey, not a pattern") {
  Image image{64, 64, std::vector<std::uint8_t>(64 * 64 * 3)};
  for (int y = 0; y < 64; ++y)
    for (int x = 0; x < 64; ++x) std::fill_n(image.at(y, x), 3, (x + y) % 2 ? 255 : 0);
  // Away from the border the filter's even and odd taps have equal sums; at the border within 2 %.
  for (const int value : resize(image, 8, 8).pixels) CHECK(std::abs(value - 127) <= 3);
}

TEST_CASE("resizing commutes with mirroring") {
  const Image image = noise_image(12, 17);
  const Image a = mirrored(resize(image, 5, 23)), b = resize(mirrored(image), 5, 23);
  // One level: sums in another order may fall on the other side of a half.
  for (std::size_t i = 0; i < a.pixels.size(); ++i) CHECK(std::abs(a.pixels[i] - b.pixels[i]) <= 1);
}

TEST_CASE("a very wide picture keeps its places when it shrinks") {
  constexpr int kWide = 12'000;
  Heatmap ramp{1, kWide, std::vector<float>(kWide)};
  for (int x = 0; x < kWide; ++x) ramp.values[std::size_t(x)] = float(x) + 0.5f;
  const Heatmap out = resize(ramp, 1, 10);
  // Inside, a symmetric filter returns a ramp's value at its centre; 1e-3 relative for float sums over 2,400 taps.
  for (int i = 1; i < 9; ++i) CHECK(out.values[std::size_t(i)] == Approx((i + 0.5) * kWide / 10).epsilon(1e-3));
}
