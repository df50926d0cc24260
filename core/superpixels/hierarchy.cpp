#include "superpixels/hierarchy.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <set>
#include <utility>

#include "superpixels/lab.h"

namespace whybox {
namespace {

struct Region {
  std::array<double, 3> sum{};  ///< of colours
  double pixels = 0;
  std::set<int> neighbours;
};

std::vector<Region> regions_of(const Image& image, const Segmentation& cut) {
  std::vector<Region> regions(std::size_t(cut.count));
  const auto colours = to_lab(image);
  const auto meet = [&](std::int32_t a, std::int32_t b) {
    if (a == b) return;
    regions[std::size_t(a)].neighbours.insert(b);
    regions[std::size_t(b)].neighbours.insert(a);
  };
  for (int y = 0; y < cut.height; ++y)
    for (int x = 0; x < cut.width; ++x) {
      const std::size_t i = std::size_t(y) * std::size_t(cut.width) + std::size_t(x);
      Region& region = regions[std::size_t(cut.labels[i])];
      for (std::size_t c = 0; c < 3; ++c) region.sum[c] += colours[i][c];
      ++region.pixels;
      if (x > 0) meet(cut.labels[i], cut.labels[i - 1]);
      if (y > 0) meet(cut.labels[i], cut.labels[i - std::size_t(cut.width)]);
    }
  return regions;
}

double cost(const Region& a, const Region& b) {
  double squared = 0;
  for (std::size_t c = 0; c < 3; ++c) {
    const double difference = a.sum[c] / a.pixels - b.sum[c] / b.pixels;
    squared += difference * difference;
  }
  return a.pixels * b.pixels / (a.pixels + b.pixels) * squared;
}

/// The cheapest pair of neighbours; of regions that have none (a label image may have holes), the first two.
std::array<int, 2> next_merge(const std::vector<Region>& regions, const std::vector<int>& alive) {
  std::array<int, 2> best{alive[0], alive[1]};
  double least = std::numeric_limits<double>::infinity();
  for (const int a : alive)
    for (const int b : regions[std::size_t(a)].neighbours) {
      if (b <= a) continue;
      if (const double here = cost(regions[std::size_t(a)], regions[std::size_t(b)]); here < least) least = here, best = {a, b};
    }
  return best;
}

/// Appends the union of two regions.
void merge(std::vector<Region>& regions, const std::array<int, 2>& pair) {
  const int id = int(regions.size());
  Region both;
  for (const int part : pair) {
    Region& region = regions[std::size_t(part)];
    for (std::size_t c = 0; c < 3; ++c) both.sum[c] += region.sum[c];
    both.pixels += region.pixels;
    both.neighbours.merge(region.neighbours);
  }
  both.neighbours.erase(pair[0]);
  both.neighbours.erase(pair[1]);
  for (const int neighbour : both.neighbours) {
    auto& theirs = regions[std::size_t(neighbour)].neighbours;
    theirs.erase(pair[0]);
    theirs.erase(pair[1]);
    theirs.insert(id);
  }
  regions.push_back(std::move(both));
}

std::vector<std::array<int, 2>> merges(const Image& image, const Segmentation& cut, int count) {
  auto regions = regions_of(image, cut);
  std::vector<int> alive(std::size_t(cut.count));
  std::iota(alive.begin(), alive.end(), 0);
  std::vector<std::array<int, 2>> result;
  for (int i = 0; i < count; ++i) {
    const auto pair = next_merge(regions, alive);
    result.push_back(pair);
    std::erase_if(alive, [&](int id) { return id == pair[0] || id == pair[1]; });
    alive.push_back(int(regions.size()));
    merge(regions, pair);
  }
  return result;
}

}  // namespace

std::vector<std::array<int, 2>> merge_hierarchy(const Image& image, const Segmentation& segmentation) {
  return merges(image, segmentation, segmentation.count - 1);
}

Segmentation coarsened(const Image& image, Segmentation segmentation, int most) {
  if (segmentation.count <= most) return segmentation;
  const auto pairs = merges(image, segmentation, segmentation.count - most);
  std::vector<int> parent(std::size_t(segmentation.count) + pairs.size());
  std::iota(parent.begin(), parent.end(), 0);
  for (std::size_t i = 0; i < pairs.size(); ++i)
    for (const int part : pairs[i]) parent[std::size_t(part)] = segmentation.count + int(i);
  for (std::size_t i = parent.size(); i-- > 0;) parent[i] = parent[std::size_t(parent[i])];  // parents come after their parts
  for (auto& label : segmentation.labels) label = parent[std::size_t(label)];
  return relabel(segmentation.height, segmentation.width, std::move(segmentation.labels));
}

}  // namespace whybox
