#include "scenes/silhouettes.h"

#include <vector>

#include "scenes/outline.h"

namespace whybox {
namespace {

/// The outline scaled into the unit circle around its middle.
Figure framed(const std::vector<Point>& points) { return placed_polygon(points).figure; }

/// Adds the mirror image of points given from the top down, for what is alike to the left and to the right.
Figure both_sides(std::vector<Point> right) {
  for (std::size_t i = right.size(); i-- > 0;)
    if (right[i].x != 0) right.push_back({-right[i].x, right[i].y});
  return framed(right);
}

Figure fish() {
  return framed(smooth_outline({{0.95f, 0.02f}, {0.5f, -0.34f}, {-0.05f, -0.42f}, {-0.5f, -0.12f}, {-0.92f, -0.46f}, {-0.76f, 0},
                                {-0.92f, 0.46f}, {-0.5f, 0.12f}, {-0.05f, 0.42f}, {0.5f, 0.36f}}, 3));
}

Figure house() {
  return framed({{0, -0.8f}, {0.32f, -0.52f}, {0.32f, -0.78f}, {0.5f, -0.78f}, {0.5f, -0.36f}, {0.84f, -0.06f}, {0.64f, -0.06f},
                 {0.64f, 0.75f}, {-0.64f, 0.75f}, {-0.64f, -0.06f}, {-0.84f, -0.06f}});
}

Figure mushroom() {
  return framed(smooth_outline({{0, -0.8f}, {0.45f, -0.7f}, {0.8f, -0.35f}, {0.86f, 0.04f}, {0.28f, 0.1f}, {0.24f, 0.5f}, {0.34f, 0.84f},
                                {-0.34f, 0.84f}, {-0.24f, 0.5f}, {-0.28f, 0.1f}, {-0.86f, 0.04f}, {-0.8f, -0.35f}, {-0.45f, -0.7f}}, 2));
}

Figure cat() {
  return framed({{-0.5f, -0.98f}, {-0.26f, -0.74f}, {0.06f, -0.74f}, {0.3f, -0.98f}, {0.36f, -0.5f}, {0.24f, -0.24f}, {0.4f, 0.06f},
                 {0.5f, 0.5f}, {0.7f, 0.52f}, {0.78f, 0.3f}, {0.7f, 0.02f}, {0.84f, -0.04f}, {0.96f, 0.3f}, {0.88f, 0.66f}, {0.66f, 0.86f},
                 {-0.66f, 0.86f}, {-0.7f, 0.5f}, {-0.58f, 0.06f}, {-0.44f, -0.24f}, {-0.56f, -0.5f}});
}

Figure sock() {
  return framed({{-0.42f, -0.9f}, {0.2f, -0.9f}, {0.22f, -0.1f}, {0.34f, 0.12f}, {0.72f, 0.28f}, {0.9f, 0.5f}, {0.86f, 0.74f},
                 {0.62f, 0.84f}, {0.1f, 0.8f}, {-0.26f, 0.62f}, {-0.44f, 0.34f}, {-0.44f, -0.1f}});
}

Figure turtle() {
  return framed(smooth_outline({{0.98f, 0}, {0.84f, -0.18f}, {0.6f, -0.16f}, {0.5f, -0.36f}, {0.62f, -0.72f}, {0.4f, -0.78f},
                                {0.2f, -0.52f}, {-0.22f, -0.52f}, {-0.42f, -0.78f}, {-0.64f, -0.7f}, {-0.52f, -0.36f}, {-0.66f, -0.12f},
                                {-0.9f, 0}, {-0.66f, 0.12f}, {-0.52f, 0.36f}, {-0.64f, 0.7f}, {-0.42f, 0.78f}, {-0.22f, 0.52f},
                                {0.2f, 0.52f}, {0.4f, 0.78f}, {0.62f, 0.72f}, {0.5f, 0.36f}, {0.6f, 0.16f}, {0.84f, 0.18f}}, 2));
}

Figure car() {
  return framed({{-0.94f, 0.26f}, {-0.9f, -0.06f}, {-0.58f, -0.14f}, {-0.34f, -0.5f}, {0.28f, -0.5f}, {0.56f, -0.12f}, {0.9f, -0.02f},
                 {0.96f, 0.26f}, {0.74f, 0.28f}, {0.68f, 0.46f}, {0.52f, 0.53f}, {0.36f, 0.46f}, {0.3f, 0.28f}, {-0.3f, 0.28f},
                 {-0.36f, 0.46f}, {-0.52f, 0.53f}, {-0.68f, 0.46f}, {-0.74f, 0.28f}});
}

Figure fir() {
  return both_sides({{0, -0.98f}, {0.36f, -0.46f}, {0.2f, -0.46f}, {0.52f, 0.06f}, {0.3f, 0.06f}, {0.68f, 0.62f}, {0.14f, 0.62f},
                     {0.14f, 0.94f}});
}

}  // namespace

const std::array<Silhouette, kSilhouettes>& silhouettes() {
  static const std::array<Silhouette, kSilhouettes> all{{
      {"fish", "scales", TextureKind::scales, fish},
      {"house", "bricks", TextureKind::bricks, house},
      {"mushroom", "dots", TextureKind::dots, mushroom},
      {"cat", "stripes", TextureKind::stripes, cat},
      {"sock", "zigzag", TextureKind::zigzag, sock},
      {"turtle", "hexagons", TextureKind::hexagons, turtle},
      {"car", "checks", TextureKind::checks, car},
      {"fir", "rings", TextureKind::rings, fir},
  }};
  return all;
}

}  // namespace whybox
