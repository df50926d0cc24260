#include "scenes/outline.h"

#include <algorithm>
#include <cmath>

namespace whybox {
namespace {

/// The circle around the middle of the points' bounding box.
Pose circle_around(const std::vector<Point>& points, float margin) {
  Point low = points[0], high = points[0];
  for (const Point p : points) {
    low = {std::min(low.x, p.x), std::min(low.y, p.y)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y)};
  }
  Pose place{{(low.x + high.x) / 2, (low.y + high.y) / 2}, 0};
  for (const Point p : points) {
    const float dx = p.x - place.centre.x, dy = p.y - place.centre.y;
    place.radius = std::max(place.radius, std::sqrt(dx * dx + dy * dy));
  }
  place.radius += margin;
  return place;
}

Placed placed(FigureKind kind, const std::vector<Point>& points, float margin) {
  Placed result{{kind}, circle_around(points, margin)};
  const auto [centre, radius, turn] = result.place;
  for (const Point p : points) result.figure.corners.push_back({(p.x - centre.x) / radius, (p.y - centre.y) / radius});
  result.figure.breadth = margin / radius;
  return result;
}

float catmull_rom(float a, float b, float c, float d, float t) {
  return b + t / 2 * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}

/// Half an outline, shrunk to the unit circle where it reaches beyond.
Figure mirrored(std::vector<Point> half) {
  float reach = 1;
  for (const Point p : half) reach = std::max(reach, std::sqrt(p.x * p.x + p.y * p.y));
  for (Point& p : half) p = {p.x / reach, p.y / reach};
  return {FigureKind::mirrored, std::move(half)};
}

}  // namespace

std::vector<Point> smooth_outline(const std::vector<Point>& points, int steps) {
  std::vector<Point> outline;
  const std::size_t count = points.size();
  for (std::size_t i = 0; i < count; ++i) {
    const Point a = points[(i + count - 1) % count], b = points[i], c = points[(i + 1) % count], d = points[(i + 2) % count];
    for (int step = 0; step < steps; ++step) {
      const float t = float(step) / float(steps);
      outline.push_back({catmull_rom(a.x, b.x, c.x, d.x, t), catmull_rom(a.y, b.y, c.y, d.y, t)});
    }
  }
  return outline;
}

Placed placed_polygon(const std::vector<Point>& points) { return placed(FigureKind::polygon, points, 0); }

Placed placed_path(const std::vector<Point>& points, float half_width) {
  return placed(FigureKind::path, points, half_width);
}

std::vector<Point> curve(Point from, Point by, Point to, int pieces) {
  std::vector<Point> points;
  for (int i = 0; i <= pieces; ++i) {
    const float t = float(i) / float(pieces), s = 1 - t;
    points.push_back({s * s * from.x + 2 * s * t * by.x + t * t * to.x, s * s * from.y + 2 * s * t * by.y + t * t * to.y});
  }
  return points;
}

Figure leaf_figure(float breadth) { return mirrored(curve({-1, 0}, {0, 2 * breadth}, {1, 0}, 6)); }

Figure petal_figure(float breadth, float notch) {
  const Point end{1 - notch, 0};
  std::vector<Point> half{{-1, 0}, {-0.35f, 0.62f * breadth}, {0.3f, breadth}, {0.82f, 0.72f * breadth}};
  if (notch > 0) half.push_back({0.98f, 0.34f * breadth});
  half.push_back(end);
  std::vector<Point> whole = half;
  for (std::size_t i = half.size() - 2; i > 0; --i) whole.push_back({half[i].x, -half[i].y});
  std::vector<Point> smoothed = smooth_outline(whole, 2);
  smoothed.resize(2 * half.size() - 1);
  smoothed.back() = end;
  return mirrored(std::move(smoothed));
}

}  // namespace whybox
