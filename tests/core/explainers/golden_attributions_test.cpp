// Methods that read gradients against maps made with TensorFlow's GradientTape (tests/golden/make_attributions.py).
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <format>

#include "support/golden.h"
#include "support/tiny_networks.h"

using namespace whybox;
using namespace whybox::testing;

namespace {

/// Of the map's largest value: float32 sums of some hundred terms through up to twenty layers, in two orders.
constexpr double kTolerance = 1e-4;

Image picture_of(const test::Array& array) {
  Image image{array.shape[0], array.shape[1], {}};
  for (const auto byte : array.as<std::uint8_t>()) image.pixels.push_back(byte);
  return image;
}

/// "map/<method>" or "map/<method>/<layer>", whose layer may hold slashes.
struct Key {
  std::string method;
  Given given;
};
Key parse(std::string_view key) {
  const auto slash = key.find('/', 4);
  if (slash == key.npos) return {std::string(key.substr(4)), {}};
  return {std::string(key.substr(4, slash - 4)), {{"layer", std::string(key.substr(slash + 1))}}};
}

}  // namespace

TEST_CASE("maps of methods that read gradients are those of TensorFlow's gradients") {
  const auto folder = test::golden_folder();
  for (const std::string& name : test::read_lines(folder / "attributions" / "cases.txt")) {
    DYNAMIC_SECTION(name) {
      const auto vectors = test::read_npz(folder / "attributions" / (name + ".npz"));
      const auto network = network_of(test::read_file(folder / "operators" / name / "f32" / "model.tflite"));
      const Normalization plain{.mean = {127.5f, 127.5f, 127.5f}, .std = {127.5f, 127.5f, 127.5f}, .source = "golden"};
      REQUIRE(network->classifier().set_normalization(plain).has_value());
      const Image image = picture_of(vectors.at("image"));
      const int target = int(vectors.at("target").as<float>()[0]);
      for (const auto& [key, wanted] : vectors) {
        if (!key.starts_with("map/")) continue;
        const auto [method, given] = parse(key);
        const auto map = explain(method, *network, image, {.target = target, .given = given})->heatmap();
        const auto found = test::distance(map.values, wanted.as<float>());
        const double largest = test::magnitude(wanted.as<float>());
        INFO(std::format("{}: differs by {} at {}, largest {}", key, found.largest, found.at, largest));
        CHECK(found.largest <= kTolerance * largest);
      }
    }
  }
}
