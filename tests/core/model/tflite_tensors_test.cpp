#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>

#include "core/model/networks.h"
#include "model/bundle.h"

namespace whybox {
namespace {

using namespace testing;

constexpr std::size_t kKernel = 1;  // position of "kernel" in float_network and int8_network

std::string refusal(const TfliteBuilder& b, ErrorCode code = ErrorCode::bad_model) {
  const auto graph = read_tflite(b.build());
  REQUIRE_FALSE(graph);
  CHECK(to_string(graph.error().code) == to_string(code));
  return graph.error().message;
}

TEST_CASE("an element type that is not supported is named with its tensor") {
  TfliteBuilder b = float_network();
  b.tensors[kKernel].type = tflite::TensorType::FLOAT64;
  CHECK(refusal(b, ErrorCode::unsupported_type) ==
        "tensor \"kernel\" is FLOAT64; supported are FLOAT32, FLOAT16, INT32, INT64, INT8 and UINT8");
  b.tensors[kKernel].type = static_cast<tflite::TensorType>(99);
  CHECK(refusal(b, ErrorCode::unsupported_type).starts_with("tensor \"kernel\" is type 99; "));
}

TEST_CASE("activations are float32, int8 or uint8") {
  TfliteBuilder wide = float_network();
  wide.tensor(wide.inputs[0]).type = tflite::TensorType::INT16;
  CHECK(refusal(wide, ErrorCode::unsupported_type).starts_with("tensor \"image\" is INT16; "));
  TfliteBuilder whole = float_network();
  whole.tensor(whole.inputs[0]).type = tflite::TensorType::INT32;
  CHECK(refusal(whole, ErrorCode::unsupported_type) ==
        "tensor \"image\" is int32; an activation is float32, int8 or uint8");
}

TEST_CASE("sparse weights are refused") {
  TfliteBuilder b = float_network();
  b.tensors[kKernel].sparse = true;
  CHECK(refusal(b, ErrorCode::unsupported_type) ==
        "tensor \"kernel\" is stored sparse; export the model with dense weights");
}

TEST_CASE("extents are at least 1") {
  TfliteBuilder b = float_network();
  b.tensors[kKernel].shape = {4, 3, 0, 3};
  CHECK(refusal(b) == "tensor \"kernel\" has shape [4, 3, 0, 3]; every extent must be at least 1");
  b.tensors[kKernel].shape = {4, -3, -3, 3};
  CHECK(refusal(b) == "tensor \"kernel\" has shape [4, -3, -3, 3]; every extent must be at least 1");
}

TEST_CASE("tensors of 2^31 elements and more are refused before anything is allocated") {
  TfliteBuilder b = float_network();
  b.tensors[kKernel].shape = {65536, 32768, 1, 1};
  CHECK(
      refusal(b) ==
      "tensor \"kernel\" has shape [65536, 32768, 1, 1], that is 2147483648 elements, at most 2147483647 are allowed");
  b.tensors[kKernel].shape =
      std::vector<std::int32_t>(4, std::numeric_limits<std::int32_t>::max());  // wraps around in 64 bits
  CHECK(refusal(b).find("at most 2147483647 are allowed") != std::string::npos);
  b.tensors[kKernel].shape = std::vector<std::int32_t>(9, 1);
  CHECK(refusal(b) == "tensor \"kernel\" has rank 9, at most 8 is allowed");
}

TEST_CASE("a shape signature has the shape's rank") {
  TfliteBuilder b = float_network();
  b.tensors[kKernel].shape_signature = {-1, 3, 3};
  CHECK(refusal(b) == "tensor \"kernel\" has a shape of rank 4 and a shape signature of rank 3");
}

TEST_CASE("a constant has as many bytes as its shape needs") {
  TfliteBuilder b = float_network();
  b.tensors[kKernel].data.pop_back();
  CHECK(refusal(b) == "tensor \"kernel\" of shape [4, 3, 3, 3] and type float32 has 431 bytes of data, wanted 432");
  b.tensors[kKernel].data.resize(436);
  CHECK(refusal(b).ends_with("has 436 bytes of data, wanted 432"));
}

TEST_CASE("weights that are infinite or not a number are refused") {
  for (const float value :
       {std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(), std::nanf("")}) {
    TfliteBuilder b;
    auto weights = ramp(3);
    weights[2] = value;
    b.output(b.conv_2d(b.input({1, 2, 2, 3}), b.constant({1, 1, 1, 3}, weights, {}, "kernel")));
    CHECK(refusal(b, ErrorCode::not_finite) == "tensor \"kernel\" holds values that are infinite or not a number");
    TfliteBuilder half;
    half.output(
        half.conv_2d(half.input({1, 2, 2, 3}), half.dequantize(half.half_constant({1, 1, 1, 3}, weights, "kernel"))));
    CHECK(refusal(half, ErrorCode::not_finite) == "tensor \"kernel\" holds values that are infinite or not a number");
  }
}

TEST_CASE("weights that overflow when dequantised are refused") {
  TfliteBuilder b;
  const int weights = b.constant({1, 1, 1, 1}, std::vector<std::int8_t>{127}, quant(3e38f, 0));
  const int kernel = b.dequantize(weights);
  b.tensor(kernel).name = "kernel";
  b.output(b.conv_2d(b.input({1, 2, 2, 1}), kernel));
  CHECK(refusal(b, ErrorCode::not_finite) == "tensor \"kernel\" holds values that are infinite or not a number");
}

TEST_CASE("scales are positive and finite, one per tensor or one per slice") {
  TfliteBuilder b = int8_network();
  Quant& q = b.tensors[kKernel].quantization;
  const Quant right = q;
  q.scales = {0.5f, 0};
  CHECK(refusal(b) == "tensor \"kernel\": scale 1 is 0, must be positive and finite");
  q.scales = {std::numeric_limits<float>::quiet_NaN(), 1};
  CHECK(refusal(b).starts_with("tensor \"kernel\": scale 0 is "));
  q = right;
  q.scales.push_back(1);
  CHECK(refusal(b) == "tensor \"kernel\" has 3 scales along axis 0, which do not fit its shape [2, 1, 1, 3]");
  q = right;
  q.axis = 7;
  CHECK(refusal(b) == "tensor \"kernel\" has 2 scales along axis 7, which do not fit its shape [2, 1, 1, 3]");
  q = {};
  CHECK(refusal(b) == "tensor \"kernel\" is int8 but has no scale");
}

TEST_CASE("zero points fit the scales and the element type") {
  TfliteBuilder b = int8_network();
  Quant& q = b.tensors[kKernel].quantization;
  q.zero_points = {0, 128};
  CHECK(refusal(b) == "tensor \"kernel\": zero point 1 is 128, must be in [-128, 127] for int8");
  q.zero_points = {0, 0, 0};
  CHECK(refusal(b) == "tensor \"kernel\" has 2 scales and 3 zero points");
  q.zero_points = {};  // all 0
  CHECK(read_tflite(b.build()).has_value());
  TfliteBuilder unsigned_input = uint8_network();
  unsigned_input.tensors[1].quantization = quant(0.1f, -1);
  CHECK(refusal(unsigned_input).ends_with("zero point 0 is -1, must be in [0, 255] for uint8"));
}

TEST_CASE("an activation has one scale") {
  TfliteBuilder b = int8_network();
  b.tensor(b.inputs[0]).quantization = {{1, 1, 1}, {0, 0, 0}, 3};
  CHECK(refusal(b) == "tensor \"image\" has 3 scales; an activation has one");
}

TEST_CASE("a tensor's name is made fit for a message") {
  TfliteBuilder b = float_network();
  b.tensors[kKernel].name = "bad\xff\nname";
  b.tensors[kKernel].shape = {0};
  CHECK(refusal(b) == "tensor \"bad??name\" has shape [0]; every extent must be at least 1");
}

}  // namespace
}  // namespace whybox
