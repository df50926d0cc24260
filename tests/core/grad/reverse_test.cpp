#include "grad/reverse.h"

#include <catch2/catch_test_macros.hpp>

#include "ops/validate.h"
#include "support/tiny_networks.h"

using namespace whybox;
using namespace whybox::testing;

namespace {

Graph validated(const std::vector<std::byte>& file) {
  Graph graph = must(read_tflite(file));
  if (const auto valid = validate(graph); !valid) FAIL(valid.error().message);
  return graph;
}

TensorId named(const Graph& graph, std::string_view name) {
  for (std::size_t i = 0; i < graph.tensors.size(); ++i)
    if (graph.tensors[i].name == name) return static_cast<TensorId>(i);
  FAIL("no tensor " << name);
  return kNoTensor;
}

}  // namespace

TEST_CASE("a float twin splits fused activations off and keeps the ids of the original") {
  const Graph graph = validated(gap_network(9, 7));
  const Graph twin = must(float_twin(graph, named(graph, "scores")));
  const TensorId features = named(graph, "features");
  CHECK(twin.tensor(features).name == "features");
  CHECK(twin.nodes[0].kind == OpKind::conv_2d);
  CHECK(twin.nodes[1].kind == OpKind::relu);
  CHECK(twin.nodes[1].output == features);
  for (const Node& node : twin.nodes) CHECK(node.kind != OpKind::softmax);
}

TEST_CASE("the float twin of a quantised network computes what its stored integers stand for") {
  // One 1x1 convolution, scale 0.5 in, 0.25 and 0.125 for the two weights, int32 bias in steps of their product.
  TfliteBuilder b;
  const int x = b.input({1, 1, 1, 1}, ElementType::i8, quant(0.5f, -3));
  const int w = b.constant(Shape{2, 1, 1, 1}, std::vector<std::int8_t>{8, -16}, Quant{{0.25f, 0.125f}, {0, 0}, 0});
  const int bias = b.constant(Shape{2}, std::vector<std::int32_t>{40, 80});
  b.output(b.conv_2d(x, w, bias, TfliteBuilder::same_padding(), {.quantization = quant(0.1f, 0)}));
  const Graph graph = validated(b.build());
  const Graph twin = must(float_twin(graph, graph.outputs[0]));
  Reverse reverse = must(Reverse::create(std::make_shared<const Graph>(twin), std::make_shared<ThreadPool>(1)));
  REQUIRE(reverse.forward(std::vector<float>{3.0f}, 1).has_value());
  const auto y = must(reverse.activation(graph.outputs[0])).values;
  CHECK(y[0] == 3.0f * (8 * 0.25f) + 40 * 0.5f * 0.25f);
  CHECK(y[1] == 3.0f * (-16 * 0.125f) + 80 * 0.5f * 0.125f);
}

TEST_CASE("a gradient with respect to a layer that does not lead there is refused") {
  const Graph graph = validated(gap_network(9, 7));
  const TensorId features = named(graph, "features"), scores = named(graph, "scores");
  Reverse reverse = must(Reverse::create(std::make_shared<const Graph>(must(float_twin(graph, scores))), std::make_shared<ThreadPool>(1)));
  REQUIRE(reverse.forward(random_values(9 * 7 * 3, 1, 4), 1).has_value());
  const auto wrong = reverse.gradient(features, std::vector<float>(9 * 7 * 4, 1), scores);
  REQUIRE(!wrong.has_value());
  CHECK(wrong.error().message == "layer \"scores\" does not lead to \"features\"");
}

TEST_CASE("a gradient at the layer itself is the seed") {
  const Graph graph = validated(gap_network(9, 7));
  const TensorId scores = named(graph, "scores");
  Reverse reverse = must(Reverse::create(std::make_shared<const Graph>(must(float_twin(graph, scores))), std::make_shared<ThreadPool>(1)));
  REQUIRE(reverse.forward(random_values(9 * 7 * 3, 1, 4), 1).has_value());
  const std::vector<float> seed{1, -2, 3};
  CHECK(must(reverse.gradient(scores, seed, scores)).values == seed);
}

TEST_CASE("a seed of the wrong length is refused") {
  const Graph graph = validated(gap_network(9, 7));
  const TensorId scores = named(graph, "scores");
  Reverse reverse = must(Reverse::create(std::make_shared<const Graph>(must(float_twin(graph, scores))), std::make_shared<ThreadPool>(1)));
  REQUIRE(reverse.forward(random_values(9 * 7 * 3, 1, 4), 1).has_value());
  const auto wrong = reverse.gradient(scores, std::vector<float>(2), graph.input);
  REQUIRE(!wrong.has_value());
  CHECK(wrong.error().message == "seed has 2 values, wanted 3");
}
