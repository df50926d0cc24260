#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

namespace whybox {

/// A place or a direction in a picture: x to the right, y downwards, the picture's side being 1.
struct Point {
  float x = 0;
  float y = 0;
};

/// (cos 2 pi t, sin 2 pi t) by a polynomial of our own: libm's last bit differs between platforms, a scene must not.
/// Error below 1e-7.
Point unit_point(double turns);

enum class FigureKind { polygon, ellipse, ring, half_disc, path, mirrored };

/// A plane figure inside the unit circle.
struct Figure {
  FigureKind kind = FigureKind::ellipse;
  std::vector<Point> corners = {};  ///< polygon: the outline, in order, not crossing itself; path: the line's points;
                                    ///< mirrored: the half with y >= 0 of an outline, from one point of the x axis to another
  float breadth = 1;                ///< ellipse: minor half-axis; ring: inner radius; path: half the line's width
};

/// Signed distance from the outline in the figure's own units, negative inside. Exact for polygons (distance to the nearest
/// edge, sign by crossing number), mirrored ones at half the cost, paths, rings and discs; for ellipses the first-order f (f - 1) / |grad f|, f = |(x, y/b)|, exact
/// on the outline, which is all that an edge one pixel wide asks for. O(corners).
float signed_distance(const Figure& figure, Point at);

/// Where a figure is, how large and how turned.
struct Pose {
  Point centre = {0.5f, 0.5f};
  float radius = 0.1f;   ///< of the circle around it; the picture's side is 1
  Point turn = {1, 0};   ///< cosine and sine of the rotation
};

/// Signed distance of a point of the picture from a placed figure, the picture's side being 1.
float signed_distance(const Figure& figure, const Pose& place, Point at);

/// Whether the distance is exact, so that it changes by no more than one walks.
inline bool has_exact_distance(const Figure& figure) {
  return figure.kind == FigureKind::polygon || figure.kind == FigureKind::path || figure.kind == FigureKind::mirrored;
}

/// A rectangle of pixels, the ends excluded.
struct Box {
  int top = 0, left = 0, bottom = 0, right = 0;
};

/// The pixels of a square picture that a circle can touch.
Box bounding_box(Point centre, float radius, int size);

/// The centre of a pixel in picture coordinates.
inline Point pixel_centre(int y, int x, int size) {
  return {(float(x) + 0.5f) / float(size), (float(y) + 0.5f) / float(size)};
}

/// How much of a pixel lies inside an outline at signed distance d (in pixels): clamp(1/2 - d), as 0..255.
inline std::uint8_t coverage(float distance_in_pixels) {
  return std::uint8_t(std::clamp(0.5f - distance_in_pixels, 0.0f, 1.0f) * 255 + 0.5f);
}

}  // namespace whybox
