// What black-box methods do where a person, a picture or a network asks too much: a clear error or a right answer, never a crash.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <format>
#include <string>
#include <vector>

#include "support/tiny_networks.h"

using namespace whybox;
using namespace whybox::testing;

namespace {

std::vector<const Method*> black_boxes() {
  std::vector<const Method*> found;
  for (const Method* method : methods())
    if (method->family == Family::perturbation || method->family == Family::surrogate) found.push_back(method);
  return found;
}

const ParamSpec* param(const Method& method, std::string_view id) {
  const auto found = std::ranges::find(method.params, id, &ParamSpec::id);
  return found == method.params.end() ? nullptr : &*found;
}

/// Little work.
Given quick(const Method& method, Given more = {}) {
  for (const auto& [id, value] : Given{{"samples", "300"}, {"permutations", "10"}, {"superpixels", "8"}, {"steps", "25"}, {"searches", "3"}})
    if (param(method, id) && !more.contains(id)) more[id] = value;
  return more;
}

bool finite(const Heatmap& map) {
  return std::ranges::all_of(map.values, [](float value) { return std::isfinite(value); });
}

void check_refused(std::string_view id, const Given& given, ErrorCode code, std::string_view said) {
  const auto network = network_of(gap_network(20, 26));
  const auto started = try_start(id, *network, random_picture(20, 26), {.given = given});
  INFO(id);
  REQUIRE_FALSE(started);
  CHECK(started.error().code == code);
  CHECK(started.error().message.find(said) != std::string::npos);
}

/// As linear_network, but what comes out are the scores themselves: neither between 0 and 1 nor of sum 1.
std::vector<std::byte> scoring_network(int height, int width, std::vector<float> weights) {
  TfliteBuilder b;
  const int image = b.input({1, height, width, 3}), count = height * width * 3;
  weights.resize(2 * weights.size());
  b.output(b.fully_connected(b.reshape(image, {1, count}), b.constant(Shape{2, count}, weights)));
  return b.build();
}

/// Only what lies to the right of three quarters of the width speaks for class 0.
std::vector<float> right_edge(int height, int width, int channels, float weight) {
  std::vector<float> weights(std::size_t(height * width * channels));
  for (std::size_t i = 0; i < weights.size(); ++i)
    if (int(i) / channels % width >= width * 3 / 4) weights[i] = weight;
  return weights;
}

}  // namespace

TEST_CASE("no superpixels, and ten thousand, are refused with the numbers that there may be") {
  for (const Method* method : black_boxes()) {
    const ParamSpec* spec = param(*method, "superpixels");
    if (!spec) continue;
    for (const auto* count : {"0", "10000", "-1"})
      check_refused(method->id, {{"superpixels", count}}, ErrorCode::out_of_range,
                    std::format("parameter superpixels: got {}, wanted 1 to {}", count, int(spec->max)));
  }
}

TEST_CASE("one superpixel is the whole picture and gets the whole effect's sign") {
  const auto network = network_of(linear_network(12, 16, 3, right_edge(12, 16, 3, 0.01f)));
  const Image white{12, 16, std::vector<std::uint8_t>(12 * 16 * 3, 255)};
  for (const Method* method : black_boxes()) {
    if (!param(*method, "superpixels")) continue;
    INFO(method->id);
    const auto found = explain(method->id, *network, white, {.given = quick(*method, {{"superpixels", "1"}, {"fill", "black"}})});
    REQUIRE(found->superpixels() != nullptr);
    REQUIRE(found->superpixels()->weights.size() == 1);
    CHECK(found->superpixels()->weights[0] > 0.02f);  // LIME's penalty shrinks it
    CHECK(finite(found->heatmap()));
  }
}

TEST_CASE("sample counts of none and of ten million are refused") {
  for (const Method* method : black_boxes())
    for (const auto* id : {"samples", "permutations", "steps"}) {
      if (!param(*method, id)) continue;
      check_refused(method->id, {{id, "0"}}, ErrorCode::out_of_range, std::format("parameter {}: got 0", id));
      check_refused(method->id, {{id, "10000000"}}, ErrorCode::out_of_range, std::format("parameter {}: got 10000000", id));
    }
}

TEST_CASE("a mask with more cells than the picture has pixels, and a window larger than it") {
  const auto network = network_of(gap_network(5, 9));
  const auto rise = explain("rise", *network, random_picture(5, 9), {.given = {{"cells", "64"}, {"samples", "50"}}});
  CHECK(finite(rise->heatmap()));
  check_refused("occlusion", {{"window", "21"}}, ErrorCode::out_of_range, "occlusion: window is 21, wanted at most 20");
}

TEST_CASE("ranking the fields of too fine a grid is refused, its map is not") {
  check_refused("rise", {{"stop", "stable"}, {"cells", "21"}}, ErrorCode::out_of_range, "cells is 21, wanted at most 20");
  const auto network = network_of(gap_network(20, 26));
  CHECK(finite(explain("rise", *network, random_picture(20, 26), {.given = {{"cells", "21"}, {"samples", "150"}}})->heatmap()));
}

TEST_CASE("a network whose outputs are no probabilities is explained on the scale of what it says") {
  const auto network = network_of(scoring_network(12, 16, right_edge(12, 16, 3, 0.5f)));
  const Image white{12, 16, std::vector<std::uint8_t>(12 * 16 * 3, 255)};
  for (const Method* method : black_boxes()) {
    INFO(method->id);
    const auto found = explain(method->id, *network, white, {.given = quick(*method)});
    CHECK(finite(found->heatmap()));
    for (const Finding& finding : found->findings()) CHECK(std::isfinite(finding.value));
  }
}

TEST_CASE("a network that answers NaN ends every method with a sentence that names it") {
  const auto network = network_of(overflowing_network(8, 8));
  const Image white{8, 8, std::vector<std::uint8_t>(8 * 8 * 3, 255)};
  for (const Method* method : black_boxes()) {
    INFO(method->id);
    auto started = try_start(method->id, *network, white, {.given = quick(*method)});
    auto last = started ? Result<void>{} : Result<void>(std::unexpected(started.error()));
    while (last && (*started)->progress() < 1) last = (*started)->step();
    REQUIRE_FALSE(last);
    CHECK(last.error().code == ErrorCode::not_finite);
    CHECK(last.error().message.find("finite") != std::string::npos);
  }
}

TEST_CASE("maps of wide, tall and grey inputs find what lies at the far edge") {
  // A tool is known that leaves half of a 200 x 100 picture unoccluded.
  struct Place {
    int height, width, channels;
  };
  for (const auto& [height, width, channels] : {Place{16, 64, 3}, Place{64, 32, 3}, Place{24, 48, 1}}) {
    const auto network = network_of(linear_network(height, width, channels, right_edge(height, width, channels, 8.0f / float(height * width * channels))));
    const Image white{height, width, std::vector<std::uint8_t>(std::size_t(height * width * 3), 255)};
    for (const Method* method : black_boxes()) {
      if (method->needs.gradients) continue;  // smooth or sparse by what they minimise, not by where the picture ends
      INFO(method->id << " on " << height << " x " << width << " x " << channels);
      Given given = quick(*method);
      if (param(*method, "segmentation")) given["segmentation"] = "grid";
      if (param(*method, "fill")) given["fill"] = "black";
      if (param(*method, "samples")) given["samples"] = "2000";
      if (param(*method, "cells")) given["cells"] = "3";
      const Heatmap map = explain(method->id, *network, white, {.given = given})->heatmap();
      double edge = 0, rest = 0;
      for (std::size_t i = 0; i < map.values.size(); ++i) (int(i) % width >= width * 3 / 4 ? edge : rest) += map.values[i];
      // The edge is a quarter. RISE's map rests on the mean probability: in its 9 cells the edge moves it by some 5 %, chance by 1 %.
      CHECK(edge * 3 > rest * 1.02);
    }
  }
}
