#include "scenes/composition.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <algorithm>
#include <cmath>
#include <numbers>

using namespace whybox;
using Catch::Approx;

namespace {

const Figure kDisc{FigureKind::ellipse, {}, 1};

/// Two discs, the second over a part of the first.
Composition two_discs() {
  Composition scene;
  scene.backdrop.one = scene.backdrop.other = {0.8f, 0.8f, 0.8f};
  scene.things.push_back({.name = "back", .figure = kDisc, .place = {{0.4f, 0.5f}, 0.25f}, .colour = {0.9f, 0.2f, 0.1f}, .decides = true});
  scene.things.push_back({.name = "front", .figure = kDisc, .place = {{0.65f, 0.5f}, 0.2f}, .colour = {0.1f, 0.2f, 0.9f}});
  scene.grain = 3;
  return scene;
}

}  // namespace

TEST_CASE("recolouring a thing changes exactly the pixels that its mask names, as much as the mask says") {
  const int size = 96;
  Composition scene = two_discs();
  scene.grain = 0;
  scene.shadow = 0;  // the front disc's shadow would darken the back one
  const Scene before = paint(scene, size);
  scene.things[0].colour = {0.1f, 0.2f, 0.1f};  // red alone falls by 0.8
  const Scene after = paint(scene, size);
  for (std::size_t i = 0; i < before.parts[0].coverage.size(); ++i) {
    const double mask = before.parts[0].coverage[i] / 255.0;
    const int change = before.image.pixels[i * 3] - after.image.pixels[i * 3];
    // Light and rim change a colour by at most 1.2 and at least 0.8 * 0.78; rounding twice costs a level.
    CHECK(change <= 0.8 * 255 * mask * 1.2 + 1);
    CHECK(change >= 0.8 * 255 * mask * 0.6 - 1);
    CHECK(std::abs(before.image.pixels[i * 3 + 1] - after.image.pixels[i * 3 + 1]) <= 1);
  }
}

TEST_CASE("masks of all things cover no pixel more than once") {
  const Scene scene = paint(two_discs(), 96);
  for (std::size_t i = 0; i < scene.parts[0].coverage.size(); ++i)
    CHECK(scene.parts[0].coverage[i] + scene.parts[1].coverage[i] <= 256);  // rounded up at most once
}

TEST_CASE("the thing in front is whole, the one behind loses what is covered") {
  const int size = 128;
  const Scene scene = paint(two_discs(), size);
  const auto area = [&](int part) {
    double sum = 0;
    for (const auto value : scene.parts[std::size_t(part)].coverage) sum += value / 255.0;
    return sum / (size * size);
  };
  CHECK(area(1) == Approx(std::numbers::pi * 0.2 * 0.2).epsilon(0.005));
  CHECK(area(0) < std::numbers::pi * 0.25 * 0.25 * 0.9);
  // The same share by sampling points: a grid of 32 x 32 and the pixels agree to two points in a hundred.
  CHECK(visible_part(two_discs(), 0) == Approx(area(0) / (std::numbers::pi * 0.25 * 0.25)).margin(0.02));
  CHECK(visible_part(two_discs(), 1) == 1.0f);
}

TEST_CASE("the truth is the mask of the things that decide") {
  const Scene scene = paint(two_discs(), 64);
  CHECK(scene.truth.coverage == scene.parts[0].coverage);
}

TEST_CASE("grain moves brightness by no more than its size") {
  Composition scene = two_discs();
  const Scene noisy = paint(scene, 64);
  scene.grain = 0;
  const Scene clean = paint(scene, 64);
  int largest = 0;
  for (std::size_t i = 0; i < clean.image.pixels.size(); ++i)
    largest = std::max(largest, std::abs(noisy.image.pixels[i] - clean.image.pixels[i]));
  CHECK(largest <= 4);  // 3 and rounding
  CHECK(largest >= 2);
}

TEST_CASE("figures that share part and object have one mask, the union of theirs") {
  Composition scene = two_discs();
  scene.things[1].name = "back";
  scene.things[0].object = scene.things[1].object = "pair";
  const Scene painted = paint(scene, 96);
  const Scene apart = paint(two_discs(), 96);
  REQUIRE(painted.parts.size() == 1);
  REQUIRE(painted.objects.size() == 1);
  CHECK(painted.objects[0].name == "pair");
  for (std::size_t i = 0; i < painted.parts[0].coverage.size(); ++i) {
    const int together = apart.parts[0].coverage[i] + apart.parts[1].coverage[i];
    CHECK(std::abs(painted.parts[0].coverage[i] - std::min(255, together)) <= 1);
  }
}

TEST_CASE("parts of one object are one object mask and keep their own") {
  Composition scene = two_discs();
  scene.things[0].object = scene.things[1].object = "pair";
  const Scene painted = paint(scene, 64);
  REQUIRE(painted.parts.size() == 2);
  REQUIRE(painted.objects.size() == 1);
  CHECK(painted.parts[0].coverage == paint(two_discs(), 64).parts[0].coverage);
}

TEST_CASE("a trait is seen on the parts that it names") {
  Composition scene = two_discs();
  scene.traits = {{.value = 3, .parts = {"front"}}};
  const Scene painted = paint(scene, 64);
  REQUIRE(painted.attributes.size() == 1);
  CHECK(painted.attributes[0].value == 3);
  CHECK(painted.attributes[0].coverage == painted.parts[1].coverage);
}

TEST_CASE("a polygon asked tile by tile is drawn as if every pixel were asked") {
  const Figure square{FigureKind::polygon, {{-0.6f, -0.6f}, {0.6f, -0.6f}, {0.6f, 0.6f}, {-0.6f, 0.6f}}};
  Composition scene;
  scene.backdrop.one = scene.backdrop.other = {0.8f, 0.8f, 0.8f};
  const Pose place{{0.47f, 0.53f}, 0.4f, unit_point(0.07)};
  scene.things.push_back({.name = "square", .figure = square, .place = place, .colour = {0.2f, 0.4f, 0.6f}});
  for (const int size : {33, 96, 130}) {
    const Scene painted = paint(scene, size);
    for (int y = 0; y < size; ++y)
      for (int x = 0; x < size; ++x) {
        const float distance = signed_distance(square, place, pixel_centre(y, x, size));
        CHECK(painted.parts[0].coverage[std::size_t(y) * size + x] == coverage(distance * float(size)));
      }
  }
}

TEST_CASE("below the horizon lies the ground") {
  Composition scene;
  scene.backdrop.one = scene.backdrop.other = {0.8f, 0.8f, 0.8f};
  scene.backdrop.horizon = 0.5f;
  scene.backdrop.ground = {0.2f, 0.2f, 0.2f};
  const Scene painted = paint(scene, 32);
  CHECK(painted.image.at(15, 3)[0] == 204);
  CHECK(painted.image.at(16, 3)[0] == 51);
}
