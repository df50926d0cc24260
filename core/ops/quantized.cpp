#include "ops/quantized.h"

#include <cstring>

namespace whybox {
namespace {

int stored_at(ElementType type, const std::byte* stored, std::size_t i) {
  const auto raw = std::to_integer<std::uint8_t>(stored[i]);
  return type == ElementType::i8 ? static_cast<int>(static_cast<std::int8_t>(raw)) : static_cast<int>(raw);
}

}  // namespace

Affine affine_of(const TensorInfo& tensor) {
  if (!tensor.quantization || tensor.quantization->scales.empty()) return {};
  return {tensor.quantization->scales[0], static_cast<int>(tensor.quantization->zero_points[0])};
}

FloatRange range_of(Activation activation) {
  switch (activation) {
    case Activation::none: return {};
    case Activation::relu: return {0, std::numeric_limits<float>::infinity()};
    case Activation::relu6: return {0, 6};
    case Activation::relu_n1_to_1: return {-1, 1};
  }
  return {};
}

ByteRange range_of(Activation activation, const TensorInfo& tensor) {
  const ByteRange full = byte_range(tensor.type);
  const FloatRange wanted = range_of(activation);
  const Affine affine = affine_of(tensor);
  return {std::isinf(wanted.min) ? full.min : quantize_value(wanted.min, affine, full),
          std::isinf(wanted.max) ? full.max : quantize_value(wanted.max, affine, full)};
}

std::array<std::uint8_t, 256> pointwise_table(const TensorInfo& input, const TensorInfo& output,
                                              const std::function<float(float)>& f) {
  const Affine from = affine_of(input), to = affine_of(output);
  const ByteRange in_range = byte_range(input.type), out_range = byte_range(output.type);
  std::array<std::uint8_t, 256> table{};
  for (int i = 0; i < 256; ++i) {
    const int stored = quantize_value(f(from.dequantize(in_range.min + i)), to, out_range);
    table[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(stored);
  }
  return table;
}

void apply_table(const std::array<std::uint8_t, 256>& table, ElementType input_type, const std::byte* input,
                 std::byte* output, std::size_t count) {
  const int flip = input_type == ElementType::i8 ? 128 : 0;
  for (std::size_t i = 0; i < count; ++i)
    output[i] = std::byte{table[static_cast<std::size_t>((std::to_integer<int>(input[i]) + flip) & 255)]};
}

void dequantize(const TensorInfo& tensor, const std::byte* stored, float* values, std::size_t count) {
  if (tensor.type == ElementType::f32) {
    std::memcpy(values, stored, count * sizeof(float));
    return;
  }
  const Affine affine = affine_of(tensor);
  for (std::size_t i = 0; i < count; ++i) values[i] = affine.dequantize(stored_at(tensor.type, stored, i));
}

void quantize(const TensorInfo& tensor, const float* values, std::byte* stored, std::size_t count) {
  if (tensor.type == ElementType::f32) {
    std::memcpy(stored, values, count * sizeof(float));
    return;
  }
  const Affine affine = affine_of(tensor);
  const ByteRange range = byte_range(tensor.type);
  for (std::size_t i = 0; i < count; ++i)
    stored[i] = static_cast<std::byte>(static_cast<std::uint8_t>(quantize_value(values[i], affine, range)));
}

}  // namespace whybox
