#include "decomposition/patterns.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "decomposition/linear_map.h"
#include "support/tiny_networks.h"

using namespace whybox;
using namespace whybox::testing;
using Catch::Approx;

namespace {

Patterns learnt(Reverse& reverse, const std::vector<std::vector<float>>& pictures) {
  Patterns patterns(reverse.graph());
  for (const auto& picture : pictures) {
    REQUIRE(reverse.forward(picture, 1).has_value());
    REQUIRE(patterns.add(reverse).has_value());
  }
  return patterns;
}

std::vector<std::vector<float>> random_pictures(std::size_t count, std::size_t size) {
  std::vector<std::vector<float>> result;
  for (std::size_t i = 0; i < count; ++i) result.push_back(random_values(size, 1, 100 + i));
  return result;
}

}  // namespace

TEST_CASE("a linear unit's pattern is the direction of its signal, not of its weights") {
  // x = signal (1, 0) s + distractor (1, 1) d; w = (1, -1) reads s. Kindermans et al. 2018, figure 2.
  TfliteBuilder b;
  const int x = b.reshape(b.input({1, 1, 2, 1}), {1, 2});
  b.output(b.fully_connected(x, b.constant(Shape{2, 2}, std::vector<float>{1, -1, 0, 1})));
  const auto network = network_of(b.build());
  Reverse& reverse = *must(network->reverse());
  std::vector<std::vector<float>> pictures;
  for (const float s : {-1.0f, 1.0f})
    for (const float d : {-0.7f, 0.7f}) pictures.push_back({s + d, d});
  const auto patterns = learnt(reverse, pictures);
  const auto node = product_layers(reverse.graph()).front().node;
  const auto a = must(patterns.of(node, false));
  CHECK(a[0] == Approx(1));
  CHECK(a[1] == Approx(0).margin(1e-6));
  const auto attribution = must(patterns.of(node, true));
  CHECK(attribution[0] == Approx(1));
  CHECK(attribution[1] == Approx(0).margin(1e-6));
}

TEST_CASE("behind a rectifier only active samples teach the pattern") {
  // One pixel pair; y = x_0 > 0 only where the second pixel follows the first, below 0 it runs against it.
  TfliteBuilder b;
  const int x = b.reshape(b.input({1, 1, 2, 1}), {1, 2});
  const int hidden = b.fully_connected(x, b.constant(Shape{2, 2}, std::vector<float>{1, 0, 0, 1}), kNoTensor, Activation::relu);
  b.output(b.fully_connected(hidden, b.constant(Shape{2, 2}, std::vector<float>{1, 0, 0, 1})));
  const auto network = network_of(b.build());
  Reverse& reverse = *must(network->reverse());
  const auto patterns = learnt(reverse, {{0.2f, 0.4f}, {0.6f, 1.2f}, {-0.5f, 0.5f}, {-0.1f, 0.1f}});
  const auto a = must(patterns.of(product_layers(reverse.graph()).front().node, false));
  CHECK(a[0] == Approx(1));
  CHECK(a[1] == Approx(2));
}

TEST_CASE("every unit that varied has a pattern with w.a = 1, in every kind of layer") {
  TfliteBuilder b;
  const auto weights = [&](Shape shape, std::uint64_t seed) { return b.constant(shape, random_values(std::size_t(element_count(shape)), 0.8f, seed)); };
  ConvAttributes a = TfliteBuilder::same_padding();
  a.activation = Activation::relu;
  ConvAttributes strided = a;
  strided.stride = {2, 2};
  const int image = b.input({1, 9, 7, 3});
  const int stem = b.conv_2d(image, weights({4, 3, 3, 3}, 1), b.constant(Shape{4}, std::vector<float>(4, 0.1f)), strided);
  const int depth = b.depthwise_conv_2d(stem, weights({1, 3, 3, 4}, 2), kNoTensor, a);
  const int grouped = b.conv_2d(depth, weights({6, 3, 3, 2}, 3), kNoTensor, a);
  b.output(b.softmax(b.fully_connected(b.mean(grouped, {1, 2}), weights({3, 6}, 4))));
  const auto network = network_of(b.build());
  Reverse& reverse = *must(network->reverse());
  const auto patterns = learnt(reverse, random_pictures(8, 9 * 7 * 3));
  for (const ProductLayer& layer : product_layers(reverse.graph())) {
    INFO(layer.position);
    // The pattern as the weights of a layer: W applied to a unit's pattern answers 1, which the products w a sum up to.
    const auto products = must(patterns.of(layer.node, true));
    const Shape& shape = reverse.graph().tensor(reverse.graph().nodes[layer.node].inputs[1]).shape;
    const bool depthwise = layer.kind == OpKind::depthwise_conv_2d;
    const int outputs = depthwise ? shape[3] : shape[0];
    const int each = int(element_count(shape)) / outputs;
    for (int o = 0; o < outputs; ++o) {
      double sum = 0;
      for (int j = 0; j < each; ++j) sum += products[std::size_t(depthwise ? j * outputs + o : o * each + j)];
      CHECK(sum == Approx(1).margin(1e-4));
    }
  }
}

TEST_CASE("a convolution's patterns are those of a dense layer that sees its patches") {
  // 2x2 patches of a [1, 2, 4, 1] picture with stride 2 are two samples for a dense layer of four inputs.
  const auto kernel = random_values(8, 1, 7);
  TfliteBuilder b, d;
  ConvAttributes valid;
  valid.stride = {2, 2};
  b.output(b.mean(b.conv_2d(b.input({1, 2, 4, 1}), b.constant(Shape{2, 2, 2, 1}, kernel), kNoTensor, valid), {1, 2}));
  d.output(d.fully_connected(d.reshape(d.input({1, 2, 2, 1}), {1, 4}), d.constant(Shape{2, 4}, kernel)));
  const auto conv = network_of(b.build()), dense = network_of(d.build());
  const auto pictures = random_pictures(6, 8);
  std::vector<std::vector<float>> patches;
  for (const auto& p : pictures) {
    patches.push_back({p[0], p[1], p[4], p[5]});
    patches.push_back({p[2], p[3], p[6], p[7]});
  }
  Reverse &one = *must(conv->reverse()), &other = *must(dense->reverse());
  const auto found = must(learnt(one, pictures).of(product_layers(one.graph()).front().node, false));
  const auto wanted = must(learnt(other, patches).of(product_layers(other.graph()).front().node, false));
  REQUIRE(found.size() == wanted.size());
  for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i] == Approx(wanted[i]).margin(1e-5));
}

TEST_CASE("a unit that never was active has the pattern 0") {
  TfliteBuilder b;
  const int x = b.reshape(b.input({1, 1, 2, 1}), {1, 2});
  const int hidden = b.fully_connected(x, b.constant(Shape{2, 2}, std::vector<float>{1, 0, 0, 1}), b.constant(Shape{2}, std::vector<float>{-9, 0}),
                                       Activation::relu);
  b.output(b.fully_connected(hidden, b.constant(Shape{2, 2}, std::vector<float>{1, 0, 0, 1})));
  const auto network = network_of(b.build());
  Reverse& reverse = *must(network->reverse());
  const auto a = must(learnt(reverse, random_pictures(5, 2)).of(product_layers(reverse.graph()).front().node, false));
  CHECK(a[0] == 0);
  CHECK(a[1] == 0);
}

TEST_CASE("a transposed convolution has no patterns, and says so") {
  TfliteBuilder b;
  ConvAttributes a = TfliteBuilder::same_padding();
  a.stride = {2, 2};
  const int up = b.transpose_conv(b.input({1, 3, 3, 1}), b.constant(Shape{2, 3, 3, 1}, random_values(18, 1, 3)), {6, 6}, kNoTensor, a);
  b.output(b.mean(up, {1, 2}));
  const auto network = network_of(b.build());
  Reverse& reverse = *must(network->reverse());
  REQUIRE(reverse.forward(random_values(9, 1, 4), 1).has_value());
  const auto added = Patterns(reverse.graph()).add(reverse);
  REQUIRE_FALSE(added);
  CHECK(added.error().code == ErrorCode::invalid_argument);
}
