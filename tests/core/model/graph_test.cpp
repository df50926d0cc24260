#include "model/graph.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "support/tflite_builder.h"

namespace whybox {

template <class T>
TensorInfo constant(ElementType type, Shape shape, const std::vector<T>& values, std::optional<Quantization> q = {}) {
  return {"values", type, std::move(shape), std::move(q), std::as_bytes(std::span(values))};
}

TEST_CASE("a node is named by its operator and its place") {
  Graph graph;
  for (const OpKind kind :
       {OpKind::conv_2d, OpKind::depthwise_conv_2d, OpKind::relu_n1_to_1, OpKind::max_pool_2d, OpKind::add})
    graph.nodes.push_back({kind, {}, 0, {}});
  CHECK(place(graph, 0) == "Conv2D #0");
  CHECK(place(graph, 1) == "DepthwiseConv2D #1");
  CHECK(place(graph, 2) == "ReluN1To1 #2");
  CHECK(place(graph, 3) == "MaxPool2D #3");
  CHECK(place(graph, 4) == "Add #4");
}

TEST_CASE("every half-precision number is read exactly") {
  // Sign, exponent and mantissa by definition: (-1)^s 2^(e-15) (1 + m/1024), and 2^-14 m/1024 for e = 0.
  std::vector<std::uint16_t> halves;
  std::vector<float> wanted;
  for (int bits = 0; bits < 0x10000; ++bits) {
    const int exponent = bits >> 10 & 31, mantissa = bits & 1023;
    if (exponent == 31) continue;
    const double magnitude =
        exponent == 0 ? std::ldexp(mantissa / 1024.0, -14) : std::ldexp(1 + mantissa / 1024.0, exponent - 15);
    halves.push_back(static_cast<std::uint16_t>(bits));
    wanted.push_back(static_cast<float>(bits & 0x8000 ? -magnitude : magnitude));
    CHECK(testing::to_half(wanted.back()) == halves.back());
  }
  CHECK(constant_as_floats(constant(ElementType::f16, {static_cast<int>(halves.size())}, halves)) == wanted);
}

TEST_CASE("a constant is dequantised by its tensor's scale and zero point") {
  const std::vector<std::uint8_t> bytes{0, 128, 255};
  CHECK(constant_as_floats(constant(ElementType::u8, {3}, bytes, Quantization{{0.5f}, {128}, 0})) ==
        std::vector<float>{-64, 0, 63.5f});
}

TEST_CASE("a constant is dequantised slice by slice along its axis") {
  const std::vector<std::int8_t> values{1, 2, 3, 4, 5, 6, 7, 8};
  const Quantization outer{{1, 10}, {0, 1}, 0}, inner{{1, 10}, {0, 0}, 2}, middle{{1, 10}, {0, 0}, 1};
  const Shape shape{2, 2, 2};
  CHECK(constant_as_floats(constant(ElementType::i8, shape, values, outer)) ==
        std::vector<float>{1, 2, 3, 4, 40, 50, 60, 70});
  CHECK(constant_as_floats(constant(ElementType::i8, shape, values, inner)) ==
        std::vector<float>{1, 20, 3, 40, 5, 60, 7, 80});
  CHECK(constant_as_floats(constant(ElementType::i8, shape, values, middle)) ==
        std::vector<float>{1, 2, 30, 40, 5, 6, 70, 80});
}

TEST_CASE("an int32 bias keeps its digits when dequantised") {
  const std::vector<std::int32_t> values{
      16777217};  // 2^24 + 1 is no float, half of it plus 1/2 is not either: one rounding
  CHECK(constant_as_floats(constant(ElementType::i32, {1}, values, Quantization{{3.0f}, {0}, 0})) ==
        std::vector<float>{static_cast<float>(16777217.0 * 3)});
}

TEST_CASE("numbers of an int64 constant must fit into 32 bits") {
  const std::vector<std::int64_t> small{-1, 1001}, large{1, std::int64_t{1} << 40};
  CHECK(constant_as_ints(constant(ElementType::i64, {2}, small)) == std::vector<int>{-1, 1001});
  const auto refused = constant_as_ints(constant(ElementType::i64, {2}, large));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::out_of_range);
  CHECK(refused.error().message == "tensor \"values\": value 1099511627776 at 1 does not fit into 32 bits");
}

TEST_CASE("only integers are read as integers, and only constants as values") {
  const std::vector<float> floats{1};
  const auto wrong_type = constant_as_ints(constant(ElementType::f32, {1}, floats));
  REQUIRE_FALSE(wrong_type);
  CHECK(wrong_type.error().code == ErrorCode::unsupported_type);
  CHECK(wrong_type.error().message == "tensor \"values\" is float32, wanted int32 or int64");
  const TensorInfo activation{"features", ElementType::f32, {1, 2}, {}, {}};
  REQUIRE_FALSE(constant_as_floats(activation));
  CHECK(constant_as_floats(activation).error().message.find("computed while running") != std::string::npos);
}

TEST_CASE("stored values outlive what they were copied from and stay where they are") {
  Graph graph;
  std::span<const std::byte> first;
  {
    const std::vector<float> values{1, 2};
    first = store(graph, std::as_bytes(std::span(values)));
  }
  for (int i = 0; i < 100; ++i) store(graph, first);
  const Graph copy = graph;
  graph = {};
  CHECK(constant_as_floats({"kept", ElementType::f32, {2}, {}, first}) == std::vector<float>{1, 2});
  CHECK(copy.storage.size() == 101);
}

}  // namespace whybox
