#include "scenes/texture.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace whybox {
namespace {

constexpr float kSqrt3 = 1.7320508f;
// Widths in periods: two colours share a surface about evenly, lines stay two pixels wide at a period of 12.
constexpr float kDot = 0.33f;
constexpr float kJoint = 0.1f;
constexpr float kScaleEdge = 0.13f;
constexpr float kCombEdge = 0.1f;

float fraction(float value) { return value - std::floor(value); }
/// Distance from the nearest whole number plus a half: 0 there, 1/2 at whole numbers.
float from_half(float value) { return std::abs(fraction(value) - 0.5f); }
float length(float x, float y) { return std::sqrt(x * x + y * y); }

/// Signed distances in periods, negative where the second colour is.
float stripes(float u, float) { return from_half(u) - 0.25f; }
float zigzag(float u, float v) { return (from_half(v + from_half(u)) - 0.25f) * 0.7071068f; }
float rings(float u, float v) { return from_half(length(u, v)) - 0.25f; }

float dots(float u, float v) {
  const float shifted = u + (std::floor(v) - 2 * std::floor(v / 2)) * 0.5f;
  return length(fraction(shifted) - 0.5f, fraction(v) - 0.5f) - kDot;
}

float checks(float u, float v) {
  const float across = 0.25f - from_half(u), down = 0.25f - from_half(v);
  const float nearest = std::min(std::abs(across), std::abs(down));
  return (across > 0) == (down > 0) ? nearest : -nearest;
}

/// Courses half as high as bricks are long; the joint is the second colour.
float bricks(float u, float v) {
  const float course = std::floor(2 * v);
  const float along = u + (course - 2 * std::floor(course / 2)) * 0.5f;
  return std::min((0.5f - from_half(2 * v)) / 2, 0.5f - from_half(along)) - kJoint / 2;
}

/// Rows of discs, each row half a disc lower and half a disc further, upper rows on top; the edge of a disc is the second colour.
float scales(float u, float v) {
  const float top = std::floor(2 * v) - 1;
  for (int step = 0; step < 4; ++step) {
    const float row = top + float(step);
    const float shifted = u - (row - 2 * std::floor(row / 2)) * 0.5f;
    const float radius = length(fraction(shifted) - 0.5f, v - row / 2);
    if (radius < 0.5f) return 0.5f - radius - kScaleEdge;
  }
  return -kScaleEdge;  // where discs touch
}

float hexagons(float u, float v) {
  const auto cell = [&](float du, float dv) {
    return Point{fraction(u - du) - 0.5f, (fraction((v - dv) / kSqrt3) - 0.5f) * kSqrt3};
  };
  const Point a = cell(0, 0), b = cell(0.5f, kSqrt3 / 2);
  const Point near = a.x * a.x + a.y * a.y < b.x * b.x + b.y * b.y ? a : b;
  const float x = std::abs(near.x), y = std::abs(near.y);
  return 0.5f - std::max(x, x / 2 + y * kSqrt3 / 2) - kCombEdge;
}

float none(float, float) { return 1e3f; }  // the second colour is nowhere

constexpr std::array kPatterns{none, stripes, checks, dots, bricks, scales, zigzag, hexagons, rings};

}  // namespace

float texture_mix(const Texture& texture, Point at, float pixel) {
  const float u = (at.x * texture.turn.x + at.y * texture.turn.y) / texture.period + texture.shift.x;
  const float v = (at.y * texture.turn.x - at.x * texture.turn.y) / texture.period + texture.shift.y;
  const float distance = kPatterns[static_cast<std::size_t>(texture.kind)](u, v);
  return std::clamp(0.5f - distance * texture.period / pixel, 0.0f, 1.0f);
}

}  // namespace whybox
