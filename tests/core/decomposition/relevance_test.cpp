#include "decomposition/relevance.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <numeric>

#include "support/tiny_networks.h"

using namespace whybox;
using namespace whybox::testing;
using Catch::Approx;

namespace {

double sum(const std::vector<float>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

/// A network, an input, and the relevance of its first score under a composite in words.
struct Probe {
  explicit Probe(TfliteBuilder& b) : network(network_of(b.build())), reverse(must(network->reverse())) {}

  Result<std::vector<float>> explain(const std::string& rules, const std::vector<float>& x) {
    const auto layers = product_layers(reverse->graph());
    const auto composite = must(parse_composite(rules, 0, layers));
    const std::vector<float> black(x.size(), -1), white(x.size(), 1);
    const auto box = must(PixelBox::create(*reverse, layers, black, white));
    REQUIRE(reverse->forward(x, 1).has_value());
    const TensorId logits = network->classifier().scores().logits;
    std::vector<float> start = must(reverse->activation(logits)).values;
    score = start[0];
    std::fill(start.begin() + 1, start.end(), 0.0f);
    Relevance relevance(*reverse, composite, box);
    auto result = relevance.propagate(logits, start, reverse->graph().input);
    left = relevance.layers();
    return result.transform([](Tensor tensor) { return std::move(tensor.values); });
  }

  std::unique_ptr<Network> network;
  Reverse* reverse;
  double score = 0;
  std::vector<LayerRelevance> left;
};

/// Two pixels, two scores: z = W x + b.
Probe two_pixels(std::vector<float> weights, std::vector<float> bias) {
  TfliteBuilder b;
  const int image = b.input({1, 1, 2, 1});
  b.output(b.fully_connected(b.reshape(image, {1, 2}), b.constant(Shape{2, 2}, weights), b.constant(Shape{2}, bias)));
  return Probe(b);
}

void check_close(const std::vector<float>& found, const std::vector<double>& wanted) {
  REQUIRE(found.size() == wanted.size());
  for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i] == Approx(wanted[i]).margin(1e-5));
}

using Build = std::function<int(TfliteBuilder& b, int x)>;
struct Case {
  std::string name;
  Build build;
};

/// Bodies without biases: nothing in them may absorb relevance.
std::vector<Case> bodies() {
  const auto weights = [](TfliteBuilder& b, Shape shape, std::uint64_t seed) {
    return b.constant(shape, random_values(std::size_t(element_count(shape)), 0.8f, seed));
  };
  const auto conv = [weights](TfliteBuilder& b, int x, int inputs, std::uint64_t seed, Activation activation = Activation::relu) {
    ConvAttributes a = TfliteBuilder::same_padding();
    a.activation = activation;
    return b.conv_2d(x, weights(b, {4, 3, 3, inputs}, seed), kNoTensor, a);
  };
  return {
      {"two convolutions", [=](TfliteBuilder& b, int x) { return conv(b, conv(b, x, 3, 1), 4, 2); }},
      {"a residual block",
       [=](TfliteBuilder& b, int x) {
         const int stem = conv(b, x, 3, 1);
         return b.relu(b.add(stem, conv(b, stem, 4, 2, Activation::none)));
       }},
      {"branches, concatenated",
       [=](TfliteBuilder& b, int x) { return conv(b, b.concatenation({conv(b, x, 3, 1), conv(b, x, 3, 5)}, 3), 8, 3); }},
      {"max pooling", [=](TfliteBuilder& b, int x) { return b.max_pool_2d(conv(b, x, 3, 1), {.stride = {2, 2}, .filter = {3, 2}}); }},
      {"average pooling",
       [=](TfliteBuilder& b, int x) {
         return b.average_pool_2d(conv(b, x, 3, 1), {.padding = Padding::same, .stride = {2, 2}, .filter = {3, 3}});
       }},
      {"resizing", [=](TfliteBuilder& b, int x) { return b.resize_bilinear(conv(b, x, 3, 1), {13, 9, false, true}); }},
      {"a transposed convolution",
       [=](TfliteBuilder& b, int x) {
         ConvAttributes a = TfliteBuilder::same_padding();
         a.stride = {2, 2};
         return b.relu(b.transpose_conv(conv(b, x, 3, 1), weights(b, {4, 3, 3, 4}, 7), {18, 14}, kNoTensor, a));
       }},
      {"a gate",
       [=](TfliteBuilder& b, int x) {
         const int stem = conv(b, x, 3, 1);
         ConvAttributes a = TfliteBuilder::same_padding();
         const int gate = b.logistic(b.conv_2d(b.mean(stem, {1, 2}, true), weights(b, {4, 1, 1, 4}, 9), kNoTensor, a));
         return b.mul(stem, gate);
       }},
      {"a depthwise convolution",
       [=](TfliteBuilder& b, int x) {
         ConvAttributes a = TfliteBuilder::same_padding();
         a.stride = {2, 2};
         a.activation = Activation::relu6;
         return b.depthwise_conv_2d(conv(b, x, 3, 1), weights(b, {1, 3, 3, 4}, 4), kNoTensor, a);
       }},
      {"an explicit padding", [=](TfliteBuilder& b, int x) { return conv(b, b.pad(conv(b, x, 3, 1), {{0, 0}, {2, 1}, {0, 3}, {0, 0}}), 4, 2); }},
  };
}

/// The body, its mean over positions, and two scores.
Probe classifier(const Build& body, float bias = 0) {
  TfliteBuilder b;
  const int image = b.input({1, 9, 7, 3});
  const int scores = b.fully_connected(b.mean(body(b, image), {1, 2}), b.constant(Shape{2, 4}, std::vector<float>{1, 2, 0.5f, 1.5f, 1, -1, 1, -1}),
                                       b.constant(Shape{2}, std::vector<float>{bias, 0}));
  b.output(b.softmax(scores));
  return Probe(b);
}

}  // namespace

TEST_CASE("each rule's shares are those of its formula") {
  // z = (1 * 2 - 1 * 3 + 0.5, ...) = (-0.5, ...): contributions 2 and -3, bias 0.5.
  const std::vector<float> weights{2, 3, 0, 0}, x{1, -1};
  auto probe = two_pixels(weights, {0.5f, 0});
  const double r = -0.5;
  check_close(must(probe.explain("all=zero", x)), {2 / r * r, -3 / r * r});
  check_close(must(probe.explain("all=epsilon 1", x)), {2 / (r - 1) * r, -3 / (r - 1) * r});
  check_close(must(probe.explain("all=z-plus", x)), {2 / 2.5 * r, 0});
  check_close(must(probe.explain("all=alpha-beta 2 1", x)), {2 * 2 / 2.5 * r, -1 * r});
  // z < 0: negative contributions are favoured; w + g w- for positive inputs, w + g w+ for negative ones, where the bias stays.
  check_close(must(probe.explain("all=gamma 0.5", x)), {2 / -2.0 * r, -4.5 / -2.0 * r});
  check_close(must(probe.explain("all=flat", x)), {r / 2, r / 2});
  check_close(must(probe.explain("all=w-square", x)), {4.0 / 13 * r, 9.0 / 13 * r});
  // l = -1, h = 1, w > 0: x w - l w = (1 + 1) 2 and (-1 + 1) 3; the bias cancels.
  check_close(must(probe.explain("all=z-box", x)), {r, 0});
}

TEST_CASE("a bias keeps its share") {
  auto probe = two_pixels({2, 3, 0, 0}, {5, 0});
  const auto relevance = must(probe.explain("all=zero", {1, 1}));
  CHECK(probe.score == Approx(10));
  CHECK(sum(relevance) == Approx(5));
  REQUIRE(probe.left.size() == 1);
  CHECK(probe.left[0].op == "fully_connected");
  CHECK(probe.left[0].relevance == Approx(5));
}

// alpha-beta is not among the rules: a unit that nothing speaks against hands out alpha shares.
TEST_CASE("without biases the score is conserved through every layer") {
  for (const auto* rules : {"all=zero", "first=flat, conv_2d=z-plus", "conv_2d=gamma 0.25", "conv_2d=z-plus, first=w-square", "first=z-box"})
    for (const Case& each : bodies()) {
      INFO(each.name << ", " << rules);
      auto probe = classifier(each.build);
      const auto relevance = must(probe.explain(rules, random_values(9 * 7 * 3, 1, 21)));
      REQUIRE(probe.score != 0);
      // The stabiliser absorbs a millionth beside each denominator, of which there are some as small as 1e-3.
      const double margin = 2e-3 * std::abs(probe.score);
      CHECK(sum(relevance) == Approx(probe.score).margin(margin));
      for (const LayerRelevance& layer : probe.left) {
        INFO(layer.name << " " << layer.rule);
        CHECK(layer.relevance == Approx(probe.score).margin(margin));
      }
    }
}

TEST_CASE("in a network of rectifiers without biases LRP-0 is input times gradient") {
  auto probe = classifier(bodies()[1].build);
  const auto x = random_values(9 * 7 * 3, 1, 22);
  const auto relevance = must(probe.explain("all=zero", x));
  const auto gradient = must(probe.reverse->gradient(probe.network->classifier().scores().logits, std::vector<float>{1, 0}, probe.reverse->graph().input));
  double largest = 0;
  for (std::size_t i = 0; i < x.size(); ++i) largest = std::max(largest, std::abs(double(x[i]) * gradient.values[i]));
  for (std::size_t i = 0; i < x.size(); ++i)  // the stabiliser shows where a unit is nearly off
    CHECK(relevance[i] == Approx(double(x[i]) * gradient.values[i]).margin(1e-3 * largest));
}

TEST_CASE("a gate gets nothing, and two equal factors share evenly") {
  TfliteBuilder b;
  const int image = b.input({1, 1, 2, 1});
  const int flat = b.reshape(image, {1, 2});
  b.output(b.mul(flat, b.logistic(flat)));
  auto gated = Probe(b);
  check_close(must(gated.explain("", {0.5f, 1})), {gated.score, 0});

  TfliteBuilder c;
  const int x = c.reshape(c.input({1, 1, 2, 1}), {1, 2});
  const int swapped = c.fully_connected(x, c.constant(Shape{2, 2}, std::vector<float>{0, 1, 1, 0}));
  c.output(c.mul(x, swapped));  // y_0 = x_0 x_1
  auto square = Probe(c);
  check_close(must(square.explain("", {0.5f, 1})), {square.score / 2, square.score / 2});
}

TEST_CASE("flat relevance does not leak into an explicit padding") {
  TfliteBuilder b;
  const int image = b.input({1, 3, 3, 1});
  ConvAttributes valid;
  const int features = b.conv_2d(b.pad(image, {{0, 0}, {1, 1}, {1, 1}, {0, 0}}), b.constant(Shape{2, 3, 3, 1}, random_values(18, 1, 4)), kNoTensor, valid);
  b.output(b.mean(features, {1, 2}));
  auto probe = Probe(b);
  CHECK(sum(must(probe.explain("all=flat", random_values(9, 1, 5)))) == Approx(probe.score).margin(1e-4));
}

TEST_CASE("the bounds of z-box follow what the network does to pixels first") {
  TfliteBuilder b;
  const int image = b.input({1, 1, 2, 1});
  const int scaled = b.mul(image, b.constant(Shape{1}, std::vector<float>{-2}));
  b.output(b.fully_connected(b.reshape(scaled, {1, 2}), b.constant(Shape{2, 2}, std::vector<float>{1, 1, 0, 0})));
  auto probe = Probe(b);
  // l = -2, h = 2, inputs -1 and 2: x w - l w = 1 and 4 of 5 parts.
  check_close(must(probe.explain("all=z-box", {0.5f, -1})), {probe.score / 5, probe.score * 4 / 5});
}

TEST_CASE("a softmax inside the network is refused") {
  TfliteBuilder b;
  const int image = b.input({1, 1, 2, 1});
  const int inner = b.softmax(b.reshape(image, {1, 2}));
  b.output(b.fully_connected(inner, b.constant(Shape{2, 2}, std::vector<float>{1, 2, 3, 4})));
  auto probe = Probe(b);
  const auto relevance = probe.explain("", {0.5f, -1});
  REQUIRE_FALSE(relevance);
  CHECK(relevance.error().code == ErrorCode::invalid_argument);
  CHECK(relevance.error().message.find("softmax") != std::string::npos);
}
