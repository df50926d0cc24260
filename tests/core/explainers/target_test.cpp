// What can be explained: a class, a class rather than another, a unit.
#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "support/npz.h"
#include "support/tiny_networks.h"

using namespace whybox;
using namespace whybox::testing;
using Catch::Approx;

namespace {

const Given kSigned{{"channels", "signed-sum"}};

Error refused(std::string_view method, Network& network, Target target) {
  const auto started = try_start(method, network, random_picture(8, 8), {.target = std::move(target)});
  REQUIRE_FALSE(started);
  return started.error();
}

Target unit(std::string layer, int channel, std::optional<Unit::Position> at = {}) { return Target(Unit{std::move(layer), channel, at}); }

}  // namespace

TEST_CASE("methods that are linear in the score explain a difference by the difference of their maps") {
  const auto network = network_of(gap_network(8, 8));
  const Image image = random_picture(8, 8);
  for (const auto* id : {"gradient", "input-x-gradient", "integrated-gradients", "expected-gradients", "deeplift", "occlusion"}) {
    INFO(id);
    const Given given = std::string_view(id) == "occlusion" ? Given{{"window", "3"}, {"stride", "2"}} : kSigned;
    const auto a = explain(id, *network, image, {.target = 1, .given = given})->heatmap().values;
    const auto b = explain(id, *network, image, {.target = 2, .given = given})->heatmap().values;
    const auto both = explain(id, *network, image, {.target = Target(1, 2), .given = given})->heatmap().values;
    for (std::size_t i = 0; i < both.size(); ++i) CHECK(both[i] == Approx(a[i] - b[i]).margin(1e-5));
  }
}

TEST_CASE("Grad-CAM of a difference weighs by the difference of the weights") {
  const auto network = network_of(gap_network(8, 8));
  const auto one = explain("grad-cam", *network, random_picture(8, 8), {.target = Target(1, 2)});
  const auto other = explain("cam", *network, random_picture(8, 8), {.target = Target(1, 2)});
  const auto a = one->heatmap().values, b = other->heatmap().values;
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(64 * a[i] == Approx(b[i]).margin(1e-4));  // CAM = N Grad-CAM
  CHECK(finding(*one, "twin_logit") == Approx(finding(*other, "twin_logit")));
}

TEST_CASE("a unit's gradient reaches its receptive field and no further") {
  const auto network = network_of(gap_network(8, 8));
  const auto map = explain("gradient", *network, random_picture(8, 8, 17), {.target = unit("features", 2, Unit::Position{3, 4})})->heatmap();
  for (int y = 0; y < 8; ++y)
    for (int x = 0; x < 8; ++x)
      if (std::abs(y - 3) > 1 || std::abs(x - 4) > 1) CHECK(map.values[std::size_t(8 * y + x)] == 0);
}

TEST_CASE("without a position a unit is found where its channel answers most strongly") {
  const auto network = network_of(gap_network(8, 8));
  const Image image = random_picture(8, 8, 18);
  const Target found = must(network->located(unit("features", 1), image));
  REQUIRE(found.unit->position.has_value());
  Reverse& twin = *must(network->reverse());
  REQUIRE(twin.forward(network->classifier().encoder().normalize(image), 1).has_value());
  const auto features = must(twin.activation(must(network->layer("features"))->tensor)).values;
  float largest = 0;
  for (std::size_t i = 1; i < features.size(); i += 4) largest = std::max(largest, features[i]);
  const auto [row, column] = *found.unit->position;
  CHECK(features[std::size_t((row * 8 + column) * 4 + 1)] == largest);
  CHECK(finding(*explain("gradient", *network, image, {.target = found}), "twin_logit") == Approx(largest));
}

TEST_CASE("every method of gradients explains units, in float and in 8 bits") {
  const auto file = test::read_file(std::filesystem::path(WHYBOX_SOURCE_DIR) / "tests/golden/operators/mobilenet_v1/int8/model.tflite");
  for (const auto& network : {network_of(gap_network(12, 10)), network_of(file)}) {
    const Encoder& encoder = network->classifier().encoder();
    const Image image = random_picture(encoder.height(), encoder.width());
    const auto spatial = network->spatial_layers({});
    for (const Method* method : methods()) {
      if (!method->needs.gradients || method->needs.classes) continue;
      // Class activation maps need a layer before the unit's.
      const bool cam = std::ranges::any_of(method->params, [](const ParamSpec& spec) { return spec.id == "layer"; });
      if (cam && spatial.size() < 2) continue;
      INFO(method->id << " on " << spatial.back()->name);
      const auto explanation = explain(method->id, *network, image, {.target = unit(spatial.back()->name, 0)});
      CHECK(std::ranges::all_of(explanation->heatmap().values, [](float value) { return std::isfinite(value); }));
    }
  }
}

TEST_CASE("a target that is not there is refused, by what is wrong with it") {
  const auto network = network_of(gap_network(8, 8));
  CHECK(refused("gradient", *network, Target(1, 7)).code == ErrorCode::out_of_range);
  CHECK(refused("gradient", *network, Target(1, 1)).message == "gradient: class 1 against itself: wanted two classes");
  CHECK(refused("gradient", *network, unit("nowhere", 0)).code == ErrorCode::invalid_argument);
  CHECK(refused("gradient", *network, unit("features", 4)).message == "channel 4 of layer \"features\", [1, 8, 8, 4]: wanted 0 to 3");
  CHECK(refused("gradient", *network, unit("features", 0, Unit::Position{8, 0})).code == ErrorCode::out_of_range);
  Target both = unit("features", 0);
  both.versus = 1;
  CHECK(refused("gradient", *network, both).code == ErrorCode::invalid_argument);
}

TEST_CASE("methods that ask for classes refuse units") {
  const auto network = network_of(gap_network(8, 8));
  for (const Method* method : methods())
    if (!method->needs.gradients || method->needs.classes) {
      const auto error = refused(method->id, *network, unit("features", 0));
      CHECK(error.code == ErrorCode::invalid_argument);
      CHECK(error.message.find("wanted a class") != std::string::npos);
    }
}

TEST_CASE("a class activation map needs a layer that leads to the unit") {
  const auto network = network_of(gap_network(8, 8));
  CHECK(refused("grad-cam", *network, unit("features", 0)).message.find("no layer with spatial extent") != std::string::npos);
  const auto started = try_start("grad-cam", *network, random_picture(8, 8), {.target = unit("features", 0), .given = {{"layer", "features"}}});
  REQUIRE_FALSE(started);
  CHECK(started.error().message.find("does not lead to") != std::string::npos);
}
