#include "cli/display.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>
#include <numeric>

using namespace whybox;
using namespace whybox::cli;
using Catch::Approx;

namespace {

/// Values without a pattern, the same each time.
Heatmap rough(int height, int width) {
  Heatmap map{height, width, std::vector<float>(std::size_t(height) * std::size_t(width))};
  for (std::size_t i = 0; i < map.values.size(); ++i) map.values[i] = 43.7f * std::sin(12.9898f * float(i)) - std::cos(float(i * i));
  return map;
}

double sum(const Heatmap& map) { return std::accumulate(map.values.begin(), map.values.end(), 0.0); }

const Heatmap kSigned{1, 5, {-4, -1, 0, 2, 3}};

}  // namespace

TEST_CASE("a percentile is the smallest value that at least so many of the values do not exceed") {
  const Heatmap map = rough(1, 997);
  for (const double percent : {0.1, 1.0, 50.0, 63.2, 99.0, 99.9, 100.0}) {
    const float value = percentile(map.values, percent);
    const auto share = [&](auto limit) { return 100.0 * double(std::ranges::count_if(map.values, limit)) / double(map.values.size()); };
    CHECK(share([&](float other) { return other <= value; }) >= percent);
    CHECK(share([&](float other) { return other < value; }) < percent);
  }
  CHECK(percentile(map.values, 0) == std::ranges::min(map.values));
}

TEST_CASE("a percentile counts exactly where a hundredth of the values is a whole number") {
  std::vector<float> values(1000);
  std::iota(values.begin(), values.end(), 1.0f);
  CHECK(percentile(values, 99.9) == 999);
  for (int percent = 1; percent <= 100; ++percent) CHECK(percentile(values, percent) == float(10 * percent));
}

TEST_CASE("smoothing keeps a map's sum, also where the Gaussian is broader than the map") {
  const auto [height, width, sigma] = GENERATE(std::tuple{17, 31, 0.5}, std::tuple{17, 31, 3.0}, std::tuple{40, 2, 6.0}, std::tuple{1, 1, 2.0});
  const Heatmap map = rough(height, width);
  const Heatmap soft = smoothed(map, sigma);
  // Float sums of values up to 45: 1e-4 of their sizes is some hundred roundings.
  double sizes = 0;
  for (const float value : map.values) sizes += std::abs(value);
  CHECK(std::abs(sum(soft) - sum(map)) < 1e-4 * sizes);
}

TEST_CASE("smoothing spreads a point by a Gaussian, alike in all four directions") {
  Heatmap point{41, 41, std::vector<float>(41 * 41)};
  point.values[20 * 41 + 20] = 1;
  const Heatmap soft = smoothed(point, 4);
  const auto at = [&](int y, int x) { return soft.values[std::size_t(y) * 41 + std::size_t(x)]; };
  CHECK(at(20, 24) / at(20, 20) == Approx(std::exp(-0.5)).epsilon(1e-5));
  CHECK(at(20, 24) == at(20, 16));
  CHECK(at(24, 20) == Approx(at(20, 24)).epsilon(1e-5));
  CHECK(smoothed(point, 0).values == point.values);
}

TEST_CASE("a map is shown as it was computed while no option is on") {
  const ShownMap shown = shown_map(kSigned, MapKind::signed_map, {});
  CHECK(shown.map.values == kSigned.values);
  CHECK((shown.low == -4 && shown.high == 4 && shown.kind == MapKind::signed_map));
  CHECK(in_words({}, MapKind::signed_map).empty());
}

TEST_CASE("one sign keeps its colours, sizes are a map of one sign") {
  CHECK(shown_map(kSigned, MapKind::signed_map, {.sign = SignView::positive}).map.values == std::vector<float>{0, 0, 0, 2, 3});
  CHECK(shown_map(kSigned, MapKind::signed_map, {.sign = SignView::positive}).low == -3);
  CHECK(shown_map(kSigned, MapKind::signed_map, {.sign = SignView::negative}).map.values == std::vector<float>{-4, -1, 0, 0, 0});
  const ShownMap sizes = shown_map(kSigned, MapKind::signed_map, {.sign = SignView::magnitude});
  CHECK(sizes.map.values == std::vector<float>{4, 1, 0, 2, 3});
  CHECK((sizes.kind == MapKind::unsigned_map && sizes.low == 0 && sizes.high == 4));
  CHECK(shown_map(kSigned, MapKind::unsigned_map, {.sign = SignView::positive}).map.values == kSigned.values);
}

TEST_CASE("a clipped scale ends at the percentile: of the sizes where zero stays in the middle, else of the values") {
  CHECK(shown_map(kSigned, MapKind::signed_map, {.clip = 80}).high == 3);  // four of the sizes 0 1 2 3 4 are at most 3
  const ShownMap shown = shown_map({1, 5, {1, 2, 3, 4, 100}}, MapKind::unsigned_map, {.clip = 80});
  CHECK((shown.low == 1 && shown.high == 4));
}

TEST_CASE("what is on is said in words") {
  const Display display{SignView::magnitude, 2.5, 99};
  CHECK(in_words(display, MapKind::signed_map) == "sizes without signs, smoothed (Gaussian of 2.5 pixels), scale ends at percentile 99");
  CHECK(in_words({.sign = SignView::positive}, MapKind::signed_map) == "positive values only");
  CHECK(in_words({.sign = SignView::positive}, MapKind::unsigned_map).empty());
}

TEST_CASE("display options are refused outside of their range") {
  CHECK(parse_display({.sign = "none"}).error().message == "--sign: got \"none\", wanted both, positive, negative or magnitude");
  CHECK(parse_display({.sigma = -1}).error().code == ErrorCode::out_of_range);
  CHECK(parse_display({.clip = 0}).error().code == ErrorCode::out_of_range);
  CHECK(parse_display({.clip = std::nan("")}).error().code == ErrorCode::out_of_range);
  CHECK(parse_display({.sign = "negative", .sigma = 2, .clip = 99}).value().sign == SignView::negative);
}
