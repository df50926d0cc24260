#include "superpixels/connectivity.h"

#include <catch2/catch_test_macros.hpp>

#include "core/superpixels/pictures.h"

using namespace whybox;
using namespace whybox::testing;

namespace {
Lab grey(float lightness) { return {lightness, 0, 0}; }
}  // namespace

TEST_CASE("two places with one label become two superpixels") {
  const std::vector<std::int32_t> labels{5, 5, 9, 5, 5};
  const std::vector<Lab> colours(5, grey(50));
  const Segmentation cut = connect(1, 5, labels, colours, 1);
  CHECK(cut.count == 3);
  CHECK(cut.labels == std::vector<std::int32_t>{0, 0, 1, 2, 2});
}

TEST_CASE("a small piece joins the neighbour of the nearest colour, not the nearest number") {
  const std::vector<std::int32_t> labels{0, 0, 0, 1, 2, 2, 2};
  const std::vector<Lab> colours{grey(10), grey(10), grey(10), grey(60), grey(70), grey(70), grey(70)};
  CHECK(connect(1, 7, labels, colours, 2).labels == std::vector<std::int32_t>{0, 0, 0, 1, 1, 1, 1});
}

TEST_CASE("pieces that are all too small end as one superpixel when nothing else is left") {
  const std::vector<std::int32_t> labels{0, 1, 2, 3};
  const std::vector<Lab> colours{grey(1), grey(2), grey(3), grey(4)};
  CHECK(connect(2, 2, labels, colours, 100).count == 1);
}

TEST_CASE("corners that touch do not connect") {
  const std::vector<std::int32_t> labels{0, 1, 1, 0};
  const std::vector<Lab> colours(4, grey(50));
  CHECK(connect(2, 2, labels, colours, 1).count == 4);
}
