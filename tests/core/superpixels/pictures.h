#pragma once
#include <functional>
#include <vector>

#include "base/image.h"
#include "base/rng.h"
#include "superpixels/segmentation.h"

namespace whybox::testing {

/// A picture from a colour for every pixel.
inline Image picture(int height, int width, const std::function<std::array<int, 3>(int y, int x)>& colour) {
  Image image{height, width, {}};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (const int value : colour(y, x)) image.pixels.push_back(std::uint8_t(value));
  return image;
}

/// Every pixel a colour of its own: the hardest case for regions that ought to be connected.
inline Image noise(int height, int width, std::uint64_t seed = 1) {
  Rng rng(seed);
  return picture(height, width, [&](int, int) { return std::array{rng.below(256), rng.below(256), rng.below(256)}; });
}

/// How many connected pieces (4 neighbours) each label has, by flooding.
inline std::vector<int> pieces_per_label(const Segmentation& cut) {
  std::vector<int> pieces(std::size_t(cut.count));
  std::vector<bool> seen(cut.labels.size());
  for (std::size_t start = 0; start < cut.labels.size(); ++start) {
    if (seen[start]) continue;
    ++pieces[std::size_t(cut.labels[start])];
    std::vector<std::size_t> open{start};
    seen[start] = true;
    while (!open.empty()) {
      const std::size_t i = open.back(), width = std::size_t(cut.width);
      open.pop_back();
      const auto visit = [&](bool inside, std::size_t j) {
        if (!inside || seen[j] || cut.labels[j] != cut.labels[i]) return;
        seen[j] = true;
        open.push_back(j);
      };
      visit(i % width > 0, i - 1);
      visit(i % width + 1 < width, i + 1);
      visit(i >= width, i - width);
      visit(i + width < cut.labels.size(), i + width);
    }
  }
  return pieces;
}

/// Labels 0 .. count-1, all used, each first met after all smaller ones.
inline bool numbered_in_reading_order(const Segmentation& cut) {
  std::int32_t next = 0;
  for (const std::int32_t label : cut.labels) {
    if (label < 0 || label > next) return false;
    if (label == next) ++next;
  }
  return next == cut.count && cut.labels.size() == std::size_t(cut.height) * std::size_t(cut.width);
}

}  // namespace whybox::testing
