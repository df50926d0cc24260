#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "core/superpixels/pictures.h"

using namespace whybox;
using namespace whybox::testing;

TEST_CASE("the mean fill shows each superpixel its own mean colour") {
  const Image image{1, 4, {10, 20, 30, 20, 40, 61, 200, 0, 0, 0, 100, 0}};
  const Segmentation cut{1, 4, 2, {0, 0, 1, 1}};
  const auto fill = fill_image(image, cut, "mean");
  REQUIRE(fill);
  // (30 + 61) / 2 = 45.5, rounded up
  CHECK(fill->pixels == std::vector<std::uint8_t>{15, 30, 46, 15, 30, 46, 100, 50, 0, 100, 50, 0});
}

TEST_CASE("grey and black fills are constant") {
  const Image image = noise(3, 5);
  const Segmentation cut = grid_superpixels(3, 5, 2);
  CHECK(std::ranges::all_of(fill_image(image, cut, "grey")->pixels, [](int v) { return v == 128; }));
  CHECK(std::ranges::all_of(fill_image(image, cut, "black")->pixels, [](int v) { return v == 0; }));
}

TEST_CASE("a blur leaves a flat picture as it is, up to its edges") {
  const Image flat = picture(20, 31, [](int, int) { return std::array{17, 200, 255}; });
  CHECK(fill_image(flat, grid_superpixels(20, 31, 1), "blur")->pixels == flat.pixels);
}

TEST_CASE("a blur takes the detail out of noise and keeps its mean") {
  const Image image = noise(112, 112);
  const auto blurred = fill_image(image, grid_superpixels(112, 112, 1), "blur");
  REQUIRE(blurred);
  const auto [low, high] = std::ranges::minmax(blurred->pixels);
  // Uniform noise has deviation 74; a Gaussian of 5 pixels averages about 4 pi 25 = 314 of them: 4.2, six of those each way.
  CHECK(int(low) > 127 - 30);
  CHECK(int(high) < 128 + 30);
}

TEST_CASE("a picture of one pixel can be filled in every way") {
  const Image image{1, 1, {9, 8, 7}};
  const Segmentation cut = grid_superpixels(1, 1, 1);
  for (const auto fill : fill_choices()) CHECK(fill_image(image, cut, fill).has_value());
  CHECK(fill_image(image, cut, "blur")->pixels == image.pixels);
}

TEST_CASE("a colour of one's own is that colour everywhere") {
  const auto fill = fill_image(noise(2, 3), grid_superpixels(2, 3, 2), "colour", "#0aFF80");
  REQUIRE(fill);
  for (std::size_t i = 0; i < fill->pixels.size(); ++i) CHECK(fill->pixels[i] == std::array{10, 255, 128}[i % 3]);
}

TEST_CASE("what is no colour is refused") {
  for (const auto text : {"red", "#12345", "#1234567", "#12345g", "", "0aFF80#"}) {
    const auto fill = fill_image(noise(2, 3), grid_superpixels(2, 3, 2), "colour", text);
    REQUIRE_FALSE(fill);
    CHECK(fill.error().code == ErrorCode::invalid_argument);
    CHECK(fill.error().message == std::format("colour: got \"{}\", wanted # and six hexadecimal digits, such as #ff8000", text));
  }
}

TEST_CASE("an unknown fill is refused with the ones there are") {
  const auto fill = fill_image(noise(2, 2), grid_superpixels(2, 2, 1), "pink");
  REQUIRE_FALSE(fill);
  CHECK(fill.error().code == ErrorCode::invalid_argument);
  CHECK(fill.error().message == "fill: got \"pink\", wanted mean, grey, blur, black, colour or inpaint");
}

TEST_CASE("superpixels of another size than the picture are refused") {
  const auto fill = fill_image(noise(2, 3), grid_superpixels(2, 2, 1), "mean");
  REQUIRE_FALSE(fill);
  CHECK(fill.error().code == ErrorCode::shape_mismatch);
  CHECK(fill.error().message == "fill: the superpixels are 2 x 2, the picture is 2 x 3");
}
