#include "scenes/figures.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <numbers>
#include <set>

using namespace whybox;

namespace {

double angle_at(Point corner, Point a, Point b) {
  const double ax = a.x - corner.x, ay = a.y - corner.y, bx = b.x - corner.x, by = b.y - corner.y;
  return std::acos((ax * bx + ay * by) / (std::hypot(ax, ay) * std::hypot(bx, by))) * 180 / std::numbers::pi;
}

}  // namespace

TEST_CASE("a random triangle has three corners on the unit circle and no sharp or flat angle") {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    Rng rng(seed);
    const Figure figure = random_triangle(rng);
    REQUIRE(figure.corners.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
      const Point corner = figure.corners[i];
      CHECK(std::abs(std::hypot(corner.x, corner.y) - 1) < 1e-6);
      const double angle = angle_at(corner, figure.corners[(i + 1) % 3], figure.corners[(i + 2) % 3]);
      CHECK(angle >= kSmallestAngle - 0.001);  // float corners
      CHECK(angle <= kLargestAngle + 0.001);
    }
  }
}

TEST_CASE("distractors come in ten kinds, none of three corners, each inside the unit circle") {
  std::set<std::string> names;
  Rng rng(4);
  for (int i = 0; i < 500; ++i) {
    const auto [name, figure] = random_distractor(rng);
    names.insert(name);
    CHECK(figure.corners.size() != 3);
    for (const Point corner : figure.corners) CHECK(std::hypot(corner.x, corner.y) < 1 + 1e-6);
  }
  CHECK(names == std::set<std::string>{"circle", "ellipse", "square", "rectangle", "pentagon", "hexagon", "star", "cross", "ring",
                                       "half-disc"});
}
