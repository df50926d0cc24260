#include "superpixels/connectivity.h"

#include <algorithm>
#include <numeric>

namespace whybox {
namespace {

/// A connected region: how large, the sum of its colours, and whom it would join.
struct Region {
  std::int64_t size = 0;
  std::array<double, 3> colour{};
  int nearest = -1;
  double distance = 0;
};

/// Disjoint sets over pixels or regions; the smaller index leads, so the result does not depend on the order of joining.
class Sets {
 public:
  explicit Sets(std::size_t count) : leader_(count) { std::iota(leader_.begin(), leader_.end(), 0); }
  int find(int i) {
    while (leader_[i] != i) i = leader_[i] = leader_[leader_[i]];
    return i;
  }
  bool join(int a, int b) {
    a = find(a), b = find(b);
    leader_[std::max(a, b)] = std::min(a, b);
    return a != b;
  }

 private:
  std::vector<int> leader_;
};

/// Calls body(i, j) for every two neighbouring pixels.
template <class Body>
void for_neighbours(int height, int width, const Body& body) {
  for (int y = 0, i = 0; y < height; ++y)
    for (int x = 0; x < width; ++x, ++i) {
      if (x + 1 < width) body(i, i + 1);
      if (y + 1 < height) body(i, i + width);
    }
}

Segmentation pieces(int height, int width, std::span<const std::int32_t> labels) {
  Sets sets(labels.size());
  for_neighbours(height, width, [&](int i, int j) {
    if (labels[i] == labels[j]) sets.join(i, j);
  });
  std::vector<std::int32_t> leaders(labels.size());
  for (std::size_t i = 0; i < leaders.size(); ++i) leaders[i] = sets.find(int(i));
  return relabel(height, width, std::move(leaders));
}

std::vector<Region> measure(const Segmentation& parts, std::span<const Lab> colours) {
  std::vector<Region> regions(parts.count);
  for (std::size_t i = 0; i < parts.labels.size(); ++i) {
    Region& region = regions[parts.labels[i]];
    ++region.size;
    for (std::size_t c = 0; c < 3; ++c) region.colour[c] += colours[i][c];
  }
  return regions;
}

double squared_distance(const Region& a, const Region& b) {
  double sum = 0;
  for (std::size_t c = 0; c < 3; ++c) {
    const double difference = a.colour[c] / double(a.size) - b.colour[c] / double(b.size);
    sum += difference * difference;
  }
  return sum;
}

void consider(std::vector<Region>& regions, int self, int other, int least) {
  Region& region = regions[self];
  if (region.size >= least) return;
  const double distance = squared_distance(region, regions[other]);
  if (region.nearest < 0 || distance < region.distance) region.nearest = other, region.distance = distance;
}

/// One round: every small region joins its nearest neighbour. False when there was nothing to join.
bool merge_small(Segmentation& parts, std::span<const Lab> colours, int least) {
  auto regions = measure(parts, colours);
  for_neighbours(parts.height, parts.width, [&](int i, int j) {
    const int a = parts.labels[i], b = parts.labels[j];
    if (a == b) return;
    consider(regions, a, b, least);
    consider(regions, b, a, least);
  });
  Sets sets(regions.size());
  bool merged = false;
  for (int r = 0; r < parts.count; ++r)
    if (regions[r].nearest >= 0) merged |= sets.join(r, regions[r].nearest);
  if (!merged) return false;
  for (auto& label : parts.labels) label = sets.find(label);
  parts = relabel(parts.height, parts.width, std::move(parts.labels));
  return true;
}

}  // namespace

Segmentation connect(int height, int width, std::span<const std::int32_t> labels, std::span<const Lab> colours, int least) {
  Segmentation parts = pieces(height, width, labels);
  while (merge_small(parts, colours, least)) {
  }
  return parts;
}

}  // namespace whybox
