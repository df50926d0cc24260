// Every operator's vector-Jacobian product against its own forward pass.
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <functional>
#include <numeric>

#include "grad/reverse.h"
#include "ops/validate.h"
#include "support/tiny_networks.h"

using namespace whybox;
using namespace whybox::testing;

namespace {

using Build = std::function<int(TfliteBuilder& b, int image)>;

struct Case {
  std::string name;
  Build build;
};

std::vector<float> weights(std::size_t count, std::uint64_t seed = 5) { return random_values(count, 0.8f, seed); }

ConvAttributes conv(Padding padding, Stride stride = {}, Stride dilation = {}, Activation activation = Activation::none) {
  return {.padding = padding, .stride = stride, .dilation = dilation, .activation = activation};
}

PoolAttributes pool(Padding padding, Stride stride, Stride filter) {
  return {.padding = padding, .stride = stride, .filter = filter};
}

/// Networks on [1, 9, 7, 3] that lead to one operator each, from the picture and, where it takes two, from a branch of it.
std::vector<Case> cases() {
  const auto image_conv = [](ConvAttributes a, Stride kernel, int outputs = 4) {
    return [=](TfliteBuilder& b, int x) {
      const Shape shape{outputs, kernel.height, kernel.width, 3};
      return b.conv_2d(x, b.constant(shape, weights(std::size_t(element_count(shape)))),
                       b.constant(Shape{outputs}, weights(std::size_t(outputs), 6)), a);
    };
  };
  const auto depthwise = [](ConvAttributes a, int multiplier) {
    a.depth_multiplier = multiplier;
    return [=](TfliteBuilder& b, int x) {
      return b.depthwise_conv_2d(x, b.constant(Shape{1, 3, 3, 3 * multiplier}, weights(std::size_t(27 * multiplier))), kNoTensor, a);
    };
  };
  const auto transposed = [](ConvAttributes a, Stride size) {
    return [=](TfliteBuilder& b, int x) { return b.transpose_conv(x, b.constant(Shape{2, 3, 3, 3}, weights(54)), size, kNoTensor, a); };
  };
  const auto unary = [](tflite::BuiltinOperator code) {
    return [=](TfliteBuilder& b, int x) { return b.unary(code, x); };
  };
  const auto resized = [](bool nearest, bool align, bool half, Stride size) {
    return [=](TfliteBuilder& b, int x) {
      const ResizeAttributes a{size.height, size.width, align, half};
      return nearest ? b.resize_nearest(x, a) : b.resize_bilinear(x, a);
    };
  };
  using enum tflite::BuiltinOperator;
  return {
      {"conv 3x3 same", image_conv(conv(Padding::same), {3, 3})},
      {"conv 3x3 valid stride 2", image_conv(conv(Padding::valid, {2, 2}), {3, 3})},
      {"conv 3x2 same stride 2x3", image_conv(conv(Padding::same, {2, 3}), {3, 2})},
      {"conv 3x3 dilated", image_conv(conv(Padding::same, {}, {2, 2}), {3, 3})},
      {"conv 1x1 stride 2", image_conv(conv(Padding::same, {2, 2}), {1, 1})},
      {"conv with relu6", image_conv(conv(Padding::same, {}, {}, Activation::relu6), {3, 3})},
      {"grouped conv",
       [](TfliteBuilder& b, int x) {
         const int six = b.concatenation({x, x}, 3);
         return b.conv_2d(six, b.constant(Shape{4, 3, 3, 3}, weights(108)), kNoTensor, conv(Padding::same));
       }},
      {"depthwise stride 1", depthwise(conv(Padding::same), 1)},
      {"depthwise stride 2", depthwise(conv(Padding::same, {2, 2}), 1)},
      {"depthwise dilated, multiplier 2", depthwise(conv(Padding::valid, {}, {2, 2}), 2)},
      {"transposed same stride 2", transposed(conv(Padding::same, {2, 2}), {18, 14})},
      {"transposed same stride 2, odd", transposed(conv(Padding::same, {2, 2}), {17, 13})},
      {"transposed valid stride 2", transposed(conv(Padding::valid, {2, 2}), {19, 15})},
      {"dense", [](TfliteBuilder& b, int x) {
         return b.fully_connected(b.reshape(x, {1, 189}), b.constant(Shape{5, 189}, weights(945)));
       }},
      {"add of a branch", [](TfliteBuilder& b, int x) { return b.add(x, b.relu(x)); }},
      {"add of itself", [](TfliteBuilder& b, int x) { return b.add(x, x); }},
      {"sub from a constant", [](TfliteBuilder& b, int x) { return b.sub(b.constant(Shape{3}, weights(3)), x); }},
      {"mul by its mean, broadcast", [](TfliteBuilder& b, int x) { return b.mul(x, b.mean(x, {1, 2}, true)); }},
      {"mul of itself", [](TfliteBuilder& b, int x) { return b.mul(x, x); }},
      {"mul by a constant", [](TfliteBuilder& b, int x) { return b.mul(x, b.constant(Shape{1, 1, 1, 3}, weights(3))); }},
      {"concatenation along rows", [](TfliteBuilder& b, int x) { return b.concatenation({x, b.relu(x), x}, 1); }},
      {"average pool same", [](TfliteBuilder& b, int x) { return b.average_pool_2d(x, pool(Padding::same, {2, 2}, {3, 3})); }},
      {"average pool valid", [](TfliteBuilder& b, int x) { return b.average_pool_2d(x, pool(Padding::valid, {2, 3}, {2, 3})); }},
      {"max pool same", [](TfliteBuilder& b, int x) { return b.max_pool_2d(x, pool(Padding::same, {2, 2}, {3, 3})); }},
      {"mean over rows", [](TfliteBuilder& b, int x) { return b.mean(x, {1}, true); }},
      {"pad", [](TfliteBuilder& b, int x) { return b.pad(x, {{0, 0}, {1, 2}, {0, 3}, {2, 1}}); }},
      {"softmax", [](TfliteBuilder& b, int x) { return b.softmax(x, 1.5f); }},
      {"logistic", unary(LOGISTIC)},
      {"tanh", unary(TANH)},
      {"relu", unary(RELU)},
      {"relu6", unary(RELU6)},
      {"relu -1 to 1", unary(RELU_N1_TO_1)},
      {"hard swish", unary(HARD_SWISH)},
      {"leaky relu", [](TfliteBuilder& b, int x) { return b.leaky_relu(x, 0.2f); }},
      {"prelu", [](TfliteBuilder& b, int x) { return b.prelu(x, b.constant(Shape{1, 1, 3}, weights(3))); }},
      {"bilinear, half pixel centres", resized(false, false, true, {13, 5})},
      {"bilinear, aligned corners", resized(false, true, false, {17, 13})},
      {"bilinear, corner origin", resized(false, false, false, {18, 14})},
      {"nearest", resized(true, false, true, {18, 14})},
  };
}

constexpr std::size_t kInputs = 9 * 7 * 3;
constexpr int kBatch = 2;

double dot(std::span<const float> a, std::span<const float> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

std::vector<float> shifted(std::vector<float> x, float step, const std::vector<float>& direction) {
  for (std::size_t i = 0; i < x.size(); ++i) x[i] += step * direction[i];
  return x;
}

Reverse reverse_of(const Case& c) {
  TfliteBuilder b;
  b.output(c.build(b, b.input({1, 9, 7, 3})));
  Graph graph = must(read_tflite(b.build()));
  if (const auto valid = validate(graph); !valid) FAIL(valid.error().message);
  return must(Reverse::create(std::make_shared<const Graph>(must(float_twin(graph, graph.outputs[0]))),
                              std::make_shared<ThreadPool>(1)));
}

}  // namespace

TEST_CASE("each operator's vector-Jacobian product is its forward pass's directional derivative") {
  for (const Case& c : cases()) {
    DYNAMIC_SECTION(c.name) {
      Reverse reverse = reverse_of(c);
      const TensorId x = reverse.graph().input, y = reverse.graph().outputs[0];
      const auto at = random_values(kBatch * kInputs, 2.5f, 11);
      const auto output = [&](const std::vector<float>& input) {
        if (const auto ran = reverse.forward(input, kBatch); !ran) FAIL(ran.error().message);
        return must(reverse.activation(y)).values;
      };
      const auto seed = random_values(output(at).size(), 1, 12);
      const auto gradient = must(reverse.gradient(y, seed, x)).values;
      REQUIRE(gradient.size() == at.size());

      for (const std::uint64_t direction_seed : {21, 22, 23}) {
        const auto direction = random_values(at.size(), 1, direction_seed);
        // Small enough that few elements cross a kink, large enough for float32 differences to have three digits.
        constexpr float kStep = 2e-3f;
        const auto above = output(shifted(at, kStep, direction)), below = output(shifted(at, -kStep, direction));
        const double measured = (dot(seed, above) - dot(seed, below)) / (2.0 * kStep);
        const double stated = dot(gradient, direction);
        // Rounding of the outputs divided by the step, and curvature: both stay below this share of the terms' sizes.
        const double scale = std::sqrt(dot(gradient, gradient) * dot(direction, direction));
        INFO("measured " << measured << ", stated " << stated << ", scale " << scale);
        REQUIRE(scale > 0);
        CHECK(std::abs(measured - stated) <= 4e-3 * scale);
      }
    }
  }
}

TEST_CASE("gradients of a batch are those of its examples one by one") {
  for (const Case& c : cases()) {
    DYNAMIC_SECTION(c.name) {
      Reverse reverse = reverse_of(c);
      const TensorId x = reverse.graph().input, y = reverse.graph().outputs[0];
      const auto at = random_values(kBatch * kInputs, 2.5f, 31);
      REQUIRE(reverse.forward(at, kBatch).has_value());
      const auto seed = random_values(must(reverse.activation(y)).values.size(), 1, 32);
      const auto together = must(reverse.gradient(y, seed, x)).values;
      for (std::size_t i = 0; i < kBatch; ++i) {
        const std::vector<float> one(at.begin() + std::ptrdiff_t(i * kInputs), at.begin() + std::ptrdiff_t((i + 1) * kInputs));
        REQUIRE(reverse.forward(one, 1).has_value());
        const std::size_t outputs = seed.size() / kBatch;
        const auto alone = must(reverse.gradient(y, std::span(seed).subspan(i * outputs, outputs), x)).values;
        for (std::size_t k = 0; k < kInputs; ++k)
          // Kernels may add in another order for another batch size: some units in the last place of the largest term.
          REQUIRE(std::abs(alone[k] - together[i * kInputs + k]) <= 2e-5f * (1 + std::abs(alone[k])));
      }
    }
  }
}
