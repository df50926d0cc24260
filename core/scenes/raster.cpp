#include "scenes/raster.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace whybox {
namespace {

float length(float x, float y) { return std::sqrt(x * x + y * y); }

float squared_distance_to_segment(Point p, Point a, Point b) {
  const float ex = b.x - a.x, ey = b.y - a.y;
  const float px = p.x - a.x, py = p.y - a.y;
  const float squared = ex * ex + ey * ey;
  const float along = squared > 0 ? std::clamp((px * ex + py * ey) / squared, 0.0f, 1.0f) : 0.0f;
  const float x = px - along * ex, y = py - along * ey;
  return x * x + y * y;
}

/// Whether a ray from p to the right crosses the edge.
bool crosses(Point p, Point a, Point b) {
  return (a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x;
}

/// Four segments' worth of numbers: the compiler's own vectors, whose lanes round as single numbers do.
constexpr std::size_t kLanes = 4;
using Lanes = float __attribute__((vector_size(kLanes * sizeof(float))));

/// Least squared distance to the segments from[i] .. to[i]; a minimum is the same in any order.
float nearest_squared(const Point* from, const Point* to, std::size_t count, Point p) {
  const Lanes zero{}, one = zero + 1;
  Lanes nearest = zero + std::numeric_limits<float>::max();
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    const Point *a = from + i, *b = to + i;
    const Lanes ax{a[0].x, a[1].x, a[2].x, a[3].x}, ay{a[0].y, a[1].y, a[2].y, a[3].y};
    const Lanes bx{b[0].x, b[1].x, b[2].x, b[3].x}, by{b[0].y, b[1].y, b[2].y, b[3].y};
    const Lanes ex = bx - ax, ey = by - ay, px = p.x - ax, py = p.y - ay;
    const Lanes squared = ex * ex + ey * ey, part = (px * ex + py * ey) / (squared > zero ? squared : one);
    const Lanes above = part > zero ? part : zero, along = above < one ? above : one;
    const Lanes x = px - along * ex, y = py - along * ey, distance = x * x + y * y;
    nearest = distance < nearest ? distance : nearest;
  }
  float least = std::min(std::min(nearest[0], nearest[1]), std::min(nearest[2], nearest[3]));
  for (; i < count; ++i) least = std::min(least, squared_distance_to_segment(p, from[i], to[i]));
  return least;
}

/// Whether a ray from p to the right crosses an odd number of those.
bool crosses_odd(const Point* from, const Point* to, std::size_t count, Point p) {
  bool odd = false;
  for (std::size_t i = 0; i < count; ++i) odd ^= crosses(p, from[i], to[i]);
  return odd;
}

float polygon_distance(const std::vector<Point>& corners, Point p) {
  const Point *first = corners.data(), *last = first + corners.size() - 1;
  const std::size_t open = corners.size() - 1;
  const float nearest = std::min(nearest_squared(first + 1, first, open, p), squared_distance_to_segment(p, *first, *last));
  const bool inside = crosses_odd(first + 1, first, open, p) != crosses(p, *first, *last);
  return inside ? -std::sqrt(nearest) : std::sqrt(nearest);
}

/// The other half is never nearer to a point on this side, and a ray along the axis meets no edge on it.
float mirrored_distance(const std::vector<Point>& half, Point p) {
  p.y = std::abs(p.y);
  const Point* first = half.data();
  const float nearest = nearest_squared(first, first + 1, half.size() - 1, p);
  const bool inside = crosses_odd(first, first + 1, half.size() - 1, p);
  return inside ? -std::sqrt(nearest) : std::sqrt(nearest);
}

float path_distance(const std::vector<Point>& points, float half_width, Point p) {
  return std::sqrt(nearest_squared(points.data(), points.data() + 1, points.size() - 1, p)) - half_width;
}

float ellipse_distance(float minor, Point p) {
  const float scaled = p.y / minor;
  const float f = length(p.x, scaled);
  const float slope = length(p.x, scaled / minor);
  return slope > 0 ? f * (f - 1) / slope : -minor;  // at the centre the gradient vanishes
}

}  // namespace

Point unit_point(double turns) {
  const double quarter = std::floor(turns * 4 + 0.5);
  const double a = (turns * 4 - quarter) * 1.5707963267948966;  // |a| <= pi/4, where the series below end under 1e-9
  const double s = a * a;
  const double sine = a * (1 - s / 6 * (1 - s / 20 * (1 - s / 42 * (1 - s / 72))));
  const double cosine = 1 - s / 2 * (1 - s / 12 * (1 - s / 30 * (1 - s / 56 * (1 - s / 90))));
  switch (static_cast<long long>(quarter) & 3) {
    case 0: return {float(cosine), float(sine)};
    case 1: return {float(-sine), float(cosine)};
    case 2: return {float(-cosine), float(-sine)};
    default: return {float(sine), float(-cosine)};
  }
}

float signed_distance(const Figure& figure, Point at) {
  switch (figure.kind) {
    case FigureKind::polygon: return polygon_distance(figure.corners, at);
    case FigureKind::ellipse: return ellipse_distance(figure.breadth, at);
    case FigureKind::ring: {
      const float middle = (1 + figure.breadth) / 2;
      return std::abs(length(at.x, at.y) - middle) - (1 - middle);
    }
    case FigureKind::half_disc: return std::max(length(at.x, at.y) - 1, at.y);
    case FigureKind::mirrored: return mirrored_distance(figure.corners, at);
    case FigureKind::path: return path_distance(figure.corners, figure.breadth, at);
  }
  return 0;
}

float signed_distance(const Figure& figure, const Pose& place, Point at) {
  const float x = (at.x - place.centre.x) / place.radius, y = (at.y - place.centre.y) / place.radius;
  const Point own{x * place.turn.x + y * place.turn.y, y * place.turn.x - x * place.turn.y};
  return signed_distance(figure, own) * place.radius;
}

Box bounding_box(Point centre, float radius, int size) {
  const float reach = radius * float(size) + 1;  // the antialiased edge reaches half a pixel out
  const auto low = [&](float c) { return std::clamp(int(std::floor(c * float(size) - reach)), 0, size); };
  const auto high = [&](float c) { return std::clamp(int(std::ceil(c * float(size) + reach)) + 1, 0, size); };
  return {low(centre.y), low(centre.x), high(centre.y), high(centre.x)};
}

}  // namespace whybox
