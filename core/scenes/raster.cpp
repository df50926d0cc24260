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

float polygon_distance(const std::vector<Point>& corners, Point p) {
  float nearest = std::numeric_limits<float>::max();
  bool inside = false;
  for (std::size_t i = 0, j = corners.size() - 1; i < corners.size(); j = i++) {
    nearest = std::min(nearest, squared_distance_to_segment(p, corners[i], corners[j]));
    if (crosses(p, corners[i], corners[j])) inside = !inside;
  }
  return inside ? -std::sqrt(nearest) : std::sqrt(nearest);
}

/// The other half is never nearer to a point on this side, and a ray along the axis meets no edge on it.
float mirrored_distance(const std::vector<Point>& half, Point p) {
  p.y = std::abs(p.y);
  float nearest = std::numeric_limits<float>::max();
  bool inside = false;
  for (std::size_t i = 1; i < half.size(); ++i) {
    nearest = std::min(nearest, squared_distance_to_segment(p, half[i - 1], half[i]));
    if (crosses(p, half[i - 1], half[i])) inside = !inside;
  }
  return inside ? -std::sqrt(nearest) : std::sqrt(nearest);
}

float path_distance(const std::vector<Point>& points, float half_width, Point p) {
  float nearest = std::numeric_limits<float>::max();
  for (std::size_t i = 1; i < points.size(); ++i)
    nearest = std::min(nearest, squared_distance_to_segment(p, points[i - 1], points[i]));
  return std::sqrt(nearest) - half_width;
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
