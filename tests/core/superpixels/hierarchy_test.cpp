#include "superpixels/hierarchy.h"

#include <catch2/catch_test_macros.hpp>
#include <set>

#include "core/superpixels/pictures.h"

using namespace whybox;
using namespace whybox::testing;

namespace {

/// Four vertical stripes: red, nearly red, blue, nearly blue.
Image stripes() {
  return picture(8, 16, [](int, int x) {
    return x < 4 ? std::array{200, 20, 20} : x < 8 ? std::array{190, 30, 20} : x < 12 ? std::array{20, 20, 200} : std::array{30, 20, 180};
  });
}

}  // namespace

TEST_CASE("neighbours that look most alike merge first") {
  Segmentation cut{8, 16, 4, {}};
  for (int i = 0; i < 8 * 16; ++i) cut.labels.push_back(i % 16 / 4);
  const auto merges = merge_hierarchy(stripes(), cut);
  REQUIRE(merges.size() == 3);
  const std::set<std::array<int, 2>> pairs{merges[0], merges[1]};
  CHECK(pairs == std::set<std::array<int, 2>>{{0, 1}, {2, 3}});
  CHECK(merges[2] == std::array{4, 5});
}

TEST_CASE("every node of a hierarchy is merged once, after it was made") {
  const Segmentation cut = slic_superpixels(noise(40, 50), {.count = 30});
  const auto merges = merge_hierarchy(noise(40, 50), cut);
  REQUIRE(merges.size() == std::size_t(cut.count) - 1);
  std::set<int> used;
  for (std::size_t i = 0; i < merges.size(); ++i)
    for (const int part : merges[i]) {
      CHECK(part < cut.count + int(i));
      CHECK(used.insert(part).second);
    }
}

TEST_CASE("a cut is coarsened to the number asked for, along its own borders") {
  const Image image = noise(40, 50);
  const Segmentation fine = slic_superpixels(image, {.count = 60});
  for (const int most : {1, 2, 7, 30}) {
    const Segmentation coarse = coarsened(image, fine, most);
    CHECK(coarse.count == most);
    CHECK(numbered_in_reading_order(coarse));
    for (const int pieces : pieces_per_label(coarse)) CHECK(pieces == 1);
    std::vector<int> owner(std::size_t(fine.count), -1);
    for (std::size_t i = 0; i < fine.labels.size(); ++i) {
      int& label = owner[std::size_t(fine.labels[i])];
      if (label < 0) label = coarse.labels[i];
      CHECK(label == coarse.labels[i]);
    }
  }
  CHECK(coarsened(image, fine, fine.count).labels == fine.labels);
}
