// Our superpixels against scikit-image's on the same pictures (tests/golden/make_superpixels.py).
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <format>

#include "superpixels/segmentation.h"
#include "support/golden.h"

using namespace whybox;

namespace {

/// A border of ours within this many pixels of theirs is the same border: two programs that place it on either side of an edge agree.
constexpr int kNear = 2;

template <class T>
std::vector<bool> borders(const std::vector<T>& labels, int height, int width) {
  std::vector<bool> result(labels.size());
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const std::size_t i = std::size_t(y) * std::size_t(width) + std::size_t(x);
      result[i] = (x + 1 < width && labels[i] != labels[i + 1]) || (y + 1 < height && labels[i] != labels[i + std::size_t(width)]);
    }
  return result;
}

/// Which part of their borders we have too.
double recall(const std::vector<bool>& theirs, const std::vector<bool>& ours, int height, int width) {
  const auto near = [&](int y, int x) {
    for (int v = std::max(0, y - kNear); v <= std::min(height - 1, y + kNear); ++v)
      for (int u = std::max(0, x - kNear); u <= std::min(width - 1, x + kNear); ++u)
        if (ours[std::size_t(v) * std::size_t(width) + std::size_t(u)]) return true;
    return false;
  };
  int found = 0, all = 0;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      if (!theirs[std::size_t(y) * std::size_t(width) + std::size_t(x)]) continue;
      ++all;
      found += near(y, x);
    }
  return double(found) / all;
}

}  // namespace

TEST_CASE("quickshift and Felzenszwalb cut pictures as scikit-image does") {
  for (const auto* name : {"discs", "clouds", "stripes"}) {
    const auto vectors = test::read_npz(test::golden_folder() / "superpixels" / std::format("{}.npz", name));
    const auto& array = vectors.at("image");
    Image image{array.shape[0], array.shape[1], {}};
    for (const auto byte : array.as<std::uint8_t>()) image.pixels.push_back(byte);
    const auto compare = [&](const char* method, const Segmentation& cut, double count_margin) {
      std::vector<std::int32_t> theirs;
      for (const auto label : vectors.at(method).as<std::uint8_t>()) theirs.push_back(label);
      const int count = relabel(image.height, image.width, theirs).count;
      const double found = recall(borders(theirs, image.height, image.width), borders(cut.labels, image.height, image.width), image.height, image.width);
      INFO(std::format("{} of {}: {} superpixels, theirs {}, recall of their borders {:.3f}", method, name, cut.count, count, found));
      CHECK(std::abs(cut.count - count) <= std::max(1.0, count_margin * count));
      CHECK(found >= 0.9);
    };
    compare("quickshift", quickshift_superpixels(image), 0.05);
    compare("felzenszwalb", felzenszwalb_superpixels(image), 0.05);
  }
}
