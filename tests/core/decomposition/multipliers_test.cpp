#include "decomposition/multipliers.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <functional>

#include "support/tiny_networks.h"

using namespace whybox;
using namespace whybox::testing;
using Catch::Approx;

namespace {

struct Case {
  std::string name;
  std::function<int(TfliteBuilder& b, int x)> build;
};

std::vector<Case> cases() {
  const auto conv = [](TfliteBuilder& b, int x, int inputs, std::uint64_t seed, Activation activation) {
    ConvAttributes a = TfliteBuilder::same_padding();
    a.activation = activation;
    return b.conv_2d(x, b.constant(Shape{4, 3, 3, inputs}, random_values(std::size_t(36 * inputs), 0.8f, seed)),
                     b.constant(Shape{4}, random_values(4, 0.5f, seed + 1)), a);
  };
  const auto unary = [conv](tflite::BuiltinOperator code) {
    return [=](TfliteBuilder& b, int x) { return b.unary(code, conv(b, x, 3, 1, Activation::none)); };
  };
  using enum tflite::BuiltinOperator;
  return {
      {"relu", unary(RELU)},
      {"relu6", unary(RELU6)},
      {"logistic", unary(LOGISTIC)},
      {"tanh", unary(TANH)},
      {"hard-swish", unary(HARD_SWISH)},
      {"leaky relu", [=](TfliteBuilder& b, int x) { return b.leaky_relu(conv(b, x, 3, 1, Activation::none), 0.3f); }},
      {"prelu",
       [=](TfliteBuilder& b, int x) {
         return b.prelu(conv(b, x, 3, 1, Activation::none), b.constant(Shape{1, 1, 4}, std::vector<float>{0.1f, -0.2f, 0.5f, 0}));
       }},
      {"overlapping max pooling",
       [=](TfliteBuilder& b, int x) {
         return b.max_pool_2d(conv(b, x, 3, 1, Activation::relu), {.padding = Padding::same, .stride = {1, 1}, .filter = {3, 3}});
       }},
      {"average pooling",
       [=](TfliteBuilder& b, int x) { return b.average_pool_2d(conv(b, x, 3, 1, Activation::relu), {.stride = {2, 2}, .filter = {3, 3}}); }},
      {"a residual sum",
       [=](TfliteBuilder& b, int x) {
         const int stem = conv(b, x, 3, 1, Activation::relu);
         return b.relu(b.add(stem, conv(b, stem, 4, 3, Activation::relu)));
       }},
      {"a product of two signals",
       [=](TfliteBuilder& b, int x) { return b.mul(conv(b, x, 3, 1, Activation::relu), conv(b, x, 3, 5, Activation::none)); }},
      {"a gate per channel",
       [=](TfliteBuilder& b, int x) {
         const int stem = conv(b, x, 3, 1, Activation::relu);
         return b.mul(stem, b.logistic(b.mean(stem, {1, 2}, true)));
       }},
      {"a difference and a concatenation",
       [=](TfliteBuilder& b, int x) {
         const int left = conv(b, x, 3, 1, Activation::relu), right = conv(b, x, 3, 5, Activation::relu);
         return conv(b, b.concatenation({left, b.sub(left, right)}, 3), 8, 9, Activation::relu);
       }},
      {"resizing", [=](TfliteBuilder& b, int x) { return b.relu(b.resize_bilinear(conv(b, x, 3, 1, Activation::relu), {13, 9, false, true})); }},
  };
}

std::unique_ptr<Network> classifier(const Case& each) {
  TfliteBuilder b;
  const int image = b.input({1, 9, 7, 3});
  const int scores = b.fully_connected(b.mean(each.build(b, image), {1, 2}), b.constant(Shape{2, 4}, random_values(8, 2, 31)));
  b.output(b.softmax(scores));
  return network_of(b.build());
}

}  // namespace

TEST_CASE("multipliers times differences sum to the difference of the scores, through every operator") {
  for (const Case& each : cases()) {
    INFO(each.name);
    const auto network = classifier(each);
    Reverse& reverse = *must(network->reverse());
    const TensorId logits = network->classifier().scores().logits;
    auto pair = random_values(2 * 9 * 7 * 3, 1, 41);
    const std::size_t count = pair.size() / 2;
    REQUIRE(reverse.forward(pair, 2).has_value());
    const auto scores = must(reverse.activation(logits)).values;
    const auto m = must(multipliers(reverse, logits, std::vector<float>{1, 0, 1, 0}, reverse.graph().input));
    REQUIRE(m.values.size() == count);
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += double(m.values[i]) * (double(pair[i]) - pair[count + i]);
    // float32: some hundred products of size 1 per score.
    CHECK(sum == Approx(double(scores[0]) - scores[2]).margin(1e-4));
  }
}

TEST_CASE("where picture and baseline are the same, multipliers are the gradient") {
  for (const Case& each : cases()) {
    if (each.name.find("max pooling") != std::string::npos) continue;  // the cross-maximum has no winner then
    INFO(each.name);
    const auto network = classifier(each);
    Reverse& reverse = *must(network->reverse());
    const TensorId logits = network->classifier().scores().logits;
    auto pair = random_values(9 * 7 * 3, 1, 43);
    const std::size_t count = pair.size();
    pair.insert(pair.end(), pair.begin(), pair.begin() + std::ptrdiff_t(count));
    REQUIRE(reverse.forward(pair, 2).has_value());
    const std::vector<float> seed{1, 0, 1, 0};
    const auto m = must(multipliers(reverse, logits, seed, reverse.graph().input));
    const auto gradient = must(reverse.gradient(logits, seed, reverse.graph().input));
    for (std::size_t i = 0; i < count; ++i) CHECK(m.values[i] == Approx(gradient.values[i]).margin(1e-6));
  }
}

TEST_CASE("a saturated rectifier passes on what it did, where the gradient is 0") {
  TfliteBuilder b;
  const int x = b.reshape(b.input({1, 1, 2, 1}), {1, 2});
  b.output(b.relu6(b.fully_connected(x, b.constant(Shape{2, 2}, std::vector<float>{10, 0, 0, 1}))));
  const auto network = network_of(b.build());
  Reverse& reverse = *must(network->reverse());
  REQUIRE(reverse.forward(std::vector<float>{1, 0, 0, 0}, 2).has_value());  // 10 is cut to 6
  const auto m = must(multipliers(reverse, network->classifier().scores().logits, std::vector<float>{1, 0, 1, 0}, reverse.graph().input));
  CHECK(m.values[0] == Approx(6));
}
