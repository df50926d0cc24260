#include "grad/network.h"

#include <catch2/catch_test_macros.hpp>

#include "support/tiny_networks.h"

using namespace whybox;
using namespace whybox::testing;

TEST_CASE("the default layer is the last one with spatial extent") {
  const auto network = network_of(gap_network(9, 7));
  CHECK(must(network->default_layer())->name == "features");
}

TEST_CASE("layers are named, shaped and end at the logits") {
  const auto network = network_of(gap_network(9, 7));
  REQUIRE(network->layers().size() == 3);
  CHECK(network->layers()[0].shape == Shape{1, 9, 7, 4});
  CHECK(network->layers()[0].spatial);
  CHECK(network->layers()[2].name == "scores");
  CHECK(!network->layers()[2].spatial);
}

TEST_CASE("an unknown layer is refused with the names there are") {
  const auto network = network_of(gap_network(9, 7));
  const auto wrong = network->layer("conv9");
  REQUIRE(!wrong.has_value());
  CHECK(wrong.error().message == "no layer \"conv9\"; there are: features, mean, scores");
}

TEST_CASE("a network without spatial layers has no default layer") {
  const auto network = network_of(linear_network(4, 4, 3, std::vector<float>(48, 0.1f)));
  const auto wrong = network->default_layer();
  REQUIRE(!wrong.has_value());
  CHECK(wrong.error().message == "the network has no layer with spatial extent");
}
