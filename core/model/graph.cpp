#include "model/graph.h"

#include <bit>
#include <cctype>
#include <cstring>
#include <limits>

namespace whybox {
namespace {

/// IEEE 754 binary16 to binary32; exact, since every half is a float.
float from_half(std::uint16_t half) {
  const std::uint32_t sign = (half & 0x8000u) << 16;
  const std::uint32_t exponent = (half >> 10) & 0x1fu, mantissa = half & 0x3ffu;
  if (exponent == 0x1f) return std::bit_cast<float>(sign | 0x7f800000u | (mantissa << 13));
  if (exponent == 0) {  // subnormal: mantissa * 2^-24
    const float magnitude = static_cast<float>(mantissa) * 0x1p-24f;
    return sign ? -magnitude : magnitude;
  }
  return std::bit_cast<float>(sign | ((exponent + 127 - 15) << 23) | (mantissa << 13));
}

/// Element i of a little-endian array that need not be aligned.
template <class T>
T element(std::span<const std::byte> bytes, std::size_t i) {
  T value;
  std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
  return value;
}

double stored_value(const TensorInfo& tensor, std::size_t i) {
  switch (tensor.type) {
    case ElementType::f32: return element<float>(tensor.constant, i);
    case ElementType::f16: return from_half(element<std::uint16_t>(tensor.constant, i));
    case ElementType::i32: return element<std::int32_t>(tensor.constant, i);
    case ElementType::i64: return static_cast<double>(element<std::int64_t>(tensor.constant, i));
    case ElementType::i8: return element<std::int8_t>(tensor.constant, i);
    case ElementType::u8: return element<std::uint8_t>(tensor.constant, i);
  }
  return 0;
}

/// Elements between two neighbours along `axis`.
std::size_t step_along(const Shape& shape, int axis) {
  std::size_t step = 1;
  for (std::size_t i = static_cast<std::size_t>(axis) + 1; i < shape.size(); ++i)
    step *= static_cast<std::size_t>(shape[i]);
  return step;
}

void dequantize(const TensorInfo& tensor, std::vector<float>& values) {
  const Quantization& q = *tensor.quantization;
  const std::size_t step = q.per_channel() ? step_along(tensor.shape, q.axis) : 1;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t slice = q.per_channel() ? i / step % q.scales.size() : 0;
    // The difference is taken before rounding to float: an int32 bias has more digits than a float holds.
    values[i] =
        static_cast<float>(q.scales[slice] * (stored_value(tensor, i) - static_cast<double>(q.zero_points[slice])));
  }
}

}  // namespace

std::string_view to_string(ElementType type) {
  switch (type) {
    case ElementType::f32: return "float32";
    case ElementType::f16: return "float16";
    case ElementType::i32: return "int32";
    case ElementType::i64: return "int64";
    case ElementType::i8: return "int8";
    case ElementType::u8: return "uint8";
  }
  return "";
}

std::size_t byte_size(ElementType type) {
  switch (type) {
    case ElementType::f32:
    case ElementType::i32: return 4;
    case ElementType::f16: return 2;
    case ElementType::i64: return 8;
    case ElementType::i8:
    case ElementType::u8: return 1;
  }
  return 0;
}

std::string_view to_string(OpKind kind) {
  switch (kind) {
    case OpKind::conv_2d: return "conv_2d";
    case OpKind::depthwise_conv_2d: return "depthwise_conv_2d";
    case OpKind::transpose_conv: return "transpose_conv";
    case OpKind::fully_connected: return "fully_connected";
    case OpKind::add: return "add";
    case OpKind::sub: return "sub";
    case OpKind::mul: return "mul";
    case OpKind::concatenation: return "concatenation";
    case OpKind::average_pool_2d: return "average_pool_2d";
    case OpKind::max_pool_2d: return "max_pool_2d";
    case OpKind::mean: return "mean";
    case OpKind::pad: return "pad";
    case OpKind::reshape: return "reshape";
    case OpKind::softmax: return "softmax";
    case OpKind::logistic: return "logistic";
    case OpKind::tanh: return "tanh";
    case OpKind::relu: return "relu";
    case OpKind::relu6: return "relu6";
    case OpKind::relu_n1_to_1: return "relu_n1_to_1";
    case OpKind::hard_swish: return "hard_swish";
    case OpKind::leaky_relu: return "leaky_relu";
    case OpKind::prelu: return "prelu";
    case OpKind::resize_bilinear: return "resize_bilinear";
    case OpKind::resize_nearest: return "resize_nearest_neighbor";
    case OpKind::quantize: return "quantize";
    case OpKind::dequantize: return "dequantize";
  }
  return "";
}

std::string display_name(OpKind kind) {
  std::string name;
  bool upper = true;  // at the start, after an underscore and after a digit: "conv_2d" -> "Conv2D"
  for (const char c : to_string(kind)) {
    if (c != '_') name += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    upper = c == '_' || (c >= '0' && c <= '9');
  }
  return name;
}

std::string place(const Graph& graph, std::size_t node_index) {
  return std::format("{} #{}", display_name(graph.nodes[node_index].kind), node_index);
}

Result<std::vector<float>> constant_as_floats(const TensorInfo& tensor) {
  if (!tensor.is_constant())
    return fail(ErrorCode::unsupported_type, "tensor \"{}\" is computed while running, a constant is wanted",
                tensor.name);
  std::vector<float> values(static_cast<std::size_t>(element_count(tensor.shape)));
  if (tensor.quantization) {
    dequantize(tensor, values);
  } else if (tensor.type == ElementType::f32) {
    std::memcpy(values.data(), tensor.constant.data(), values.size() * sizeof(float));
  } else {
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(stored_value(tensor, i));
  }
  return values;
}

Result<std::vector<int>> constant_as_ints(const TensorInfo& tensor) {
  if (!tensor.is_constant())
    return fail(ErrorCode::unsupported_type, "tensor \"{}\" is computed while running, a constant is wanted",
                tensor.name);
  if (tensor.type != ElementType::i32 && tensor.type != ElementType::i64)
    return fail(ErrorCode::unsupported_type, "tensor \"{}\" is {}, wanted int32 or int64", tensor.name,
                to_string(tensor.type));
  std::vector<int> values(static_cast<std::size_t>(element_count(tensor.shape)));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::int64_t value = tensor.type == ElementType::i32 ? element<std::int32_t>(tensor.constant, i)
                                                               : element<std::int64_t>(tensor.constant, i);
    if (value < std::numeric_limits<int>::min() || value > std::numeric_limits<int>::max())
      return fail(ErrorCode::out_of_range, "tensor \"{}\": value {} at {} does not fit into 32 bits", tensor.name,
                  value, i);
    values[i] = static_cast<int>(value);
  }
  return values;
}

std::span<const std::byte> store(Graph& graph, std::span<const std::byte> values) {
  return *graph.storage.emplace_back(std::make_shared<const std::vector<std::byte>>(values.begin(), values.end()));
}

}  // namespace whybox
