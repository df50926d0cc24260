#include "ops/validate.h"

#include <catch2/catch_test_macros.hpp>

#include "support/tiny_networks.h"

using namespace whybox;
using namespace whybox::testing;

namespace {

/// What `validate` says of a network that `build` makes on a picture [1, 8, 8, 3]; the reader has already accepted it.
Error refusal(const std::function<int(TfliteBuilder&, int)>& build) {
  TfliteBuilder b;
  b.output(build(b, b.input({1, 8, 8, 3})));
  Graph graph = must(read_tflite(b.build()));
  const auto checked = validate(graph);
  REQUIRE(!checked.has_value());
  return checked.error();
}

std::vector<float> ones(std::size_t count) { return std::vector<float>(count, 1.0f); }

}  // namespace

TEST_CASE("activations get their shapes, and a whole network passes") {
  Graph graph = must(read_tflite(gap_network(9, 7)));
  REQUIRE(validate(graph).has_value());
  CHECK(graph.tensor(graph.nodes[0].output).shape == Shape{1, 9, 7, 4});
  CHECK(graph.tensor(graph.outputs[0]).shape == Shape{1, 3});
}

TEST_CASE("weights that do not fit their data are refused with place, got and wanted") {
  const Error error = refusal([](TfliteBuilder& b, int x) {
    return b.conv_2d(x, b.constant(Shape{4, 3, 3, 2}, ones(72)), kNoTensor);
  });
  CHECK(error.code == ErrorCode::shape_mismatch);
  CHECK(error.message.find("#0: weights [4, 3, 3, 2] do not fit 3 input channels") != std::string::npos);
}

TEST_CASE("a bias of the wrong length is refused") {
  const Error error = refusal([](TfliteBuilder& b, int x) {
    return b.conv_2d(x, b.constant(Shape{4, 1, 1, 3}, ones(12)), b.constant(Shape{5}, ones(5)));
  });
  CHECK(error.message.find("has 5 values, wanted 4") != std::string::npos);
}

TEST_CASE("operands that do not broadcast are refused") {
  const Error error = refusal([](TfliteBuilder& b, int x) { return b.add(x, b.constant(Shape{2}, ones(2)), Activation::none, {.shape = Shape{1, 8, 8, 3}}); });
  CHECK(error.message.find("extents 3 and 2 do not broadcast") != std::string::npos);
}

TEST_CASE("a node that reads what nobody has written is refused") {
  Graph graph = must(read_tflite(gap_network(8, 8)));
  std::swap(graph.nodes[0], graph.nodes[1]);
  const auto checked = validate(graph);
  REQUIRE(!checked.has_value());
  CHECK(checked.error().code == ErrorCode::bad_model);
  CHECK(checked.error().message.find("before anything has written it") != std::string::npos);
}

TEST_CASE("a picture of five channels is refused") {
  TfliteBuilder b;
  b.output(b.relu(b.input({1, 8, 8, 5})));
  Graph graph = must(read_tflite(b.build()));
  const auto checked = validate(graph);
  REQUIRE(!checked.has_value());
  CHECK(checked.error().message.find("wanted a picture [1, H, W, 3] or [1, H, W, 1]") != std::string::npos);
}

TEST_CASE("an activation of 2^31 elements is refused before anything is allocated") {
  const Error error = refusal([](TfliteBuilder& b, int x) {
    return b.resize_nearest(x, {16384, 16384, false, false});
  });
  CHECK(error.code == ErrorCode::out_of_range);
  CHECK(error.message.find("has 805306368 elements") != std::string::npos);
}
