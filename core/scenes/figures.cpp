#include "scenes/figures.h"

#include <array>
#include <cmath>
#include <string_view>

namespace whybox {
namespace {

Figure regular_polygon(int corners) {
  Figure figure{FigureKind::polygon};
  for (int i = 0; i < corners; ++i) figure.corners.push_back(unit_point(double(i) / corners));
  return figure;
}

/// A box on the unit circle whose sides are as 1 to `aspect`.
Figure box(float aspect) {
  const float diagonal = std::sqrt(1 + aspect * aspect);
  const float x = aspect / diagonal, y = 1 / diagonal;
  return {FigureKind::polygon, {{-x, -y}, {x, -y}, {x, y}, {-x, y}}};
}

Figure star(int points, float inner) {
  Figure figure{FigureKind::polygon};
  for (int i = 0; i < 2 * points; ++i) {
    const Point at = unit_point(double(i) / (2 * points));
    const float radius = i % 2 ? inner : 1.0f;
    figure.corners.push_back({at.x * radius, at.y * radius});
  }
  return figure;
}

/// A plus sign with arms 2 w wide whose ends touch the unit circle.
Figure cross(float w) {
  const float e = std::sqrt(1 - w * w);
  return {FigureKind::polygon,
          {{w, -e}, {w, -w}, {e, -w}, {e, w}, {w, w}, {w, e}, {-w, e}, {-w, w}, {-e, w}, {-e, -w}, {-w, -w}, {-w, -e}}};
}

struct Maker {
  std::string_view name;
  Figure (*make)(Rng&);
};

const std::array kDistractors{
    Maker{"circle", [](Rng&) { return Figure{FigureKind::ellipse, {}, 1}; }},
    Maker{"ellipse", [](Rng& rng) { return Figure{FigureKind::ellipse, {}, rng.uniform(0.5f, 0.75f)}; }},
    Maker{"square", [](Rng&) { return box(1); }},
    Maker{"rectangle", [](Rng& rng) { return box(rng.uniform(1.4f, 2.4f)); }},
    Maker{"pentagon", [](Rng&) { return regular_polygon(5); }},
    Maker{"hexagon", [](Rng&) { return regular_polygon(6); }},
    Maker{"star", [](Rng& rng) { return star(5 + rng.below(2), rng.uniform(0.42f, 0.55f)); }},
    Maker{"cross", [](Rng& rng) { return cross(rng.uniform(0.24f, 0.36f)); }},
    Maker{"ring", [](Rng& rng) { return Figure{FigureKind::ring, {}, rng.uniform(0.5f, 0.68f)}; }},
    Maker{"half-disc", [](Rng&) { return Figure{FigureKind::half_disc}; }},
};

}  // namespace

Figure random_triangle(Rng& rng) {
  float a = 60, b = 60, c = 60;
  const auto allowed = [](float angle) { return angle >= kSmallestAngle && angle <= kLargestAngle; };
  do {
    a = rng.uniform(kSmallestAngle, kLargestAngle);
    b = rng.uniform(kSmallestAngle, kLargestAngle);
    c = 180 - a - b;
  } while (!allowed(c));  // more than half of all draws pass
  // An inscribed angle is half the arc it looks at: the corners divide the circle into arcs of 2a, 2b and 2c degrees.
  return {FigureKind::polygon, {unit_point(0), unit_point(double(a) / 180), unit_point(double(a + b) / 180)}};
}

std::pair<std::string, Figure> random_distractor(Rng& rng) {
  const Maker& maker = kDistractors[std::size_t(rng.below(int(kDistractors.size())))];
  return {std::string(maker.name), maker.make(rng)};
}

}  // namespace whybox
