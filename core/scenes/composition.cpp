#include "scenes/composition.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

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
  float pixel() const { return 1 / float(size_); }

  template <class Visit>
  void each_in(const Box& box, Visit visit) {
    for (int y = box.top; y < box.bottom; ++y)
      for (int x = box.left; x < box.right; ++x) visit(y, x, pixel_centre(y, x, size_));
  }
  /// Visits with their signed distances the pixels of a box up to `outside` from a figure's outline, in picture units, and
  /// all that lie within it. A figure with exact distances is asked once for a whole tile where the outline is far.
  template <class Visit>
  void each_near(const Box& box, const Thing& thing, const Pose& place, float outside, float inside, Visit visit) {
    const bool exact = has_exact_distance(thing.figure);
    for (int top = box.top; top < box.bottom; top += kTile)
      for (int left = box.left; left < box.right; left += kTile) {
        const Box tile{top, left, std::min(top + kTile, box.bottom), std::min(left + kTile, box.right)};
        const float middle = exact ? middle_distance(tile, thing.figure, place) : 0;
        const float half = float(kTile) / float(size_);  // above half a tile's diagonal, with room for rounding
        if (middle > outside + half) continue;
        const bool deep = middle < -inside - half;
        each_in(tile, [&](int y, int x, Point at) { visit(y, x, at, deep ? middle : signed_distance(thing.figure, place, at)); });
      }
  }
  Box all() const { return {0, 0, size_, size_}; }

 private:
  static constexpr int kTile = 4;

  float middle_distance(const Box& tile, const Figure& figure, const Pose& place) const {
    const Point middle{float(tile.left + tile.right) / 2 / float(size_), float(tile.top + tile.bottom) / 2 / float(size_)};
    return signed_distance(figure, place, middle);
  }

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
    const Colour behind = blend(backdrop.one, backdrop.other, backdrop_mix(backdrop, at));
    const float ground = std::clamp(0.5f + (at.y - backdrop.horizon) / canvas.pixel(), 0.0f, 1.0f);
    canvas.at(y, x) = blend(behind, backdrop.ground, ground);
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
  Pose place = thing.place;
  place.centre.x -= scene.light.x * kShadowOffset;
  place.centre.y -= scene.light.y * kShadowOffset;
  const Box box = bounding_box(place.centre, place.radius + kShadowReach, canvas.size());
  canvas.each_near(box, thing, place, kShadowReach, kShadowReach, [&](int y, int x, Point, float d) {
    const float depth = smooth(std::clamp(0.5f - d / (2 * kShadowReach), 0.0f, 1.0f));
    canvas.at(y, x) = blend(canvas.at(y, x), {}, scene.shadow * depth);
  });
}

Colour shaded(const Thing& thing, const Composition& scene, Point at, float inside, float pixel) {
  const Point from{at.x - thing.place.centre.x, at.y - thing.place.centre.y};
  const float lit = 1 + scene.shading * (from.x / thing.place.radius * scene.light.x + from.y / thing.place.radius * scene.light.y);
  const float rim = 1 - kRimDarkening * thing.rim * std::clamp(1 - inside / kRimWidth, 0.0f, 1.0f);
  const bool plain = thing.texture.kind == TextureKind::none;
  const Colour own = plain ? thing.colour : blend(thing.colour, thing.texture.other, texture_mix(thing.texture, from, pixel));
  const auto level = [&](float v) { return std::min(1.0f, v * lit * rim); };
  return {level(own.red), level(own.green), level(own.blue)};
}

/// Draws one figure into the mask of its part, and takes what it covers away from all `so_far` drawn.
void draw(Canvas& canvas, const Thing& thing, const Composition& scene, std::vector<SceneMask>& masks, std::size_t own,
          std::size_t so_far) {
  const Box box = bounding_box(thing.place.centre, thing.place.radius, canvas.size());
  const float pixel = canvas.pixel();
  const std::span drawn = std::span(masks).first(so_far);
  canvas.each_near(box, thing, thing.place, pixel, std::max(kRimWidth, pixel), [&](int y, int x, Point at, float d) {
    const std::uint8_t covered = coverage(d * float(canvas.size()));
    if (covered == 0) return;
    const std::size_t place = std::size_t(y) * canvas.size() + x;
    for (SceneMask& mask : drawn) mask.coverage[place] = std::uint8_t((mask.coverage[place] * (255 - covered) + 127) / 255);
    masks[own].coverage[place] += covered;
    canvas.at(y, x) = blend(canvas.at(y, x), shaded(thing, scene, at, -d, pixel), float(covered) / 255);
  });
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

std::string_view object_of(const Thing& thing) { return thing.object.empty() ? thing.name : thing.object; }

/// What becomes of the things in a scene: which part each belongs to, and which object each part.
struct Inventory {
  std::vector<const Thing*> parts;     // the first figure of each
  std::vector<std::size_t> part_of;    // by thing
  std::vector<std::size_t> object_of_part;
  std::vector<std::string_view> objects;
};

Inventory take_inventory(const std::vector<Thing>& things) {
  Inventory all;
  for (const Thing& thing : things) {
    const auto same = [&](const Thing* part) { return part->name == thing.name && object_of(*part) == object_of(thing); };
    const auto part = std::ranges::find_if(all.parts, same);
    all.part_of.push_back(std::size_t(part - all.parts.begin()));
    if (part != all.parts.end()) continue;
    all.parts.push_back(&thing);
    const auto object = std::ranges::find(all.objects, object_of(thing));
    all.object_of_part.push_back(std::size_t(object - all.objects.begin()));
    if (object == all.objects.end()) all.objects.push_back(object_of(thing));
  }
  return all;
}

void add(std::vector<std::uint8_t>& sum, const std::vector<std::uint8_t>& coverage) {
  for (std::size_t p = 0; p < sum.size(); ++p) sum[p] = std::uint8_t(std::min(255, sum[p] + coverage[p]));
}

/// The masks that are unions of parts.
void unite(Scene& scene, const Composition& composition, const Inventory& inventory, std::size_t pixels) {
  scene.truth = {"truth", std::vector<std::uint8_t>(pixels)};
  for (const std::string_view name : inventory.objects)
    scene.objects.push_back({std::string(name), std::vector<std::uint8_t>(pixels)});
  for (std::size_t i = 0; i < scene.parts.size(); ++i) {
    add(scene.objects[inventory.object_of_part[i]].coverage, scene.parts[i].coverage);
    if (inventory.parts[i]->decides) add(scene.truth.coverage, scene.parts[i].coverage);
  }
  for (const Trait& trait : composition.traits) {
    SceneAttribute attribute{trait.value, std::vector<std::uint8_t>(pixels)};
    for (const SceneMask& part : scene.parts)
      if (std::ranges::contains(trait.parts, part.name)) add(attribute.coverage, part.coverage);
    scene.attributes.push_back(std::move(attribute));
  }
}

}  // namespace

Scene paint(const Composition& composition, int size) {
  Canvas canvas(size);
  const std::size_t pixels = std::size_t(size) * size;
  draw(canvas, composition.backdrop);
  for (const Stroke& stroke : composition.clutter) draw(canvas, stroke);
  const Inventory inventory = take_inventory(composition.things);
  Scene scene;
  for (const Thing* part : inventory.parts) scene.parts.push_back({part->name, std::vector<std::uint8_t>(pixels)});
  std::size_t so_far = 0;
  for (std::size_t i = 0; i < composition.things.size(); ++i) {
    const Thing& thing = composition.things[i];
    so_far = std::max(so_far, inventory.part_of[i] + 1);
    if (thing.casts_shadow) draw_shadow(canvas, thing, composition);
    draw(canvas, thing, composition, scene.parts, inventory.part_of[i], so_far);
  }
  scene.image = developed(canvas, composition.grain, composition.grain_seed);
  scene.label = composition.label;
  scene.handles = composition.handles;
  unite(scene, composition, inventory, pixels);
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
