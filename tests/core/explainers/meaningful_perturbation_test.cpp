#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <numeric>

#include "explainers/enlargement.h"
#include "explainers/probability_pass.h"
#include "scenes/scene.h"
#include "support/npz.h"
#include "support/tiny_networks.h"

using namespace whybox;
using namespace whybox::testing;
using Catch::Approx;

namespace {

double product(const std::vector<float>& a, const std::vector<float>& b) { return std::inner_product(a.begin(), a.end(), b.begin(), 0.0); }

}  // namespace

TEST_CASE("an enlargement is the one that maps get, and its transpose is its adjoint") {
  for (const auto& [h, w, H, W] : {std::array{3, 4, 24, 32}, {1, 1, 7, 9}, {2, 5, 20, 26}}) {
    const Enlargement enlargement(h, w, H, W);
    const auto small = random_values(std::size_t(h * w), 1, 3), large = random_values(std::size_t(H * W), 1, 4);
    const auto wanted = resize(Heatmap{h, w, small}, H, W).values;
    const auto found = enlargement.apply(small);
    for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i] == Approx(wanted[i]).margin(1e-5));
    CHECK(product(found, large) == Approx(product(small, enlargement.transposed(large))).margin(1e-4));
  }
}

TEST_CASE("the gradient of a probability is that of finite differences") {
  const auto network = network_of(gap_network(6, 5));
  auto x = network->classifier().encoder().normalize(random_picture(6, 5));
  for (const Target& target : {Target(1), Target(2, 0)}) {
    const auto pass = must(TwinPass::run(*network, x));
    const auto gradient = must(pass.logit_gradient(pass.probability_seed(target)));
    for (const std::size_t i : {0u, 17u, 44u, 89u}) {
      constexpr float kStep = 1e-2f;
      const auto at = [&](float d) {
        auto moved = x;
        moved[i] += d;
        return probability_of(target, must(TwinPass::run(*network, moved)).probabilities());
      };
      CHECK(gradient[i] == Approx((at(kStep) - at(-kStep)) / (2 * kStep)).margin(1e-4));
    }
  }
}

TEST_CASE("the loss falls, and a mask that costs nothing takes the class away") {
  const auto network = network_of(gap_network(24, 24));
  const Image image = random_picture(24, 24);
  const Given free{{"steps", "60"}, {"area", "0"}, {"smoothness", "0"}, {"baseline", "black"}};
  const auto running = start("meaningful-perturbation", *network, image, {.target = 1, .given = free});
  REQUIRE(running->step().has_value());
  const double before = finding(*running, "loss");
  while (running->progress() < 1) REQUIRE(running->step().has_value());
  CHECK(finding(*running, "loss") < before);
  CHECK(finding(*running, "perturbed_probability") < finding(*running, "probability"));
}

TEST_CASE("where nothing may be taken, nothing is") {
  const auto network = network_of(gap_network(24, 24));
  const auto map = explain("meaningful-perturbation", *network, random_picture(24, 24), {.target = 1, .given = {{"steps", "20"}, {"area", "100"}}})->heatmap();
  for (const float value : map.values) CHECK(value == 0);
}

TEST_CASE("on a triangle scene the mask takes the triangle, and less than elsewhere would need") {
  const auto network = network_of(test::read_file(std::filesystem::path(WHYBOX_SOURCE_DIR) / "models/triangle/triangle_float.tflite"));
  const SceneKind* kind = must(find_scene_kind("triangle"));
  const Encoder& encoder = network->classifier().encoder();
  const Scene scene = must(kind->draw(must(resolve(kind->params, {{"class", "triangle"}})), 16, encoder.height()));
  const auto explanation = explain("meaningful-perturbation", *network, scene.image, {.target = 1, .given = {{"steps", "80"}}});
  CHECK(finding(*explanation, "probability") > 0.9);
  CHECK(finding(*explanation, "perturbed_probability") < 0.5);
  CHECK(finding(*explanation, "taken") < 0.4);
  const auto map = explanation->heatmap().values;
  double inside = 0, all = 0, area = 0;
  for (std::size_t i = 0; i < map.size(); ++i) {
    const double truth = scene.truth.coverage[i] / 255.0;
    inside += truth * map[i], all += map[i], area += truth;
  }
  CHECK(inside / all > 2 * area / double(map.size()));  // twice as dense there as if spread evenly
}
