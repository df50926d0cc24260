#include <catch2/catch_test_macros.hpp>
#include <cstring>

#include "base/rng.h"
#include "core/model/networks.h"
#include "model/bundle.h"
#include "support/zip_builder.h"

namespace whybox {

using namespace testing;

/// The error's message; fails the test if there is none of that code.
std::string refusal(const std::vector<std::byte>& file, ErrorCode code) {
  const auto graph = read_tflite(file);
  REQUIRE_FALSE(graph);
  CHECK(to_string(graph.error().code) == to_string(code));
  return graph.error().message;
}
std::string refusal(const TfliteBuilder& b, ErrorCode code = ErrorCode::bad_model) { return refusal(b.build(), code); }

TEST_CASE("a float network keeps its order, shapes, names and values") {
  const auto graph = read_tflite(float_network().build());
  REQUIRE(graph);
  REQUIRE(graph->nodes.size() == 4);
  CHECK(place(*graph, 0) == "Conv2D #0");
  CHECK(place(*graph, 3) == "Softmax #3");
  CHECK(graph->tensor(graph->input).name == "image");
  CHECK(graph->tensor(graph->input).shape == Shape{1, 8, 6, 3});
  REQUIRE(graph->outputs.size() == 1);
  CHECK(graph->tensor(graph->outputs[0]).name == "scores");
  CHECK(graph->tensor(graph->outputs[0]).shape == Shape{1, 2});

  const Node& conv = graph->nodes[0];
  REQUIRE(conv.inputs.size() == 3);
  CHECK(conv.inputs[0] == graph->input);
  CHECK(graph->tensor(conv.output).name == "features");
  CHECK(graph->tensor(conv.output).shape == Shape{1, 8, 6, 4});
  CHECK_FALSE(graph->tensor(conv.output).is_constant());
  CHECK(constant_as_floats(graph->tensor(conv.inputs[1])) == ramp(108));
}

TEST_CASE("a graph outlives the file it was read from") {
  auto file = float_network().build();
  auto graph = read_tflite(file);
  REQUIRE(graph);
  std::ranges::fill(file, std::byte{0});
  file.clear();
  const Graph copy = *graph;
  *graph = {};
  CHECK(constant_as_floats(copy.tensor(copy.nodes[0].inputs[1])) == ramp(108));
}

TEST_CASE("an int8 network keeps its scales per channel") {
  const auto graph = read_tflite(int8_network().build());
  REQUIRE(graph);
  const TensorInfo& kernel = graph->tensor(graph->nodes[0].inputs[1]);
  REQUIRE(kernel.quantization);
  CHECK(kernel.quantization->per_channel());
  CHECK(kernel.type == ElementType::i8);
  CHECK(constant_as_floats(kernel) == std::vector<float>{0.5f, -1, 1.5f, -1, 1.25f, -1.5f});
  const TensorInfo& features = graph->tensor(graph->nodes[0].output);
  CHECK(features.quantization->scales == std::vector<float>{0.1f});
  CHECK(features.quantization->zero_points == std::vector<std::int64_t>{3});
  CHECK(graph->nodes.back().inputs.size() == 2);  // no bias
}

TEST_CASE("a uint8 network keeps the quantize and dequantize nodes at its ends") {
  const auto graph = read_tflite(uint8_network().build());
  REQUIRE(graph);
  CHECK(graph->nodes.front().kind == OpKind::quantize);
  CHECK(graph->nodes.back().kind == OpKind::dequantize);
  CHECK(graph->tensor(graph->nodes[0].output).type == ElementType::u8);
}

TEST_CASE("operator codes are read from the old one-byte field as well") {
  TfliteBuilder b = float_network();
  b.old_operator_codes = true;
  const auto graph = read_tflite(b.build());
  REQUIRE(graph);
  CHECK(graph->nodes[0].kind == OpKind::conv_2d);
  CHECK(graph->nodes[3].kind == OpKind::softmax);
}

TEST_CASE("several outputs are read, and what no output needs is left out") {
  TfliteBuilder b;
  const int x = b.input({1, 4, 4, 1});
  const int y = b.relu(x);
  const int z = b.logistic(y);
  b.op(tflite::BuiltinOperator::ARG_MAX, {z}, {1, 4, 4});  // not supported, not needed
  b.output(y);
  b.output(z);
  const auto graph = read_tflite(b.build());
  REQUIRE(graph);
  CHECK(graph->outputs == std::vector<TensorId>{y, z});
  CHECK(graph->nodes.size() == 2);
}

TEST_CASE("float16 weights behind DEQUANTIZE become float32 constants") {
  TfliteBuilder b;
  const int x = b.input({1, 2, 2, 1});
  const int kernel = b.dequantize(b.half_constant({1, 1, 1, 1}, {0.1f}));
  b.output(b.conv_2d(x, kernel));
  const auto graph = read_tflite(b.build());
  REQUIRE(graph);
  REQUIRE(graph->nodes.size() == 1);
  const TensorInfo& weights = graph->tensor(graph->nodes[0].inputs[1]);
  CHECK(weights.type == ElementType::f32);
  CHECK(constant_as_floats(weights) == std::vector<float>{0x1.998p-4f});  // the half nearest to 0.1
}

TEST_CASE("int8 weights of a float convolution stay as they are, with their scale") {
  TfliteBuilder b;
  const int x = b.input({1, 2, 2, 1});
  b.output(b.conv_2d(x, b.constant({1, 1, 1, 1}, std::vector<std::int8_t>{-50}, quant(0.25f, 0))));
  const auto graph = read_tflite(b.build());
  REQUIRE(graph);
  const TensorInfo& weights = graph->tensor(graph->nodes[0].inputs[1]);
  CHECK(weights.type == ElementType::i8);
  CHECK(constant_as_floats(weights) == std::vector<float>{-12.5f});
}

TEST_CASE("constants are aligned to their elements wherever the file puts them") {
  TfliteBuilder b;
  b.misaligned = true;
  const int x = b.input({1, 2, 3, 1});
  const int target = b.constant({2}, std::vector<std::int64_t>{1, 6});
  const int y = b.op(tflite::BuiltinOperator::RESHAPE, {x, target}, {1, 6});
  b.output(b.fully_connected(y, b.constant({2, 6}, ramp(12))));
  const auto graph = read_tflite(b.build());
  REQUIRE(graph);
  CHECK(std::get<ReshapeAttributes>(graph->nodes[0].attributes).shape == Shape{1, 6});
  for (const TensorInfo& tensor : graph->tensors)
    if (tensor.is_constant())
      CHECK(reinterpret_cast<std::uintptr_t>(tensor.constant.data()) % byte_size(tensor.type) == 0);
}

TEST_CASE("an open batch counts as one example") {
  TfliteBuilder b = float_network();
  for (auto& tensor : b.tensors)
    if (tensor.data.empty()) {
      tensor.shape_signature = tensor.shape;
      tensor.shape_signature[0] = -1;
    }
  b.tensor(b.inputs[0]).shape[0] = -1;  // some converters write it here as well
  const auto graph = read_tflite(b.build());
  REQUIRE(graph);
  CHECK(graph->tensor(graph->input).shape == Shape{1, 8, 6, 3});
}

// ---- refusals: the container -------------------------------------------------------------------------------------------

TEST_CASE("files that are no TensorFlow Lite model are refused with what they seem to be") {
  CHECK(refusal(as_bytes(""), ErrorCode::bad_model) == "not a TensorFlow Lite file: it has 0 bytes");
  CHECK(refusal(as_bytes("background\ntench\n"), ErrorCode::bad_model) ==
        "not a TensorFlow Lite file: identifier \"grou\" at byte 4, wanted \"TFL3\"");
  CHECK(refusal(as_bytes("  <!DOCTYPE html><html>"), ErrorCode::bad_model)
            .ends_with("; it is a web page, the link led to one instead of the model"));
  CHECK(
      refusal(as_bytes("version https://git-lfs.github.com/spec/v1\n"), ErrorCode::bad_model).find("Git LFS pointer") !=
      std::string::npos);
  CHECK(refusal(as_bytes("\x89HDF\r\n\x1a\n"), ErrorCode::bad_model).find("Keras HDF5") != std::string::npos);
}

TEST_CASE("a file of another format version is refused") {
  TfliteBuilder b = float_network();
  b.version = 2;
  CHECK(refusal(b) == "the file's format version is 2, wanted 3");
}

TEST_CASE("a file without a network is refused") {
  TfliteBuilder b = float_network();
  b.subgraphs = 0;
  CHECK(refusal(b) == "the file holds no network (no subgraph)");
}

TEST_CASE("further subgraphs that nothing calls are ignored") {
  TfliteBuilder b = float_network();
  b.subgraphs = 3;
  CHECK(read_tflite(b.build()).has_value());
}

// ---- refusals: inputs, outputs and the order of things -------------------------------------------------------------------

TEST_CASE("one image input is wanted") {
  TfliteBuilder two = float_network();
  two.input({1, 3}, ElementType::f32, {}, "age");
  CHECK(refusal(two) == "the network has 2 inputs: tensor \"image\", tensor \"age\"; one is wanted, the image");
  TfliteBuilder none = float_network();
  none.inputs.clear();
  CHECK(refusal(none) == "the network has 0 inputs; one is wanted, the image");
  TfliteBuilder flat;
  flat.output(flat.relu(flat.input({1, 784})));
  CHECK(refusal(flat) == "the network's input, tensor \"image\", has shape [1, 784]; wanted an image [1, H, W, C]");
  TfliteBuilder pair;
  pair.output(pair.relu(pair.input({2, 4, 4, 3})));
  CHECK(refusal(pair).ends_with("has shape [2, 4, 4, 3]; wanted one image at a time, [1, H, W, C]"));
  TfliteBuilder open = float_network();
  open.tensor(open.inputs[0]).shape_signature = {-1, -1, -1, 3};
  CHECK(refusal(open).ends_with("leaves axis 1 open; export the model with a fixed image size"));
}

TEST_CASE("outputs must exist and be computed") {
  TfliteBuilder none = float_network();
  none.outputs.clear();
  CHECK(refusal(none) == "the network has no output");
  TfliteBuilder beyond = float_network();
  beyond.outputs = {99};
  CHECK(refusal(beyond).starts_with("the network's output is tensor 99, it has "));
  TfliteBuilder passed = float_network();
  passed.outputs = passed.inputs;
  CHECK(refusal(passed) == "the network's output, tensor \"image\", is computed by no operator");
}

TEST_CASE("a cyclic graph is refused by the first tensor that is read too early") {
  TfliteBuilder b;
  const int x = b.input({1, 4, 4, 1});
  const int late = b.activation({1, 4, 4, 1}, ElementType::f32, {}, "late");
  const int sum = b.add(x, late);
  b.operators.push_back({tflite::BuiltinOperator::RELU, {sum}, {late}, {}, {}, {}});
  b.output(late);
  CHECK(refusal(b) == "tensor \"late\" is read by Add #0 before anything writes it");
}

TEST_CASE("a dangling tensor is refused") {
  TfliteBuilder b;
  const int x = b.input({1, 4, 4, 1});
  b.output(b.add(x, b.activation({1, 4, 4, 1}, ElementType::f32, {}, "nowhere")));
  CHECK(refusal(b) == "tensor \"nowhere\" is read by Add #0 before anything writes it");
}

TEST_CASE("a tensor is written once, and neither the input nor a constant at all") {
  TfliteBuilder twice;
  const int x = twice.input({1, 4, 4, 1});
  const int y = twice.relu(x);
  twice.operators.push_back({tflite::BuiltinOperator::TANH, {x}, {y}, {}, {}, {}});
  twice.output(y);
  CHECK(refusal(twice) == "tensor \"t1\" is written twice, by Relu #0 and by Tanh #1");

  TfliteBuilder input;
  const int image = input.input({1, 4, 4, 1});
  const int z = input.relu(image);
  input.operators.push_back({tflite::BuiltinOperator::TANH, {z}, {image}, {}, {}, {}});
  input.output(image);
  CHECK(refusal(input) == "tensor \"image\" is written by Tanh #1, but it is the network's input");

  TfliteBuilder constant;
  const int w = constant.relu(constant.input({1, 1, 1, 1}));
  constant.tensor(w).data.resize(4);
  constant.output(w);
  CHECK(refusal(constant) == "tensor \"t1\" is written by Relu #0, but it is a constant");
}

TEST_CASE("an operator on constants alone is refused") {
  TfliteBuilder b;
  const int x = b.input({1, 1, 1, 1});
  const int one = b.constant({1, 1, 1, 1}, std::vector<float>{1});
  b.output(b.add(x, b.relu(one)));
  CHECK(refusal(b, ErrorCode::unsupported_operator) == "Relu #0: all its inputs are constants");
}

TEST_CASE("indices of tensors, buffers and operator codes must be in range") {
  TfliteBuilder tensor = float_network();
  tensor.operators[0].inputs[1] = 1000;
  CHECK(refusal(tensor).starts_with("Conv2D #0: its input 1 is tensor 1000, the network has "));
  TfliteBuilder negative = float_network();
  negative.operators[0].outputs[0] = -2;
  CHECK(refusal(negative).starts_with("Conv2D #0: its output is tensor -2, the network has "));
  TfliteBuilder buffer = float_network();
  buffer.tensors[1].buffer = 77;
  CHECK(refusal(buffer).starts_with("tensor \"kernel\" wants buffer 77, the file has "));
  TfliteBuilder code = float_network();
  code.operators[2].opcode_index = 9;
  CHECK(refusal(code) == "operator #2 wants operator code 9, the file has 4");
}

TEST_CASE("weights that many operators share cannot add up to more memory than the file justifies") {
  TfliteBuilder b;
  int x = b.input({1, 1, 1, 1024});
  const int weights = b.constant({1024, 1024}, std::vector<float>(1024 * 1024, 0.001f));
  x = b.reshape(x, {1, 1024});
  for (int i = 0; i < 20; ++i) x = b.fully_connected(x, weights);  // 80 MB to pack from a file of 4 MB
  b.output(x);
  CHECK(refusal(b).find("far more than the file has") != std::string::npos);
}

// ---- damage ------------------------------------------------------------------------------------------------------------

TEST_CASE("a file cut anywhere is an error") {
  for (const auto& network : {float_network(), int8_network(), uint8_network()}) {
    const auto file = network.build();
    for (std::size_t length = 0; length < file.size(); length += 97) {
      const std::vector<std::byte> cut(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(length));
      const auto graph = read_tflite(cut);
      REQUIRE_FALSE(graph);
      CHECK(graph.error().code == ErrorCode::bad_model);
      CHECK_FALSE(graph.error().message.empty());
    }
  }
}

TEST_CASE("a file with flipped bits is read or refused, and what is read holds together") {
  const std::vector<std::vector<std::byte>> files{float_network().build(), int8_network().build(),
                                                  uint8_network().build()};
  Rng rng(20, 26);
  int refused = 0;
  constexpr int kRounds = 2000;
  for (int round = 0; round < kRounds; ++round) {
    auto file = files[static_cast<std::size_t>(round) % files.size()];
    for (int flips = 1 + rng.below(4); flips > 0; --flips)
      file[static_cast<std::size_t>(rng.below(static_cast<int>(file.size())))] ^= std::byte(1 << rng.below(8));
    const auto model = read_model(file, "flipped");
    refused += !model;
    if (!model) {
      CHECK_FALSE(model.error().message.empty());
      continue;
    }
    for (const TensorInfo& tensor : model->graph.tensors)
      if (tensor.is_constant())
        CHECK(tensor.constant.size() == static_cast<std::size_t>(element_count(tensor.shape)) * byte_size(tensor.type));
  }
  CHECK(refused > kRounds / 10);
  CHECK(refused < kRounds);
}

}  // namespace whybox
