#include "superpixels/inpaint.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <queue>
#include <tuple>

namespace whybox {
namespace {

/// Radius of the neighbourhood B a pixel is a mean of; Telea 2004, section 2.4, has 3 to 10.
constexpr int kRadius = 5;
/// Longer than any path through a picture.
constexpr float kFar = 1e6f;
/// A neighbour that lies along the front, not across it, would count nothing; where all of them do, they must count something.
constexpr float kLeastDirection = 1e-6f;

struct Box {
  int top = 1 << 30, left = 1 << 30, bottom = -1, right = -1;
  void take(int y, int x) {
    top = std::min(top, y), left = std::min(left, x), bottom = std::max(bottom, y), right = std::max(right, x);
  }
};

std::vector<Box> boxes_of(const Segmentation& cut) {
  std::vector<Box> boxes(std::size_t(cut.count));
  for (int y = 0; y < cut.height; ++y)
    for (int x = 0; x < cut.width; ++x) boxes[std::size_t(cut.labels[std::size_t(y) * std::size_t(cut.width) + std::size_t(x)])].take(y, x);
  return boxes;
}

/// One superpixel with its surroundings: the picture's colours there, the distance T from the hole's border, negative outside of it,
/// and how far the front has come.
class Hole {
 public:
  Hole(const Image& image, const Segmentation& cut, int label, const Box& box)
      : top_(std::max(0, box.top - kRadius)),
        left_(std::max(0, box.left - kRadius)),
        height_(std::min(image.height, box.bottom + kRadius + 1) - top_),
        width_(std::min(image.width, box.right + kRadius + 1) - left_),
        missing_(std::size_t(height_) * std::size_t(width_)),
        known_(missing_.size()),
        distance_(missing_.size(), kFar),
        colours_(missing_.size()) {
    for (int y = 0; y < height_; ++y)
      for (int x = 0; x < width_; ++x) {
        const std::size_t i = at(y, x);
        missing_[i] = cut.labels[std::size_t(top_ + y) * std::size_t(cut.width) + std::size_t(left_ + x)] == label;
        const std::uint8_t* pixel = image.at(top_ + y, left_ + x);
        for (std::size_t c = 0; c < 3; ++c) colours_[i][c] = pixel[c];
      }
  }

  /// False when there is nothing around the hole to fill it from.
  bool fill() {
    march(false);
    for (std::size_t i = 0; i < distance_.size(); ++i)
      if (!missing_[i]) distance_[i] = known_[i] ? -distance_[i] : -float(kRadius);
    for (std::size_t i = 0; i < known_.size(); ++i) known_[i] = !missing_[i];
    if (std::ranges::find(known_, 1) == known_.end()) return false;
    march(true);
    return true;
  }

  void write(Image& out) const {
    for (int y = 0; y < height_; ++y)
      for (int x = 0; x < width_; ++x) {
        const std::size_t i = at(y, x);
        if (!missing_[i]) continue;
        std::uint8_t* pixel = out.at(top_ + y, left_ + x);
        for (std::size_t c = 0; c < 3; ++c) pixel[c] = std::uint8_t(std::lround(colours_[i][c]));
      }
  }

 private:
  using Front = std::tuple<float, int, int>;  // T, y, x; equal distances in reading order
  static constexpr std::array<std::array<int, 2>, 4> kSides{{{-1, 0}, {0, -1}, {0, 1}, {1, 0}}};

  std::size_t at(int y, int x) const { return std::size_t(y) * std::size_t(width_) + std::size_t(x); }
  bool inside(int y, int x) const { return y >= 0 && x >= 0 && y < height_ && x < width_; }

  /// Fast marching (Sethian 1996) over the hole, colouring on the way, or over a band of width B around it.
  void march(bool into_hole) {
    std::priority_queue<Front, std::vector<Front>, std::greater<>> front;
    const auto open = [&](int y, int x) { return inside(y, x) && bool(missing_[at(y, x)]) == into_hole && !known_[at(y, x)]; };
    for (int y = 0; y < height_; ++y)
      for (int x = 0; x < width_; ++x) {
        if (bool(missing_[at(y, x)]) == into_hole) continue;
        for (const auto& [dy, dx] : kSides)
          if (open(y + dy, x + dx)) front.emplace(0.0f, y + dy, x + dx);
      }
    while (!front.empty()) {
      const auto [t, y, x] = front.top();
      front.pop();
      if (!open(y, x)) continue;
      known_[at(y, x)] = 1;  // before its T is asked for by others
      distance_[at(y, x)] = eikonal(y, x, into_hole);
      if (into_hole) paint(y, x);
      if (!into_hole && distance_[at(y, x)] > float(kRadius)) continue;
      for (const auto& [dy, dx] : kSides)
        if (open(y + dy, x + dx)) front.emplace(eikonal(y + dy, x + dx, into_hole), y + dy, x + dx);
    }
  }

  /// T at a pixel from its neighbours': |grad T| = 1, upwind; the border itself is at 0.
  float eikonal(int y, int x, bool into_hole) const {
    const auto side = [&](int v, int u) {
      if (!inside(v, u)) return kFar;
      if (bool(missing_[at(v, u)]) != into_hole) return 0.0f;
      return known_[at(v, u)] && (v != y || u != x) ? distance_[at(v, u)] : kFar;
    };
    const float vertical = std::min(side(y - 1, x), side(y + 1, x)), horizontal = std::min(side(y, x - 1), side(y, x + 1));
    const float near = std::min(vertical, horizontal), difference = std::abs(vertical - horizontal);
    if (difference >= 1) return near + 1;
    return (vertical + horizontal + std::sqrt(2 - difference * difference)) / 2;
  }

  /// Central differences where both neighbours are there, one-sided ones where one is.
  template <class Value>
  std::array<float, 2> slope(int y, int x, const Value& value, int last_y, int last_x) const {
    const auto usable = [&](int v, int u) { return inside(v, u) && known_[at(v, u)] && (v != last_y || u != last_x); };
    const auto along = [&](int dy, int dx) {
      const bool before = usable(y - dy, x - dx), after = usable(y + dy, x + dx);
      const float here = value(at(y, x));
      if (before && after) return (value(at(y + dy, x + dx)) - value(at(y - dy, x - dx))) / 2;
      if (after) return value(at(y + dy, x + dx)) - here;
      return before ? here - value(at(y - dy, x - dx)) : 0.0f;
    };
    return {along(1, 0), along(0, 1)};
  }

  /// I(p) = sum w (I(q) + grad I(q) . (p - q)) / sum w, w = direction * nearness * likeness of T; eq. 2-5. The direction's sign is
  /// dropped, because a neighbour ahead of the front tells as much as one behind it.
  void paint(int y, int x) {
    const auto normal = slope(y, x, [&](std::size_t i) { return distance_[i]; }, -1, -1);
    std::array<double, 3> sum{};
    double weights = 0;
    for (int v = y - kRadius; v <= y + kRadius; ++v)
      for (int u = x - kRadius; u <= x + kRadius; ++u) {
        const int dy = y - v, dx = x - u, squared = dy * dy + dx * dx;
        if (squared == 0 || squared > kRadius * kRadius || !inside(v, u) || !known_[at(v, u)]) continue;
        const float length = std::sqrt(float(squared));
        const float direction = std::max(kLeastDirection, std::abs(float(dy) * normal[0] + float(dx) * normal[1]) / length);
        const float likeness = 1 / (1 + std::abs(distance_[at(y, x)] - distance_[at(v, u)]));
        const double weight = double(direction) * likeness / squared;
        for (std::size_t c = 0; c < 3; ++c) {
          const auto rise = slope(v, u, [&](std::size_t i) { return colours_[i][c]; }, y, x);
          sum[c] += weight * (colours_[at(v, u)][c] + rise[0] * float(dy) + rise[1] * float(dx));
        }
        weights += weight;
      }
    for (std::size_t c = 0; c < 3; ++c) colours_[at(y, x)][c] = float(std::clamp(sum[c] / weights, 0.0, 255.0));
  }

  int top_, left_, height_, width_;
  std::vector<std::uint8_t> missing_, known_;
  std::vector<float> distance_;
  std::vector<std::array<float, 3>> colours_;
};

}  // namespace

Image inpainted(const Image& image, const Segmentation& segmentation) {
  const auto boxes = boxes_of(segmentation);
  Image out = image;
  for (int label = 0; label < segmentation.count; ++label) {
    Hole hole(image, segmentation, label, boxes[std::size_t(label)]);
    if (!hole.fill()) return mean_coloured(image, segmentation);
    hole.write(out);
  }
  return out;
}

}  // namespace whybox
