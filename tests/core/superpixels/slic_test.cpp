#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>
#include <set>

#include "core/superpixels/pictures.h"

using namespace whybox;
using namespace whybox::testing;

TEST_CASE("every SLIC superpixel is connected, whatever the picture") {
  const int height = GENERATE(1, 2, 20, 61), width = GENERATE(1, 3, 20, 97), count = GENERATE(1, 10, 50, 400);
  CAPTURE(height, width, count);
  const Segmentation cut = slic_superpixels(noise(height, width), {.count = count});
  CHECK(numbered_in_reading_order(cut));
  for (const int pieces : pieces_per_label(cut)) REQUIRE(pieces == 1);
}

TEST_CASE("a picture of one pixel is one superpixel") {
  CHECK(slic_superpixels(noise(1, 1), {.count = 50}).count == 1);
}

TEST_CASE("SLIC on a picture of one colour gives regular cells") {
  const Image flat = picture(80, 80, [](int, int) { return std::array{90, 90, 90}; });
  const Segmentation cut = slic_superpixels(flat, {.count = 16});
  REQUIRE(cut.count == 16);
  std::vector<int> sizes(16);
  for (const auto label : cut.labels) ++sizes[std::size_t(label)];
  for (const int size : sizes) {
    CHECK(size >= 300);  // 400 each, but for ties at the borders
    CHECK(size <= 500);
  }
}

TEST_CASE("the number of SLIC superpixels of a smooth picture is near the one asked for") {
  const int count = GENERATE(10, 50, 100, 200);
  const Image hills = picture(150, 220, [](int y, int x) {
    return std::array{int(128 + 100 * std::sin(x / 30.0)), int(128 + 100 * std::cos(y / 25.0)), (x + y) / 2};
  });
  const Segmentation cut = slic_superpixels(hills, {.count = count});
  CAPTURE(count, cut.count);
  CHECK(cut.count >= count * 0.6);
  CHECK(cut.count <= count * 1.4);
}

TEST_CASE("SLIC borders follow a strong edge") {
  // The edge at column 37 lies on no border of the regular cells (multiples of 16).
  const Image halves = picture(64, 64, [](int, int x) { return x < 37 ? std::array{200, 30, 30} : std::array{30, 30, 200}; });
  const Segmentation cut = slic_superpixels(halves, {.count = 16});
  std::set<int> left, right;
  for (std::size_t i = 0; i < cut.labels.size(); ++i) (i % 64 < 37 ? left : right).insert(cut.labels[i]);
  for (const int label : left) CHECK_FALSE(right.contains(label));
}

TEST_CASE("greater compactness makes shorter borders") {
  const Image busy = noise(60, 60);
  const auto border = [&](float compactness) {
    const Segmentation cut = slic_superpixels(busy, {.count = 25, .compactness = compactness});
    int changes = 0;
    for (std::size_t i = 1; i < cut.labels.size(); ++i) changes += i % 60 && cut.labels[i] != cut.labels[i - 1];
    return double(changes) / cut.count;
  };
  CHECK(border(1000) < border(5));
}

TEST_CASE("SLIC gives the same superpixels every time") {
  const Image image = noise(40, 50);
  CHECK(slic_superpixels(image, {}).labels == slic_superpixels(image, {}).labels);
}
