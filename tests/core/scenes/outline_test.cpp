#include "scenes/outline.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

using namespace whybox;
using Catch::Approx;

namespace {

Figure whole(const Figure& mirrored) {
  Figure polygon{FigureKind::polygon, mirrored.corners};
  for (std::size_t i = mirrored.corners.size() - 1; i-- > 1;)
    polygon.corners.push_back({mirrored.corners[i].x, -mirrored.corners[i].y});
  return polygon;
}

}  // namespace

TEST_CASE("a mirrored figure has the distances of the whole polygon") {
  for (const Figure& figure : {leaf_figure(0.4f), petal_figure(0.6f, 0), petal_figure(0.7f, 0.3f)}) {
    const Figure polygon = whole(figure);
    for (int i = 0; i < 900; ++i) {
      const Point at{-1.45f + float(i % 30) * 0.1f, -1.45f + float(i / 30) * 0.1f};
      CHECK(signed_distance(figure, at) == Approx(signed_distance(polygon, at)).margin(1e-6));
    }
  }
}

TEST_CASE("leaves and petals lie inside the unit circle and end on its axis") {
  for (const Figure& figure : {leaf_figure(0.6f), petal_figure(0.8f, 0), petal_figure(0.85f, 0.3f)}) {
    for (const Point corner : figure.corners) {
      CHECK(std::hypot(corner.x, corner.y) <= 1.0001f);
      CHECK(corner.y >= -1e-6f);
    }
    CHECK(figure.corners.front().y == Approx(0).margin(1e-6));
    CHECK(figure.corners.back().y == Approx(0).margin(1e-6));
  }
}

TEST_CASE("a placed polygon is drawn where its points were given") {
  const Placed square = placed_polygon({{0.2f, 0.3f}, {0.6f, 0.3f}, {0.6f, 0.7f}, {0.2f, 0.7f}});
  CHECK(signed_distance(square.figure, square.place, {0.4f, 0.5f}) == Approx(-0.2));
  CHECK(signed_distance(square.figure, square.place, {0.2f, 0.5f}) == Approx(0).margin(1e-6));
  CHECK(signed_distance(square.figure, square.place, {0.4f, 0.8f}) == Approx(0.1));
}

TEST_CASE("a path has its width, and the circle around it holds all of it") {
  const Placed path = placed_path({{0.2f, 0.2f}, {0.5f, 0.6f}}, 0.02f);
  CHECK(signed_distance(path.figure, path.place, {0.35f, 0.4f}) == Approx(-0.02));
  CHECK(signed_distance(path.figure, path.place, {0.2f, 0.1f}) == Approx(0.08));  // beyond its end
  CHECK(path.place.radius == Approx(0.25 + 0.02));
}

TEST_CASE("a smooth outline goes through its points, and through a circle's between them") {
  std::vector<Point> circle;
  for (int i = 0; i < 12; ++i) circle.push_back(unit_point(i / 12.0));
  const auto outline = smooth_outline(circle, 4);
  REQUIRE(outline.size() == 48);
  CHECK(outline[8].x == circle[2].x);
  for (const Point p : outline) CHECK(std::hypot(p.x, p.y) == Approx(1).epsilon(0.003));  // a cubic piece of 30 degrees
}

TEST_CASE("a curve begins and ends where it should and is pulled by its middle point") {
  const auto points = curve({0, 0}, {0.5f, 1}, {1, 0}, 10);
  REQUIRE(points.size() == 11);
  CHECK(points.front().x == 0);
  CHECK(points.back().x == 1);
  CHECK(points[5].y == Approx(0.5));
}
