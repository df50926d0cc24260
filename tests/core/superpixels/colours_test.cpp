#include <array>
#include <catch2/catch_test_macros.hpp>

#include "core/superpixels/pictures.h"

using namespace whybox;
using namespace whybox::testing;

namespace {

const std::array kRed{200, 0, 0}, kGreen{0, 200, 0}, kBlue{0, 0, 200};

template <class T>
void check_failed(const Result<T>& result, ErrorCode code, std::string_view message) {
  REQUIRE_FALSE(result);
  CHECK(result.error().code == code);
  CHECK(result.error().message == message);
}

Params own_params() {
  auto params = resolve(segmentation_params(), {{"segmentation", "own"}});
  REQUIRE(params);
  return *params;
}

}  // namespace

TEST_CASE("pixels of one colour are one segment, wherever they lie") {
  const Image drawn = picture(2, 4, [](int, int x) { return x == 0 || x == 3 ? kRed : x == 1 ? kGreen : kBlue; });
  const auto cut = segments_of_colours(drawn);
  REQUIRE(cut);
  CHECK(cut->count == 3);
  CHECK(cut->labels == std::vector<std::int32_t>{0, 1, 2, 0, 0, 1, 2, 0});
}

TEST_CASE("colours that differ by one step are two segments") {
  CHECK(segments_of_colours(picture(1, 2, [](int, int x) { return std::array{7, 7, 7 + x}; }))->count == 2);
}

TEST_CASE("a label image of one colour is refused") {
  check_failed(segments_of_colours(picture(4, 4, [](int, int) { return kRed; })), ErrorCode::invalid_argument,
               "segments: the label image has one colour, wanted one for each segment, at least 2");
}

TEST_CASE("a photo is no label image") {
  check_failed(segments_of_colours(picture(21, 20, [](int y, int x) { return std::array{x, y, 9}; })), ErrorCode::out_of_range,
               "segments: the label image has 420 colours, wanted at most 400: one for each segment, without soft edges");
}

TEST_CASE("a label image of another size is taken by the nearest pixel, of other proportions refused") {
  const auto halves = segments_of_colours(picture(10, 20, [](int, int x) { return x < 8 ? kRed : kGreen; }));
  REQUIRE(halves);
  const auto large = segments_at(*halves, 30, 60);
  REQUIRE(large);
  for (std::size_t i = 0; i < large->labels.size(); ++i) CHECK(large->labels[i] == (i % 60 < 24 ? 0 : 1));
  CHECK(segments_at(*halves, 10, 20)->labels == halves->labels);
  CHECK(segments_at(*halves, 7, 15)->count == 2);  // 7.5 rows, rounded
  check_failed(segments_at(*halves, 30, 30), ErrorCode::shape_mismatch, "segments: the label image is 20 x 10, the picture 30 x 30: wanted the same proportions");
}

TEST_CASE("segments too small for the new size are lost, and the others numbered without gaps") {
  const auto dotted = segments_of_colours(picture(40, 40, [](int y, int x) { return y == 0 && x == 0 ? kBlue : x < 20 ? kRed : kGreen; }));
  REQUIRE(dotted->count == 3);
  const auto small = segments_at(*dotted, 4, 4);
  REQUIRE(small);
  CHECK(small->count == 2);
  CHECK(small->labels[0] == 0);
}

TEST_CASE("own superpixels are taken as they are, neither merged nor counted anew") {
  const Segmentation own = grid_superpixels(12, 9, 7);
  const auto cut = segment(noise(12, 9), own_params(), kMaxSuperpixels, &own);
  REQUIRE(cut);
  CHECK(cut->labels == own.labels);
}

TEST_CASE("own superpixels that are not there, do not fit or are too many are refused") {
  const Image image = noise(12, 9);
  const Segmentation own = grid_superpixels(12, 9, 20), wide = grid_superpixels(9, 12, 4);
  check_failed(segment(image, own_params()), ErrorCode::invalid_argument, "segmentation: it is \"own\", but there is no label image; give one first");
  check_failed(segment(image, own_params(), 16, &own), ErrorCode::out_of_range,
               "segmentation: the label image has " + std::to_string(own.count) + " segments, wanted at most 16");
  check_failed(segment(image, own_params(), 16, &wide), ErrorCode::shape_mismatch, "segmentation: the segments are 12 x 9, the picture 9 x 12");
}
