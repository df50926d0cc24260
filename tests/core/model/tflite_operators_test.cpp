#include <catch2/catch_test_macros.hpp>
#include <functional>

#include "core/model/networks.h"
#include "model/bundle.h"

namespace whybox {
namespace {

using namespace testing;
using Code = tflite::BuiltinOperator;

std::string refusal(const TfliteBuilder& b, ErrorCode code = ErrorCode::bad_model) {
  const auto graph = read_tflite(b.build());
  REQUIRE_FALSE(graph);
  CHECK(to_string(graph.error().code) == to_string(code));
  return graph.error().message;
}

/// Reads a network that ends in one operator on a [1, 6, 5, 2] image and returns the last node.
struct Read {
  Graph graph;
  const Node& node() const { return graph.nodes.back(); }
  template <class A>
  const A& attributes() const {
    return std::get<A>(node().attributes);
  }
};
TfliteBuilder one(const std::function<int(TfliteBuilder&, int)>& layer) {
  TfliteBuilder b;
  b.output(layer(b, b.input({1, 6, 5, 2})));
  return b;
}
Read read_one(const std::function<int(TfliteBuilder&, int)>& layer) {
  auto graph = read_tflite(one(layer).build());
  if (!graph) FAIL(graph.error().message);
  return {*std::move(graph)};
}

int weights(TfliteBuilder& b, Shape shape) {
  const auto count = static_cast<std::size_t>(element_count(shape));
  return b.constant(std::move(shape), ramp(count));
}

TEST_CASE("an operator that is not supported is named with its place and what it writes") {
  TfliteBuilder b;
  const int x = b.input({1, 4, 4, 1});
  const int y = b.op(Code::STRIDED_SLICE, {b.relu(x)}, {1, 2, 2, 1}, {.name = "crop"});
  b.output(b.op(Code::CUMSUM, {y}, {1, 2, 2, 1}));
  CHECK(refusal(b, ErrorCode::unsupported_operator) ==
        "operator STRIDED_SLICE (#1, writes tensor \"crop\") is not supported");
}

TEST_CASE("a custom operator is named by its own name, an unknown one by its number") {
  TfliteBuilder custom;
  custom.output(custom.op(Code::CUSTOM, {custom.input({1, 4, 4, 1})}, {1, 4}, {.name = "boxes"}));
  custom.operators[0].custom_code = "TFLite_Detection_PostProcess";
  CHECK(refusal(custom, ErrorCode::unsupported_operator) ==
        "operator TFLite_Detection_PostProcess (#0, writes tensor \"boxes\") is not supported");
  TfliteBuilder unknown;
  unknown.output(unknown.op(static_cast<Code>(5000), {unknown.input({1, 4, 4, 1})}, {1, 4}, {.name = "y"}));
  CHECK(refusal(unknown, ErrorCode::unsupported_operator) ==
        "operator number 5000 (#0, writes tensor \"y\") is not supported");
}

TEST_CASE("a convolution's options are read, height and width apart") {
  const ConvAttributes given{Padding::valid, {2, 1}, {1, 2}, 1, Activation::relu6};
  const auto read = read_one([&](auto& b, int x) { return b.conv_2d(x, weights(b, {3, 2, 2, 2}), kNoTensor, given); });
  const auto& a = read.attributes<ConvAttributes>();
  CHECK(read.node().kind == OpKind::conv_2d);
  CHECK(a.padding == Padding::valid);
  CHECK(a.stride.height == 2);
  CHECK(a.stride.width == 1);
  CHECK(a.dilation.height == 1);
  CHECK(a.dilation.width == 2);
  CHECK(a.activation == Activation::relu6);
  CHECK(read.node().inputs.size() == 2);
}

TEST_CASE("a bias given as absent is left out") {
  TfliteBuilder b = one([](auto& b, int x) { return b.conv_2d(x, weights(b, {3, 1, 1, 2})); });
  b.operators[0].inputs.push_back(kNoTensor);
  const auto graph = read_tflite(b.build());
  REQUIRE(graph);
  CHECK(graph->nodes[0].inputs.size() == 2);
}

TEST_CASE("a depthwise convolution's multiplier is taken from its weights where the option is 0") {
  for (const int written : {0, 3}) {
    ConvAttributes given = TfliteBuilder::same_padding();
    given.depth_multiplier = written;
    const auto read =
        read_one([&](auto& b, int x) { return b.depthwise_conv_2d(x, weights(b, {1, 3, 3, 6}), kNoTensor, given); });
    CHECK(read.attributes<ConvAttributes>().depth_multiplier == 3);
  }
  ConvAttributes wrong = TfliteBuilder::same_padding();
  wrong.depth_multiplier = 2;
  CHECK(refusal(one([&](auto& b, int x) {
          return b.depthwise_conv_2d(x, weights(b, {1, 3, 3, 6}), kNoTensor, wrong);
        })) == "DepthwiseConv2D #0: depth multiplier 2 on 2 channels does not give the 6 channels of the weights");
}

TEST_CASE("a transposed convolution's operands come as data, weights, bias") {
  ConvAttributes given = TfliteBuilder::same_padding();
  given.stride = {2, 3};
  const auto read = read_one(
      [&](auto& b, int x) { return b.transpose_conv(x, weights(b, {4, 3, 3, 2}), {12, 15}, weights(b, {4}), given); });
  CHECK(read.node().kind == OpKind::transpose_conv);
  REQUIRE(read.node().inputs.size() == 3);
  CHECK(read.node().inputs[0] == read.graph.input);
  CHECK(read.graph.tensor(read.node().inputs[1]).shape == Shape{4, 3, 3, 2});
  CHECK(read.graph.tensor(read.node().inputs[2]).shape == Shape{4});
  CHECK(read.graph.tensor(read.node().output).shape == Shape{1, 12, 15, 4});
  CHECK(read.attributes<ConvAttributes>().stride.width == 3);

  TfliteBuilder torn =
      one([&](auto& b, int x) { return b.transpose_conv(x, weights(b, {4, 3, 3, 2}), {12, 15}, kNoTensor, given); });
  torn.tensor(torn.outputs[0]).shape = {1, 11, 15, 4};
  CHECK(refusal(torn) ==
        "TransposeConv #0: its output shape is given as [1, 12, 15, 4] and declared as [1, 11, 15, 4]");
}

TEST_CASE("a pool's filter, stride and activation are read") {
  const PoolAttributes given{Padding::same, {2, 1}, {3, 2}, Activation::relu};
  for (const bool max : {false, true}) {
    const auto read =
        read_one([&](auto& b, int x) { return max ? b.max_pool_2d(x, given) : b.average_pool_2d(x, given); });
    CHECK(read.node().kind == (max ? OpKind::max_pool_2d : OpKind::average_pool_2d));
    const auto& a = read.attributes<PoolAttributes>();
    CHECK(a.padding == Padding::same);
    CHECK(a.stride.height == 2);
    CHECK(a.filter.height == 3);
    CHECK(a.filter.width == 2);
    CHECK(a.activation == Activation::relu);
  }
}

TEST_CASE("add, sub and mul keep their operands' order and activation, and may lack options") {
  const auto sub =
      read_one([](auto& b, int x) { return b.sub(b.constant({2}, ramp(2)), x, Activation::relu_n1_to_1); });
  CHECK(sub.node().kind == OpKind::sub);
  CHECK(sub.graph.tensor(sub.node().inputs[0]).is_constant());
  CHECK(sub.node().inputs[1] == sub.graph.input);
  CHECK(sub.attributes<FusedAttributes>().activation == Activation::relu_n1_to_1);
  CHECK(
      read_one([](auto& b, int x) { return b.mul(x, x, Activation::relu); }).attributes<FusedAttributes>().activation ==
      Activation::relu);
  const auto bare = read_one([](auto& b, int x) { return b.op(Code::ADD, {x, x}, b.shape(x)); });
  CHECK(bare.attributes<FusedAttributes>().activation == Activation::none);
}

TEST_CASE("axes may count from the end") {
  const auto concat = read_one([](auto& b, int x) { return b.concatenation({x, x, x}, -1); });
  CHECK(concat.attributes<ConcatAttributes>().axis == 3);
  CHECK(concat.node().inputs.size() == 3);
  const auto mean = read_one([](auto& b, int x) { return b.mean(x, {-2, 1, 1}, true); });
  CHECK(mean.attributes<MeanAttributes>().axes == std::vector<int>{1, 2});
  CHECK(mean.attributes<MeanAttributes>().keep_dims);
  CHECK(mean.node().inputs.size() == 1);
  CHECK(refusal(one([](auto& b, int x) {
          return b.op(Code::MEAN, {x, b.constant({1}, std::vector<std::int32_t>{4})}, {1, 6, 5, 2}, {}, [](auto& f) {
            return TfliteBuilder::options(tflite::BuiltinOptions::ReducerOptions, tflite::CreateReducerOptions(f));
          });
        })) == "Mean #0: axis 4 is not in a tensor of rank 4");
}

TEST_CASE("paddings move into the attributes, a value with them") {
  const auto pad = read_one([](auto& b, int x) { return b.pad(x, {{0, 0}, {1, 2}, {3, 0}, {0, 0}}); });
  CHECK(pad.attributes<PadAttributes>().amounts == std::vector<std::array<int, 2>>{{0, 0}, {1, 2}, {3, 0}, {0, 0}});
  CHECK(pad.attributes<PadAttributes>().value == 0);
  const auto v2 = read_one([](auto& b, int x) {
    const int y = b.pad(x, {{0, 0}, {1, 1}, {1, 1}, {0, 0}});
    b.operators[0].code = Code::PADV2;
    b.operators[0].inputs.push_back(b.constant({1}, std::vector<float>{-1.5f}));
    return y;
  });
  CHECK(v2.node().kind == OpKind::pad);
  CHECK(v2.attributes<PadAttributes>().value == -1.5f);
  CHECK(refusal(one([](auto& b, int x) { return b.pad(x, {{0, 0}, {1, -2}, {0, 0}, {0, 0}}); })) ==
        "Pad #0: axis 1 is padded by 1 and -2, must be at least 0");
  CHECK(refusal(one([](auto& b, int x) { return b.pad(x, {{0, 0}, {1, 2}}); })) ==
        "Pad #0: its paddings have shape [2, 2], wanted [4, 2]");
}

TEST_CASE("reshape takes its target from the constant, else from its options") {
  CHECK(read_one([](auto& b, int x) { return b.reshape(x, {-1, 60}); }).attributes<ReshapeAttributes>().shape ==
        Shape{-1, 60});
  TfliteBuilder b = one([](auto& b, int x) { return b.reshape(x, {1, 60}); });
  b.operators[0].inputs.resize(1);
  const auto graph = read_tflite(b.build());
  REQUIRE(graph);
  CHECK(std::get<ReshapeAttributes>(graph->nodes[0].attributes).shape == Shape{1, 60});
}

TEST_CASE(
    "a target shape that the network would compute is the one it declares, without the operators that compute it") {
  TfliteBuilder b;
  const int x = b.input({1, 6, 5, 2});
  const int shape = b.op(Code::SHAPE, {x}, {4}, {.type = ElementType::i32});
  const int batch = b.op(Code::STRIDED_SLICE, {shape}, {});
  const int target = b.op(Code::PACK, {batch}, {2});
  const int y = b.op(Code::RESHAPE, {x, target}, {1, 60});
  b.output(b.relu(y));
  const auto graph = read_tflite(b.build());
  REQUIRE(graph);
  REQUIRE(graph->nodes.size() == 2);
  CHECK(std::get<ReshapeAttributes>(graph->nodes[0].attributes).shape == Shape{1, 60});
  b.tensor(y).shape_signature = {-1, -1};
  CHECK(refusal(b) == "Reshape #3: its target shape is computed while running and axis 1 is left open");
}

TEST_CASE("squeeze and expand_dims become reshapes that keep the batch") {
  TfliteBuilder b;
  const int x = b.input({1, 1, 5, 1});
  b.output(b.squeeze(x, {1, 3}));
  b.output(b.op(Code::SQUEEZE, {x}, {1, 5}));
  b.output(b.op(Code::EXPAND_DIMS, {x, b.constant({}, std::vector<std::int32_t>{-2})}, {1, 1, 5, 1, 1}));
  const auto graph = read_tflite(b.build());
  REQUIRE(graph);
  const auto target = [&](std::size_t i) { return std::get<ReshapeAttributes>(graph->nodes[i].attributes).shape; };
  CHECK(graph->nodes[0].kind == OpKind::reshape);
  CHECK(target(0) == Shape{1, 5});
  CHECK(target(1) == Shape{1, 5});
  CHECK(target(2) == Shape{1, 1, 5, 1, 1});
  CHECK(graph->nodes[2].inputs.size() == 1);
  CHECK(refusal(one([](auto& f, int y) { return f.squeeze(y, {0}); })) == "SQUEEZE #0: it drops the batch axis");
  CHECK(refusal(one([](auto& f, int y) { return f.squeeze(y, {1}); })) ==
        "SQUEEZE #0: it drops axis 1 of [1, 6, 5, 2], whose extent is not 1");
  CHECK(refusal(one([](auto& f, int y) {
          return f.op(Code::EXPAND_DIMS, {y, f.constant({1}, std::vector<std::int32_t>{0})}, {1, 1, 6, 5, 2});
        })) == "EXPAND_DIMS #0: it puts an axis before the batch");
}

TEST_CASE("softmax, leaky_relu and prelu keep what shapes them") {
  CHECK(read_one([](auto& b, int x) { return b.softmax(x, 0.5f); }).attributes<SoftmaxAttributes>().beta == 0.5f);
  CHECK(read_one([](auto& b, int x) { return b.leaky_relu(x, 0.2f); }).attributes<LeakyReluAttributes>().alpha == 0.2f);
  CHECK(read_one([](auto& b, int x) { return b.prelu(x, b.constant({1, 1, 2}, ramp(2))); }).node().inputs.size() == 2);
  CHECK(refusal(one([](auto& b, int x) { return b.softmax(x, 0); })) ==
        "Softmax #0: beta is 0, must be positive and finite");
}

TEST_CASE("resize takes its size from the constant") {
  const ResizeAttributes given{12, 7, false, true};
  for (const bool nearest : {false, true}) {
    const auto read =
        read_one([&](auto& b, int x) { return nearest ? b.resize_nearest(x, given) : b.resize_bilinear(x, given); });
    CHECK(read.node().kind == (nearest ? OpKind::resize_nearest : OpKind::resize_bilinear));
    const auto& a = read.attributes<ResizeAttributes>();
    CHECK(a.height == 12);
    CHECK(a.width == 7);
    CHECK_FALSE(a.align_corners);
    CHECK(a.half_pixel_centers);
    CHECK(read.node().inputs.size() == 1);
  }
  CHECK(refusal(one([](auto& b, int x) {
          return b.resize_bilinear(x, {0, 7, false, false}, {.shape = Shape{1, 1, 7, 2}});
        })) == "ResizeBilinear #0: size_h is 0, must be at least 1");
}

TEST_CASE("operators without options are read by their code") {
  const std::pair<Code, OpKind> kinds[] = {{Code::LOGISTIC, OpKind::logistic},
                                           {Code::TANH, OpKind::tanh},
                                           {Code::RELU, OpKind::relu},
                                           {Code::RELU6, OpKind::relu6},
                                           {Code::RELU_N1_TO_1, OpKind::relu_n1_to_1},
                                           {Code::HARD_SWISH, OpKind::hard_swish}};
  for (const auto& [code, kind] : kinds)
    CHECK(read_one([&](auto& b, int x) { return b.unary(code, x); }).node().kind == kind);
}

TEST_CASE("strides, dilations and filters are at least 1") {
  ConvAttributes a = TfliteBuilder::same_padding();
  const auto conv = [&](const ConvAttributes& given) {
    return refusal(one([&](auto& b, int x) {
      return b.op(Code::CONV_2D, {x, weights(b, {3, 1, 1, 2})}, {1, 6, 5, 3}, {}, [given](auto& f) {
        return TfliteBuilder::options(
            tflite::BuiltinOptions::Conv2DOptions,
            tflite::CreateConv2DOptions(f, tflite::Padding::SAME, given.stride.width, given.stride.height,
                                        tflite::ActivationFunctionType::NONE, given.dilation.width,
                                        given.dilation.height));
      });
    }));
  };
  a.stride.height = 0;
  CHECK(conv(a) == "Conv2D #0: stride_h is 0, must be at least 1");
  a.stride = {1, 1};
  a.dilation.width = -1;
  CHECK(conv(a) == "Conv2D #0: dilation_w is -1, must be at least 1");
}

TEST_CASE("a fused activation outside the four is named") {
  const auto with_tanh = [](auto& f) {
    return TfliteBuilder::options(tflite::BuiltinOptions::AddOptions,
                                  tflite::CreateAddOptions(f, tflite::ActivationFunctionType::TANH));
  };
  CHECK(refusal(one([&](auto& b, int x) { return b.op(Code::ADD, {x, x}, b.shape(x), {}, with_tanh); }),
                ErrorCode::unsupported_operator) ==
        "Add #0: fused activation TANH is not supported; supported are RELU, RELU6 and RELU_N1_TO_1");
}

TEST_CASE("a dense layer in a shuffled weights format is refused") {
  const auto shuffled = [](auto& f) {
    return TfliteBuilder::options(tflite::BuiltinOptions::FullyConnectedOptions,
                                  tflite::CreateFullyConnectedOptions(f, tflite::ActivationFunctionType::NONE,
                                                                      tflite::WeightsFormat::SHUFFLED4x16INT8));
  };
  CHECK(refusal(one([&](auto& b, int x) {
                  return b.op(Code::FULLY_CONNECTED, {x, weights(b, {3, 60})}, {1, 3}, {}, shuffled);
                }),
                ErrorCode::unsupported_operator) ==
        "FullyConnected #0: weights format SHUFFLED4x16INT8 is not supported, wanted DEFAULT");
}

TEST_CASE("options, operands and constants that an operator needs must be there") {
  CHECK(refusal(one([](auto& b, int x) { return b.op(Code::CONV_2D, {x, weights(b, {3, 1, 1, 2})}, {1, 6, 5, 3}); })) ==
        "Conv2D #0: its options are missing");
  CHECK(refusal(one([](auto& b, int x) { return b.op(Code::CONV_2D, {x}, {1, 6, 5, 3}); })) ==
        "Conv2D #0 has 1 inputs, wanted 2 to 3");
  CHECK(refusal(one([](auto& b, int x) {
          return b.op(Code::ADD, {kNoTensor, x}, {1, 6, 5, 2}, {.type = ElementType::f32, .quantization = Quant{}});
        })) == "Add #0: its input 0 is absent");
  TfliteBuilder computed = one([](auto& b, int x) { return b.mean(x, {1, 2}); });
  computed.tensor(computed.operators[0].inputs[1]).data.clear();
  CHECK(refusal(computed).starts_with("Mean #0: its list of axes (tensor "));
  CHECK(refusal(one([](auto& b, int x) { return b.mean(x, std::vector<std::int32_t>(17, 1)); })) ==
        "Mean #0: its list of axes has 17 numbers, at most 16 are allowed");
  TfliteBuilder two = one([](auto& b, int x) { return b.relu(x); });
  two.operators[0].outputs.push_back(two.activation({1}));
  CHECK(refusal(two) == "Relu #0 has 2 outputs, wanted 1");
}

}  // namespace
}  // namespace whybox
