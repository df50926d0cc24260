#include "scenes/raster.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <numbers>

#include "base/rng.h"

using namespace whybox;
using Catch::Approx;

namespace {

const Figure kSquare{FigureKind::polygon, {{-0.5f, -0.5f}, {0.5f, -0.5f}, {0.5f, 0.5f}, {-0.5f, 0.5f}}};

/// Sum of coverages in pixels.
double drawn_area(const Figure& figure, const Pose& place, int size) {
  double sum = 0;
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x)
      sum += coverage(signed_distance(figure, place, pixel_centre(y, x, size)) * float(size)) / 255.0;
  return sum;
}

}  // namespace

TEST_CASE("unit_point is the cosine and sine of a fraction of a turn") {
  for (int i = -400; i <= 400; ++i) {
    const double turns = i / 173.0;
    const Point point = unit_point(turns);
    CHECK(point.x == Approx(std::cos(2 * std::numbers::pi * turns)).margin(1e-7));
    CHECK(point.y == Approx(std::sin(2 * std::numbers::pi * turns)).margin(1e-7));
  }
}

TEST_CASE("the distance to a square is that to its nearest edge or corner, negative inside") {
  CHECK(signed_distance(kSquare, {0, 0}) == Approx(-0.5));
  CHECK(signed_distance(kSquare, {0.25f, 0.125f}) == Approx(-0.25));
  CHECK(signed_distance(kSquare, {1, 0}) == Approx(0.5));
  CHECK(signed_distance(kSquare, {0.8f, 0.9f}) == Approx(0.5));  // 3-4-5 triangle from the corner
}

TEST_CASE("the distance to a disc and to a ring follows from the radius") {
  const Figure disc{FigureKind::ellipse, {}, 1};
  CHECK(signed_distance(disc, {0, 0}) == Approx(-1));
  CHECK(signed_distance(disc, {3, 4}) == Approx(4));
  const Figure ring{FigureKind::ring, {}, 0.5f};
  CHECK(signed_distance(ring, {0.75f, 0}) == Approx(-0.25));
  CHECK(signed_distance(ring, {0, 0}) == Approx(0.5));
  CHECK(signed_distance(ring, {0, -2}) == Approx(1));
}

TEST_CASE("an ellipse's distance vanishes on its outline and has slope one across it") {
  const Figure ellipse{FigureKind::ellipse, {}, 0.6f};
  for (int i = 0; i < 24; ++i) {
    const Point turn = unit_point(i / 24.0);
    const Point on{turn.x, 0.6f * turn.y};
    CHECK(signed_distance(ellipse, on) == Approx(0).margin(1e-6));
    const float nx = on.x, ny = on.y / 0.36f, length = std::sqrt(nx * nx + ny * ny), step = 1e-3f;
    const float outside = signed_distance(ellipse, {on.x + nx / length * step, on.y + ny / length * step});
    CHECK(outside == Approx(step).epsilon(0.02));
  }
}

TEST_CASE("placing a figure turns, scales and moves it") {
  const Pose place{{0.3f, 0.6f}, 0.2f, unit_point(0.125)};
  // Turned by 45 degrees the square's corner points to the right, 0.2 sqrt(1/2) from the centre.
  CHECK(signed_distance(kSquare, place, {0.3f, 0.6f}) == Approx(-0.1));
  CHECK(signed_distance(kSquare, place, {0.3f + 0.2f * std::sqrt(0.5f), 0.6f}) == Approx(0).margin(1e-6));
}

TEST_CASE("coverages sum to the figure's area") {
  constexpr int kSize = 128;
  const Pose place{{0.47f, 0.52f}, 0.3f, unit_point(0.07)};
  const double unit = 0.3 * 0.3 * kSize * kSize, pi = std::numbers::pi;
  // Half a percent: an edge's coverage is taken from the distance of the pixel's centre only.
  CHECK(drawn_area({FigureKind::ellipse, {}, 1}, place, kSize) == Approx(pi * unit).epsilon(0.005));
  CHECK(drawn_area({FigureKind::ellipse, {}, 0.6f}, place, kSize) == Approx(0.6 * pi * unit).epsilon(0.005));
  CHECK(drawn_area({FigureKind::half_disc, {}, 1}, place, kSize) == Approx(pi / 2 * unit).epsilon(0.005));
  CHECK(drawn_area({FigureKind::ring, {}, 0.5f}, place, kSize) == Approx(0.75 * pi * unit).epsilon(0.005));
  CHECK(drawn_area(kSquare, place, kSize) == Approx(unit).epsilon(0.005));
}

TEST_CASE("a bounding box holds every pixel that its circle covers") {
  constexpr int kSize = 40;
  const Figure disc{FigureKind::ellipse, {}, 1};
  for (const Pose& place : {Pose{{0.5f, 0.4f}, 0.2f}, Pose{{0.02f, 0.97f}, 0.1f}}) {
    const Box box = bounding_box(place.centre, place.radius, kSize);
    for (int y = 0; y < kSize; ++y)
      for (int x = 0; x < kSize; ++x) {
        if (coverage(signed_distance(disc, place, pixel_centre(y, x, kSize)) * kSize) == 0) continue;
        CHECK((y >= box.top && y < box.bottom && x >= box.left && x < box.right));
      }
    CHECK((box.top >= 0 && box.left >= 0 && box.bottom <= kSize && box.right <= kSize));
  }
}

TEST_CASE("a pixel whose centre lies on the outline is half covered") {
  CHECK(coverage(0) == 128);
  CHECK(coverage(-0.5f) == 255);
  CHECK(coverage(0.5f) == 0);
}
