#include <algorithm>
#include <cmath>
#include <numeric>

#include "superpixels/blur.h"
#include "superpixels/segmentation.h"

namespace whybox {
namespace {

struct Edge {
  float weight;
  std::int32_t a, b;
};

/// Disjoint sets of pixels, each with its size and its inner difference: the largest weight in its minimum spanning tree.
class Forest {
 public:
  explicit Forest(std::size_t pixels) : parent_(pixels), size_(pixels, 1), inner_(pixels, 0.0f) {
    std::iota(parent_.begin(), parent_.end(), 0);
  }
  std::int32_t root(std::int32_t i) {
    while (parent_[std::size_t(i)] != i) i = parent_[std::size_t(i)] = parent_[std::size_t(parent_[std::size_t(i)])];
    return i;
  }
  int size(std::int32_t root) const { return size_[std::size_t(root)]; }
  /// Int(C) + k / |C|; Felzenszwalb & Huttenlocher 2004, eq. 4 and 5.
  float tolerance(std::int32_t root, float k) const { return inner_[std::size_t(root)] + k / float(size(root)); }
  void join(std::int32_t a, std::int32_t b, float weight) {
    parent_[std::size_t(b)] = a;
    size_[std::size_t(a)] += size_[std::size_t(b)];
    inner_[std::size_t(a)] = weight;  // edges come in rising order
  }

 private:
  std::vector<std::int32_t> parent_;
  std::vector<int> size_;
  std::vector<float> inner_;
};

/// Edges between the eight neighbours, the most alike first; weights in colour values of 0..1.
std::vector<Edge> edges(int height, int width, const std::vector<float>& colours) {
  std::vector<Edge> result;
  const auto link = [&](int y, int x, int v, int u) {
    if (v < 0 || v >= height || u >= width) return;
    const std::size_t a = std::size_t(y) * std::size_t(width) + std::size_t(x), b = std::size_t(v) * std::size_t(width) + std::size_t(u);
    float sum = 0;
    for (std::size_t c = 0; c < 3; ++c) sum += (colours[3 * a + c] - colours[3 * b + c]) * (colours[3 * a + c] - colours[3 * b + c]);
    result.push_back({std::sqrt(sum), std::int32_t(a), std::int32_t(b)});
  };
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      link(y, x, y, x + 1);
      link(y, x, y + 1, x);
      link(y, x, y + 1, x + 1);
      link(y, x, y - 1, x + 1);
    }
  std::ranges::stable_sort(result, {}, &Edge::weight);
  return result;
}

}  // namespace

Segmentation felzenszwalb_superpixels(const Image& image, const FelzenszwalbOptions& options) {
  auto colours = gaussian_blur(image, options.sigma);
  for (float& value : colours) value /= 255;
  const auto sorted = edges(image.height, image.width, colours);
  Forest forest(colours.size() / 3);
  const float k = options.scale / 255;  // the scale counts in colour values of 0..255
  for (const Edge& edge : sorted) {
    const auto a = forest.root(edge.a), b = forest.root(edge.b);
    if (a != b && edge.weight < std::min(forest.tolerance(a, k), forest.tolerance(b, k))) forest.join(a, b, edge.weight);
  }
  for (const Edge& edge : sorted) {
    const auto a = forest.root(edge.a), b = forest.root(edge.b);
    if (a != b && (forest.size(a) < options.least || forest.size(b) < options.least)) forest.join(a, b, edge.weight);
  }
  std::vector<std::int32_t> labels(colours.size() / 3);
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = forest.root(std::int32_t(i));
  return relabel(image.height, image.width, std::move(labels));
}

}  // namespace whybox
