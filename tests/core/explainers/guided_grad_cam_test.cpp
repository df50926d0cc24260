#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "support/tiny_networks.h"

using namespace whybox;
using namespace whybox::testing;
using Catch::Approx;

TEST_CASE("guided Grad-CAM is the product of Grad-CAM and guided backpropagation, in every view") {
  const auto network = network_of(gap_network(10, 9));
  const Image image = random_picture(10, 9);
  for (const auto* view : {"max-abs", "abs-sum", "signed-sum"})
    for (int target = 0; target < 3; ++target) {
      const auto cam = explain("grad-cam", *network, image, {.target = target})->heatmap().values;
      const auto guided = explain("guided-backprop", *network, image, {.target = target, .given = {{"channels", view}}})->heatmap().values;
      const auto product = explain("guided-grad-cam", *network, image, {.target = target, .given = {{"channels", view}}})->heatmap().values;
      for (std::size_t i = 0; i < product.size(); ++i) CHECK(product[i] == cam[i] * guided[i]);
    }
}
