#include "session/benchmark.h"

#include <catch2/catch_test_macros.hpp>

#include "tiny_model.h"

using namespace whybox;
using namespace whybox::testing;

TEST_CASE("a benchmark's rates agree with its times") {
  Session session = colour_session();
  const auto benchmark = measure(session, 4, 3);
  REQUIRE(benchmark.has_value());
  CHECK(benchmark->forward_ms > 0);
  CHECK(benchmark->layers_ms > 0);
  // images_per_second is 1000 batch / forward_ms; a float64 product rounds in the sixteenth digit.
  CHECK(std::abs(benchmark->images_per_second * benchmark->forward_ms - 4000) < 1e-9 * 4000);
  CHECK(benchmark->activation_bytes > 0);
}

TEST_CASE("a benchmark leaves the session able to predict") {
  Session session = colour_session();
  REQUIRE(session.set_image(two_colours(8, 8, kRed, kRed)).has_value());
  const auto before = session.score(0);
  REQUIRE(measure(session, 8, 1).has_value());
  const auto after = session.predict();
  REQUIRE(after.has_value());
  CHECK(after->classes.front().probability == before->probability);
}

TEST_CASE("a benchmark needs a model, and a batch and repeats in range") {
  Session empty(1);
  CHECK(measure(empty, 1, 1).error().code == ErrorCode::invalid_argument);
  Session session = colour_session();
  CHECK(measure(session, 0, 1).error().message == "batch: got 0, wanted 1 to 64");
  CHECK(measure(session, 1, 1001).error().message == "repeats: got 1001, wanted 1 to 1000");
}
