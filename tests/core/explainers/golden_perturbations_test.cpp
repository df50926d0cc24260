// RISE and meaningful perturbation against NumPy and PyTorch on the same masks and steps (tests/golden/make_perturbations.py).
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <format>

#include "support/golden.h"
#include "support/tiny_networks.h"

using namespace whybox;
using namespace whybox::testing;
using Catch::Approx;

namespace {

std::vector<float> floats(const test::Array& array) {
  const auto values = array.as<float>();
  return {values.begin(), values.end()};
}

Image image_of(const test::Array& array) {
  const auto bytes = array.as<std::uint8_t>();
  return {int(array.shape[0]), int(array.shape[1]), {bytes.begin(), bytes.end()}};
}

}  // namespace

TEST_CASE("RISE gives NumPy's map and NumPy's standard errors on the same masks") {
  const auto* name = GENERATE("usual", "few_cells");
  INFO(name);
  const auto golden = test::read_npz(test::golden_folder() / "perturbations" / std::format("rise_{}.npz", name));
  const Image image = image_of(golden.at("image"));
  const auto network = network_of(linear_network(image.height, image.width, 3, floats(golden.at("weights"))));
  const auto numbers = golden.at("numbers").as<float>();
  const auto rise = explain("rise", *network, image,
                            {.given = {{"samples", std::format("{}", int(numbers[0]))},
                                       {"cells", std::format("{}", int(numbers[1]))},
                                       {"probability", std::format("{}", numbers[2])}},
                             .seed = std::uint64_t(numbers[3])});
  const auto map = rise->heatmap().values;
  const auto errors = rise->errors();
  REQUIRE(errors.has_value());
  const auto wanted = golden.at("map").as<float>(), wanted_errors = golden.at("errors").as<float>();
  // Some hundred float32 additions of numbers below 1 here, double precision there; the variance is a difference of two such sums.
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    CHECK(map[i] == Approx(wanted[i]).margin(2e-5));
    CHECK(errors->values[i] == Approx(wanted_errors[i]).margin(2e-5));
  }
}

TEST_CASE("meaningful perturbation takes the same steps as PyTorch's Adam on the same loss") {
  const auto* name = GENERATE("usual", "other_weights");
  INFO(name);
  const auto golden = test::read_npz(test::golden_folder() / "perturbations" / std::format("meaningful_{}.npz", name));
  const Image image = image_of(golden.at("image"));
  const auto network = network_of(gap_network(image.height, image.width, 3, {floats(golden.at("convolution")), floats(golden.at("dense"))}));
  const auto numbers = golden.at("numbers").as<float>();
  const auto text = [&](std::size_t i) { return std::format("{}", numbers[i]); };
  const auto explanation = start("meaningful-perturbation", *network, image,
                                 {.target = int(numbers[0]),
                                  .given = {{"steps", text(1)}, {"area", text(2)}, {"smoothness", text(3)}, {"beta", text(4)}, {"baseline", "black"}}});
  const auto losses = golden.at("loss").as<float>();
  for (const float loss : losses) {
    REQUIRE(explanation->step().has_value());
    // Gradients here are float32, there double; Adam divides them by their own size, so small ones keep their error.
    CHECK(finding(*explanation, "loss") == Approx(loss).margin(1e-4));
  }
  CHECK(explanation->progress() == 1);
  const auto map = explanation->heatmap().values;
  const auto wanted = golden.at("map").as<float>();
  for (std::size_t i = 0; i < wanted.size(); ++i) CHECK(map[i] == Approx(wanted[i]).margin(1e-3));
}
