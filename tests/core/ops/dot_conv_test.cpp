// The same in plain C++ natively, and by the processor's instruction in the program of WebAssembly tests with relaxed SIMD.
#include "ops/dot_conv.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>

#include "base/rng.h"
#include "ops/quantized.h"
#include "ops/table.h"
#include "ops/weights.h"

using namespace whybox;

namespace {

/// A convolution with random weights between two activations.
struct Network {
  Graph graph;
  std::vector<std::byte> weights;
  std::vector<std::int32_t> bias;
  const Node& node() const { return graph.nodes[0]; }
};

struct Case {
  int height, width, channels, outputs;
  Stride kernel;
  ConvAttributes attributes;
};

TensorInfo tensor(ElementType type, Shape shape, Quantization quantization) {
  TensorInfo info;
  info.type = type, info.shape = std::move(shape), info.quantization = std::move(quantization);
  return info;
}

/// Weights of every size, or of the largest only: then every dot would saturate if it could.
std::unique_ptr<Network> network(const Case& c, ElementType type, bool extreme, Rng& rng) {
  auto n = std::make_unique<Network>();
  const bool is_signed = type == ElementType::i8;
  const Shape weights_shape{c.outputs, c.kernel.height, c.kernel.width, c.channels};
  n->weights.resize(static_cast<std::size_t>(element_count(weights_shape)));
  for (std::byte& weight : n->weights) weight = std::byte(extreme ? (is_signed ? 127 : 255) : is_signed ? rng.below(255) - 127 : rng.below(256));
  for (int o = 0; o < c.outputs; ++o) n->bias.push_back(rng.below(2001) - 1000);
  const auto zero_point = [&](int value) { return std::vector<std::int64_t>{is_signed ? value - 128 : value}; };
  Quantization of_weights{{0.004f}, {is_signed ? 0 : 120}, 0};
  if (is_signed) {
    of_weights.scales.clear(), of_weights.zero_points.assign(static_cast<std::size_t>(c.outputs), 0);
    for (int o = 0; o < c.outputs; ++o) of_weights.scales.push_back(rng.uniform(0.001f, 0.01f));
  }
  auto& tensors = n->graph.tensors;
  tensors.push_back(tensor(type, {1, c.height, c.width, c.channels}, {{0.05f}, zero_point(rng.below(256)), 0}));
  tensors.push_back(tensor(type, weights_shape, of_weights));
  tensors.back().constant = n->weights;
  tensors.push_back(tensor(ElementType::i32, {c.outputs}, {}));
  tensors.back().constant = std::as_bytes(std::span(n->bias));
  tensors.push_back(tensor(type, {}, {{extreme ? 4.0f : 0.3f}, zero_point(rng.below(256)), 0}));
  n->graph.nodes.push_back({OpKind::conv_2d, {0, 1, 2}, 3, c.attributes});
  const auto shape = kConv2d.infer(n->graph, n->node());
  REQUIRE(shape);
  tensors.back().shape = *shape;
  return n;
}

std::vector<std::byte> random_bytes(std::size_t count, bool extreme, Rng& rng) {
  std::vector<std::byte> bytes(count);
  for (std::byte& byte : bytes) byte = std::byte(extreme ? (rng.bernoulli(0.9f) ? 127 : 128) : rng.below(256));
  return bytes;
}

constexpr std::size_t kBehind = 128;  // bytes that kernels may read past an operand's end

std::vector<std::byte> run(Kernel& kernel, const TensorInfo& output, int batch, const std::vector<std::byte>& input, pthreadpool* threads) {
  std::vector<std::byte> padded = input, result(elements(output) * static_cast<std::size_t>(batch) + kBehind, std::byte{0x5a});
  padded.resize(input.size() + kBehind);
  const auto workspace = kernel.reshape(batch, threads);
  REQUIRE(workspace);
  std::vector<std::byte> scratch(*workspace + kBehind);
  const std::byte* const operands[] = {padded.data()};
  REQUIRE(kernel.bind({operands, result.data(), scratch.data()}));
  REQUIRE(kernel.run(threads));
  for (std::size_t i = result.size() - kBehind; i < result.size(); ++i) REQUIRE(result[i] == std::byte{0x5a});
  result.resize(result.size() - kBehind);
  return result;
}

/// By the definition, one output after the other.
std::vector<std::byte> defined(const Network& n, int batch, const std::vector<std::byte>& input) {
  const NodeView node(n.graph, n.node());
  const ConvShape shape = *conv_shape(node);
  const Window& w = shape.window;
  const TensorInfo &data = node.input(0), &weights = node.input(1), &output = node.output();
  const bool is_signed = data.type == ElementType::i8;
  const auto stored = [&](std::byte byte) { return is_signed ? int(static_cast<std::int8_t>(byte)) : int(static_cast<std::uint8_t>(byte)); };
  const Affine in = affine_of(data), out = affine_of(output);
  const int weight_zero = is_signed ? 0 : affine_of(weights).zero_point, channels = data.shape[3];
  const auto scales = channel_scales(weights, shape.outputs());
  const ByteRange range = range_of(node.attributes<ConvAttributes>().activation, output);
  std::vector<std::byte> result;
  for (int b = 0; b < batch; ++b)
    for (int y = 0; y < w.out_height; ++y)
      for (int x = 0; x < w.out_width; ++x)
        for (std::size_t o = 0; o < shape.outputs(); ++o) {
          std::int64_t sum = n.bias[o];
          for (int ky = 0; ky < w.kernel_height; ++ky)
            for (int kx = 0; kx < w.kernel_width; ++kx) {
              const int iy = y * w.stride.height - w.pad_top + ky * w.dilation.height, ix = x * w.stride.width - w.pad_left + kx * w.dilation.width;
              if (iy < 0 || ix < 0 || iy >= w.in_height || ix >= w.in_width) continue;
              for (int c = 0; c < channels; ++c) {
                const auto weight = n.weights[static_cast<std::size_t>(((static_cast<int>(o) * w.kernel_height + ky) * w.kernel_width + kx) * channels + c)];
                const auto value = input[static_cast<std::size_t>(((b * w.in_height + iy) * w.in_width + ix) * channels + c)];
                sum += (stored(weight) - weight_zero) * (stored(value) - in.zero_point);
              }
            }
          const float scaled = static_cast<float>(sum) * (in.scale * scales[o] / out.scale);
          const float bounded = std::clamp(scaled, -1e6f, 1e6f);
          result.push_back(std::byte(std::clamp(static_cast<int>(std::nearbyint(bounded)) + out.zero_point, range.min, range.max)));
        }
  return result;
}

ConvAttributes attributes(Padding padding, Stride stride = {}, Stride dilation = {}, Activation activation = Activation::none) {
  return {.padding = padding, .stride = stride, .dilation = dilation, .activation = activation};
}

std::vector<Case> cases() {
  return {
      {1, 1, 16, 8, {1, 1}, attributes(Padding::valid)},
      {5, 7, 3, 5, {1, 1}, attributes(Padding::same)},
      {9, 4, 24, 20, {1, 1}, attributes(Padding::valid, {}, {}, Activation::relu6)},
      {8, 8, 33, 9, {1, 1}, attributes(Padding::same, {2, 2})},
      {12, 11, 3, 16, {3, 3}, attributes(Padding::same, {2, 2}, {}, Activation::relu)},
      {7, 9, 5, 12, {3, 3}, attributes(Padding::same)},
      {7, 9, 17, 6, {3, 2}, attributes(Padding::valid, {1, 2})},
      {9, 9, 4, 8, {3, 3}, attributes(Padding::same, {}, {2, 3})},
      {2, 3, 6, 7, {5, 5}, attributes(Padding::same)},
      {1, 2, 300, 10, {3, 3}, attributes(Padding::same)},
  };
}

}  // namespace

TEST_CASE("a convolution by saturating dots is the definition's, bit for bit") {
  const ElementType type = GENERATE(ElementType::i8, ElementType::u8);
  const bool extreme = GENERATE(false, true);
  Rng rng(extreme ? 11 : 12);
  for (const Case& c : cases())
    for (const int batch : {1, 3}) {
      CAPTURE(to_string(type), extreme, c.height, c.width, c.channels, c.outputs, c.kernel.height, batch);
      const auto n = network(c, type, extreme, rng);
      const NodeView node(n->graph, n->node());
      const auto input = random_bytes(elements(node.input(0)) * static_cast<std::size_t>(batch), extreme, rng);
      auto conv = dot_conv_of(node, *conv_shape(node));
      REQUIRE(conv);
      const auto kernel = make_dot_conv(std::move(*conv));
      const auto wanted = defined(*n, batch, input);
      CHECK(run(*kernel, node.output(), batch, input, nullptr) == wanted);
      // Whichever kernel the engine takes here computes the same.
      const auto taken = kConv2d.lower(n->graph, n->node());
      REQUIRE(taken);
      CHECK(run(**taken, node.output(), batch, input, nullptr) == wanted);
    }
}

TEST_CASE("the saturating dot is taken where the processor has it, and where extra dots do not cost what it gains") {
  const Case c{6, 6, 16, 16, {1, 1}, attributes(Padding::same)};
  Rng rng(1);
  for (const bool extreme : {false, true}) {
    const auto n = network(c, ElementType::i8, extreme, rng);
    const NodeView node(n->graph, n->node());
    const auto kernel = lower_dot_conv(node, *conv_shape(node));
    REQUIRE(kernel);
    CHECK((*kernel != nullptr) == (has_saturating_dot() && !extreme));
  }
}
