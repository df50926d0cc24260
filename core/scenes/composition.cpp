#include "scenes/composition.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/rng.h"

namespace whybox {
namespace {

constexpr float kShadowReach = 0.035f;   // how far a shadow fades out, picture side 1
constexpr float kShadowOffset = 0.014f;  // how far it lies from its thing, away from the light
constexpr float kRimWidth = 0.012f;      // the outline's darker band: keeps overlapping things of one colour apart
constexpr float kRimDarkening = 0.22f;

float smooth(float t) { return t * t * (3 - 2 * t); }

/// A square float picture, [size, size], sRGB in [0, 1].
class Canvas {
 public:
  explicit Canvas(int size) : size_(size), pixels_(std::size_t(size) * size) {}
  Colour& at(int y, int x) { return pixels_[std::size_t(y) * size_ + x]; }
  int size() const { return size_; }

  template <class Visit>
  void each_in(const Box& box, Visit visit) {
    for (int y = box.top; y < box.bottom; ++y)
      for (int x = box.left; x < box.right; ++x) visit(y, x, pixel_centre(y, x, size_));
  }
  Box all() const { return {0, 0, size_, size_}; }

 private:
  int size_;
  std::vector<Colour> pixels_;
};

float lattice_value(const float* values, int points, Point at) {
  const float u = at.x * float(points - 1), v = at.y * float(points - 1);
  const int x = std::clamp(int(u), 0, points - 2), y = std::clamp(int(v), 0, points - 2);
  const float s = smooth(u - float(x)), t = smooth(v - float(y));
  const float* corner = values + std::size_t(y) * points + x;
  const float top = corner[0] + (corner[1] - corner[0]) * s;
  const float bottom = corner[points] + (corner[points + 1] - corner[points]) * s;
  return top + (bottom - top) * t;
}

float clouds(const std::vector<float>& lattice, Point at) {
  const float coarse = lattice_value(lattice.data(), kCloudLattice[0], at);
  const float fine = lattice_value(lattice.data() + kCloudLattice[0] * kCloudLattice[0], kCloudLattice[1], at);
  return (2 * coarse + fine) / 3;
}

/// How far the second colour has come in, [0, 1].
float backdrop_mix(const Backdrop& backdrop, Point at) {
  const float along = (at.x - 0.5f) * backdrop.direction.x + (at.y - 0.5f) * backdrop.direction.y;
  switch (backdrop.style) {
    case BackdropStyle::plain: return 0;
    case BackdropStyle::gradient: return std::clamp(0.5f + along * 0.8f, 0.0f, 1.0f);
    case BackdropStyle::clouds: return clouds(backdrop.lattice, at);
    case BackdropStyle::stripes: {
      const float phase = (along + 1) * backdrop.stripes;
      return smooth(std::abs(2 * (phase - std::floor(phase)) - 1));
    }
  }
  return 0;
}

void draw(Canvas& canvas, const Backdrop& backdrop) {
  canvas.each_in(canvas.all(), [&](int y, int x, Point at) {
    canvas.at(y, x) = blend(backdrop.one, backdrop.other, backdrop_mix(backdrop, at));
  });
}

void draw(Canvas& canvas, const Stroke& stroke) {
  const Figure line{FigureKind::polygon, {stroke.from, stroke.to}};
  const Point middle{(stroke.from.x + stroke.to.x) / 2, (stroke.from.y + stroke.to.y) / 2};
  const float dx = stroke.to.x - middle.x, dy = stroke.to.y - middle.y;
  const Box box = bounding_box(middle, std::sqrt(dx * dx + dy * dy) + stroke.half_width, canvas.size());
  canvas.each_in(box, [&](int y, int x, Point at) {
    const float outside = std::abs(signed_distance(line, at)) - stroke.half_width;
    const float share = float(coverage(outside * float(canvas.size()))) / 255;
    canvas.at(y, x) = blend(canvas.at(y, x), stroke.colour, share);
  });
}

void draw_shadow(Canvas& canvas, const Thing& thing, const Composition& scene) {
  Placement place = thing.place;
  place.centre.x -= scene.light.x * kShadowOffset;
  place.centre.y -= scene.light.y * kShadowOffset;
  canvas.each_in(bounding_box(place.centre, place.radius + kShadowReach, canvas.size()), [&](int y, int x, Point at) {
    const float d = signed_distance(thing.figure, place, at);
    const float depth = smooth(std::clamp(0.5f - d / (2 * kShadowReach), 0.0f, 1.0f));
    canvas.at(y, x) = blend(canvas.at(y, x), {}, scene.shadow * depth);
  });
}

Colour shaded(const Thing& thing, const Composition& scene, Point at, float inside) {
  const float x = (at.x - thing.place.centre.x) / thing.place.radius;
  const float y = (at.y - thing.place.centre.y) / thing.place.radius;
  const float lit = 1 + scene.shading * (x * scene.light.x + y * scene.light.y);
  const float rim = 1 - kRimDarkening * std::clamp(1 - inside / kRimWidth, 0.0f, 1.0f);
  const auto level = [&](float v) { return std::min(1.0f, v * lit * rim); };
  return {level(thing.colour.red), level(thing.colour.green), level(thing.colour.blue)};
}

/// Draws one thing and takes what it covers away from the masks behind it.
void draw(Canvas& canvas, const Thing& thing, const Composition& scene, std::vector<SceneMask>& masks) {
  const int size = canvas.size();
  SceneMask mask{thing.name, std::vector<std::uint8_t>(std::size_t(size) * size)};
  canvas.each_in(bounding_box(thing.place.centre, thing.place.radius, size), [&](int y, int x, Point at) {
    const float d = signed_distance(thing.figure, thing.place, at);
    const std::uint8_t covered = coverage(d * float(size));
    if (covered == 0) return;
    const std::size_t pixel = std::size_t(y) * size + x;
    for (SceneMask& behind : masks)
      behind.coverage[pixel] = std::uint8_t((behind.coverage[pixel] * (255 - covered) + 127) / 255);
    mask.coverage[pixel] = covered;
    canvas.at(y, x) = blend(canvas.at(y, x), shaded(thing, scene, at, -d), float(covered) / 255);
  });
  masks.push_back(std::move(mask));
}

Image developed(Canvas& canvas, float grain, std::uint64_t seed) {
  const int size = canvas.size();
  Image image{size, size, std::vector<std::uint8_t>(std::size_t(size) * size * 3)};
  Rng rng(seed);
  canvas.each_in(canvas.all(), [&](int y, int x, Point) {
    const float noise = grain > 0 ? grain * (rng.uniform() - rng.uniform()) : 0.0f;
    const Colour colour = canvas.at(y, x);
    std::uint8_t* out = image.at(y, x);
    for (const float v : {colour.red, colour.green, colour.blue})
      *out++ = std::uint8_t(std::clamp(v * 255 + noise + 0.5f, 0.0f, 255.0f));
  });
  return image;
}

SceneMask truth_of(const Composition& composition, const std::vector<SceneMask>& parts, std::size_t pixels) {
  SceneMask truth{"truth", std::vector<std::uint8_t>(pixels)};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!composition.things[i].decides) continue;
    for (std::size_t p = 0; p < pixels; ++p)
      truth.coverage[p] = std::uint8_t(std::min(255, truth.coverage[p] + parts[i].coverage[p]));
  }
  return truth;
}

}  // namespace

Colour from_hsl(float hue, float saturation, float lightness) {
  const float reach = saturation * std::min(lightness, 1 - lightness);
  const auto channel = [&](float offset) {
    const float place = (hue - std::floor(hue)) * 12 + offset;
    const float k = place >= 12 ? place - 12 : place;
    return lightness - reach * std::clamp(std::min(k - 3, 9 - k), -1.0f, 1.0f);
  };
  return {channel(0), channel(8), channel(4)};
}

float distance(Colour a, Colour b) {
  const float r = a.red - b.red, g = a.green - b.green, l = a.blue - b.blue;
  return std::sqrt(r * r + g * g + l * l);
}

Colour blend(Colour a, Colour b, float t) {
  return {a.red + (b.red - a.red) * t, a.green + (b.green - a.green) * t, a.blue + (b.blue - a.blue) * t};
}

Scene paint(const Composition& composition, int size) {
  Canvas canvas(size);
  draw(canvas, composition.backdrop);
  for (const Stroke& stroke : composition.clutter) draw(canvas, stroke);
  Scene scene;
  for (const Thing& thing : composition.things) {
    draw_shadow(canvas, thing, composition);
    draw(canvas, thing, composition, scene.parts);
  }
  scene.image = developed(canvas, composition.grain, composition.grain_seed);
  scene.label = composition.label;
  scene.truth = truth_of(composition, scene.parts, std::size_t(size) * size);
  return scene;
}

float visible_part(const Composition& composition, std::size_t thing) {
  constexpr int kSamples = 32;  // a side: about 300 of them lie in a triangle
  const Thing& own = composition.things[thing];
  int inside = 0, seen = 0;
  for (int i = 0; i < kSamples * kSamples; ++i) {
    const Point cell = pixel_centre(i / kSamples, i % kSamples, kSamples);
    const Point at{own.place.centre.x + (2 * cell.x - 1) * own.place.radius,
                   own.place.centre.y + (2 * cell.y - 1) * own.place.radius};
    if (signed_distance(own.figure, own.place, at) > 0) continue;
    ++inside;
    seen += std::none_of(composition.things.begin() + std::ptrdiff_t(thing) + 1, composition.things.end(),
                         [&](const Thing& other) { return signed_distance(other.figure, other.place, at) < 0; });
  }
  return inside > 0 ? float(seen) / float(inside) : 0.0f;
}

}  // namespace whybox
