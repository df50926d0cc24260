#pragma once
// Builds small .tflite files in memory for tests. Output shapes are worked out from the operands, so a network reads like a
// list of layers:
//
//   TfliteBuilder b;
//   const int x = b.input({1, 8, 8, 3});
//   const int y = b.conv_2d(x, b.constant({4, 3, 3, 3}, weights), b.constant({4}, bias));
//   b.output(b.softmax(b.fully_connected(b.mean(y, {1, 2}), dense)));
//   const std::vector<std::byte> file = b.build();
//
// `tensors`, `operators` and the rest are open, so that a test can spoil one thing and see the reader's answer to it.
#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "model/graph.h"
#include "tflite_generated.h"

namespace whybox::testing {

/// Storage of a float as IEEE 754 half precision, rounded to nearest, ties to even (finite values within its range).
inline std::uint16_t to_half(float value) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000);
  const int exponent = static_cast<int>((bits >> 23) & 0xff) - 127 + 15;
  std::uint32_t mantissa = bits & 0x7fffff;
  if (((bits >> 23) & 0xff) == 0xff) return sign | 0x7c00 | (mantissa ? 0x200 : 0);
  if (exponent >= 31) return sign | 0x7c00;
  if (exponent < -10) return sign;
  int shift = 13;
  std::uint32_t base = static_cast<std::uint32_t>(std::max(exponent, 0)) << 10;
  if (exponent <= 0) {
    mantissa |= 0x800000;
    shift = 14 - exponent;
  }
  const std::uint32_t rest = mantissa & ((1u << shift) - 1), half = 1u << (shift - 1);
  std::uint32_t rounded = base + (mantissa >> shift);
  if (rest > half || (rest == half && (rounded & 1))) ++rounded;
  return static_cast<std::uint16_t>(sign | rounded);
}

/// Scale and zero point, one each or one per slice along `axis`. No scales: not quantised.
struct Quant {
  std::vector<float> scales = {};
  std::vector<std::int64_t> zero_points = {};
  int axis = 0;
};
inline Quant quant(float scale, std::int64_t zero_point) { return {{scale}, {zero_point}, 0}; }

/// What an operator writes, where it differs from its first operand (name, type, quantisation) or from the inferred shape.
struct Out {
  std::string name = {};
  std::optional<ElementType> type = {};
  std::optional<Quant> quantization = {};
  std::optional<Shape> shape = {};
};

class TfliteBuilder {
 public:
  using Options = std::pair<tflite::BuiltinOptions, flatbuffers::Offset<void>>;

  struct TensorSpec {
    std::string name;
    tflite::TensorType type = tflite::TensorType::FLOAT32;
    std::vector<std::int32_t> shape;
    std::vector<std::byte> data = {};  ///< empty: an activation
    Quant quantization = {};
    std::vector<std::int32_t> shape_signature = {};
    bool sparse = false;
    std::optional<std::uint32_t> buffer = {};  ///< in place of a buffer of its own
  };
  struct OperatorSpec {
    tflite::BuiltinOperator code;
    std::vector<std::int32_t> inputs;
    std::vector<std::int32_t> outputs;
    std::function<Options(flatbuffers::FlatBufferBuilder&)> options = {};
    std::string custom_code = {};
    std::optional<std::uint32_t> opcode_index = {};
  };
  struct MetadataSpec {
    std::string name;
    std::vector<std::byte> data;
  };

  std::vector<TensorSpec> tensors;
  std::vector<OperatorSpec> operators;
  std::vector<std::int32_t> inputs, outputs;
  std::vector<MetadataSpec> metadata;
  std::uint32_t version = 3;
  std::size_t subgraphs = 1;
  /// Puts constants at addresses 4 above a multiple of 8, where FlatBuffers allows them but an int64 is not aligned.
  bool misaligned = false;
  /// Writes codes below 127 in the old one-byte field only, as converters before 2020 did.
  bool old_operator_codes = false;

  // ---- tensors -------------------------------------------------------------------------------------------------------
  int activation(Shape shape, ElementType type = ElementType::f32, Quant quantization = {}, std::string name = {}) {
    return add({std::move(name), tensor_type(type), std::move(shape), {}, std::move(quantization)});
  }
  int input(Shape shape, ElementType type = ElementType::f32, Quant quantization = {}, std::string name = "image") {
    const int id = activation(std::move(shape), type, std::move(quantization), std::move(name));
    inputs.push_back(id);
    return id;
  }
  void output(int tensor) { outputs.push_back(tensor); }

  /// float, std::int8_t, std::uint8_t, std::int32_t or std::int64_t values.
  template <class T>
  int constant(Shape shape, const std::vector<T>& values, Quant quantization = {}, std::string name = {}) {
    const auto bytes = std::as_bytes(std::span(values));
    return add({std::move(name),
                tensor_type(type_of<T>()),
                std::move(shape),
                {bytes.begin(), bytes.end()},
                std::move(quantization)});
  }
  int half_constant(Shape shape, const std::vector<float>& values, std::string name = {}) {
    std::vector<std::uint16_t> halves;
    for (const float value : values) halves.push_back(to_half(value));
    const auto bytes = std::as_bytes(std::span(halves));
    return add({std::move(name), tflite::TensorType::FLOAT16, std::move(shape), {bytes.begin(), bytes.end()}, {}});
  }

  static ConvAttributes same_padding() {
    ConvAttributes a;
    a.padding = Padding::same;
    return a;
  }

  // ---- operators: each returns the tensor it writes --------------------------------------------------------------------
  int conv_2d(int data, int weights, int bias = kNoTensor, ConvAttributes a = same_padding(), Out out = {}) {
    const Shape &x = shape(data), &w = shape(weights);
    return op(tflite::BuiltinOperator::CONV_2D, with_bias(data, weights, bias),
              slid(x, w[0], {w[1], w[2]}, a.stride, a.dilation, a.padding), std::move(out), [a](auto& b) {
                return options(tflite::BuiltinOptions::Conv2DOptions,
                               tflite::CreateConv2DOptions(b, padding(a.padding), a.stride.width, a.stride.height,
                                                           fused(a.activation), a.dilation.width, a.dilation.height));
              });
  }
  int depthwise_conv_2d(int data, int weights, int bias = kNoTensor, ConvAttributes a = same_padding(), Out out = {}) {
    const Shape &x = shape(data), &w = shape(weights);
    return op(tflite::BuiltinOperator::DEPTHWISE_CONV_2D, with_bias(data, weights, bias),
              slid(x, w[3], {w[1], w[2]}, a.stride, a.dilation, a.padding), std::move(out), [a](auto& b) {
                return options(tflite::BuiltinOptions::DepthwiseConv2DOptions,
                               tflite::CreateDepthwiseConv2DOptions(
                                   b, padding(a.padding), a.stride.width, a.stride.height, a.depth_multiplier,
                                   fused(a.activation), a.dilation.width, a.dilation.height));
              });
  }
  /// `size`: height and width of the output.
  int transpose_conv(int data, int weights, Stride size, int bias = kNoTensor, ConvAttributes a = same_padding(),
                     Out out = {}) {
    const Shape y{1, size.height, size.width, shape(weights)[0]};
    std::vector<std::int32_t> operands{ints(y), weights, data};
    if (bias != kNoTensor) operands.push_back(bias);
    out = like(data, std::move(out));
    return op(tflite::BuiltinOperator::TRANSPOSE_CONV, operands, y, std::move(out), [a](auto& b) {
      return options(tflite::BuiltinOptions::TransposeConvOptions,
                     tflite::CreateTransposeConvOptions(b, padding(a.padding), a.stride.width, a.stride.height,
                                                        fused(a.activation)));
    });
  }
  int fully_connected(int data, int weights, int bias = kNoTensor, Activation activation = Activation::none,
                      Out out = {}) {
    return op(tflite::BuiltinOperator::FULLY_CONNECTED, with_bias(data, weights, bias),
              {shape(data)[0], shape(weights)[0]}, std::move(out), [activation](auto& b) {
                return options(tflite::BuiltinOptions::FullyConnectedOptions,
                               tflite::CreateFullyConnectedOptions(b, fused(activation)));
              });
  }
  int average_pool_2d(int data, PoolAttributes a, Out out = {}) {
    return pool(tflite::BuiltinOperator::AVERAGE_POOL_2D, data, a, std::move(out));
  }
  int max_pool_2d(int data, PoolAttributes a, Out out = {}) {
    return pool(tflite::BuiltinOperator::MAX_POOL_2D, data, a, std::move(out));
  }
  int add(int left, int right, Activation activation = Activation::none, Out out = {}) {
    return op(tflite::BuiltinOperator::ADD, {left, right}, broadcast(left, right), std::move(out),
              [activation](auto& b) {
                return options(tflite::BuiltinOptions::AddOptions, tflite::CreateAddOptions(b, fused(activation)));
              });
  }
  int sub(int left, int right, Activation activation = Activation::none, Out out = {}) {
    return op(tflite::BuiltinOperator::SUB, {left, right}, broadcast(left, right), std::move(out),
              [activation](auto& b) {
                return options(tflite::BuiltinOptions::SubOptions, tflite::CreateSubOptions(b, fused(activation)));
              });
  }
  int mul(int left, int right, Activation activation = Activation::none, Out out = {}) {
    return op(tflite::BuiltinOperator::MUL, {left, right}, broadcast(left, right), std::move(out),
              [activation](auto& b) {
                return options(tflite::BuiltinOptions::MulOptions, tflite::CreateMulOptions(b, fused(activation)));
              });
  }
  int concatenation(std::vector<int> parts, int axis, Out out = {}) {
    Shape y = shape(parts[0]);
    const auto at = static_cast<std::size_t>(axis < 0 ? axis + static_cast<int>(y.size()) : axis);
    for (std::size_t i = 1; i < parts.size(); ++i) y[at] += shape(parts[i])[at];
    return op(tflite::BuiltinOperator::CONCATENATION, parts, y, std::move(out), [axis](auto& b) {
      return options(tflite::BuiltinOptions::ConcatenationOptions, tflite::CreateConcatenationOptions(b, axis));
    });
  }
  int mean(int data, std::vector<std::int32_t> axes, bool keep_dims = false, Out out = {}) {
    const Shape& x = shape(data);
    Shape y;
    for (int i = 0; i < static_cast<int>(x.size()); ++i) {
      const bool reduced = std::ranges::count(axes, i) + std::ranges::count(axes, i - static_cast<int>(x.size())) > 0;
      if (!reduced) y.push_back(x[static_cast<std::size_t>(i)]);
      if (reduced && keep_dims) y.push_back(1);
    }
    return op(tflite::BuiltinOperator::MEAN, {data, ints(axes)}, y, std::move(out), [keep_dims](auto& b) {
      return options(tflite::BuiltinOptions::ReducerOptions, tflite::CreateReducerOptions(b, keep_dims));
    });
  }
  int pad(int data, const std::vector<std::array<int, 2>>& amounts, Out out = {}) {
    Shape y = shape(data);
    std::vector<std::int32_t> flat;
    for (std::size_t i = 0; i < amounts.size(); ++i) {
      y[i] += amounts[i][0] + amounts[i][1];
      flat.insert(flat.end(), amounts[i].begin(), amounts[i].end());
    }
    const int paddings = constant(Shape{static_cast<int>(amounts.size()), 2}, flat);
    return op(tflite::BuiltinOperator::PAD, {data, paddings}, y, std::move(out));
  }
  int reshape(int data, Shape target, Out out = {}) {
    Shape y = target;
    if (const auto open = std::ranges::find(y, -1); open != y.end()) {
      *open = 1;
      *open = static_cast<int>(element_count(shape(data)) / std::max<std::int64_t>(1, element_count(y)));
    }
    return op(tflite::BuiltinOperator::RESHAPE, {data, ints(target)}, y, std::move(out), [target](auto& b) {
      return options(tflite::BuiltinOptions::ReshapeOptions,
                     tflite::CreateReshapeOptions(b, b.template CreateVector<std::int32_t>(target)));
    });
  }
  int squeeze(int data, std::vector<std::int32_t> dims, Out out = {}) {
    const Shape& x = shape(data);
    Shape y;
    for (int i = 0; i < static_cast<int>(x.size()); ++i)
      if (std::ranges::find(dims, i) == dims.end()) y.push_back(x[static_cast<std::size_t>(i)]);
    return op(tflite::BuiltinOperator::SQUEEZE, {data}, y, std::move(out), [dims](auto& b) {
      return options(tflite::BuiltinOptions::SqueezeOptions, tflite::CreateSqueezeOptions(b, b.CreateVector(dims)));
    });
  }
  int softmax(int data, float beta = 1, Out out = {}) {
    return op(tflite::BuiltinOperator::SOFTMAX, {data}, shape(data), std::move(out), [beta](auto& b) {
      return options(tflite::BuiltinOptions::SoftmaxOptions, tflite::CreateSoftmaxOptions(b, beta));
    });
  }
  int leaky_relu(int data, float alpha, Out out = {}) {
    return op(tflite::BuiltinOperator::LEAKY_RELU, {data}, shape(data), std::move(out), [alpha](auto& b) {
      return options(tflite::BuiltinOptions::LeakyReluOptions, tflite::CreateLeakyReluOptions(b, alpha));
    });
  }
  int prelu(int data, int alpha, Out out = {}) {
    return op(tflite::BuiltinOperator::PRELU, {data, alpha}, shape(data), std::move(out));
  }
  int resize_bilinear(int data, ResizeAttributes a, Out out = {}) {
    return op(tflite::BuiltinOperator::RESIZE_BILINEAR, {data, ints({a.height, a.width})}, resized(data, a),
              std::move(out), [a](auto& b) {
                return options(tflite::BuiltinOptions::ResizeBilinearOptions,
                               tflite::CreateResizeBilinearOptions(b, a.align_corners, a.half_pixel_centers));
              });
  }
  int resize_nearest(int data, ResizeAttributes a, Out out = {}) {
    return op(tflite::BuiltinOperator::RESIZE_NEAREST_NEIGHBOR, {data, ints({a.height, a.width})}, resized(data, a),
              std::move(out), [a](auto& b) {
                return options(tflite::BuiltinOptions::ResizeNearestNeighborOptions,
                               tflite::CreateResizeNearestNeighborOptions(b, a.align_corners, a.half_pixel_centers));
              });
  }
  /// Operators with one operand, no options and the operand's shape: RELU, LOGISTIC, TANH, HARD_SWISH, QUANTIZE, ...
  int unary(tflite::BuiltinOperator code, int data, Out out = {}) {
    return op(code, {data}, shape(data), std::move(out));
  }
  int relu(int data, Out out = {}) { return unary(tflite::BuiltinOperator::RELU, data, std::move(out)); }
  int relu6(int data, Out out = {}) { return unary(tflite::BuiltinOperator::RELU6, data, std::move(out)); }
  int logistic(int data, Out out = {}) { return unary(tflite::BuiltinOperator::LOGISTIC, data, std::move(out)); }
  int quantize(int data, ElementType type, Quant q) {
    return unary(tflite::BuiltinOperator::QUANTIZE, data, {.type = type, .quantization = std::move(q)});
  }
  int dequantize(int data) {
    return unary(tflite::BuiltinOperator::DEQUANTIZE, data, {.type = ElementType::f32, .quantization = Quant{}});
  }

  /// Any operator. The output takes its first operand's type and quantisation unless `out` says otherwise.
  int op(tflite::BuiltinOperator code, std::vector<int> operands, Shape output_shape, Out out = {},
         std::function<Options(flatbuffers::FlatBufferBuilder&)> make_options = {}) {
    const TensorSpec source =
        operands.empty() || operands[0] == kNoTensor ? TensorSpec{} : tensors.at(static_cast<std::size_t>(operands[0]));
    const int y = add({std::move(out.name),
                       out.type ? tensor_type(*out.type) : source.type,
                       out.shape ? *std::move(out.shape) : std::move(output_shape),
                       {},
                       out.quantization ? *std::move(out.quantization) : source.quantization});
    operators.push_back({code, std::move(operands), {y}, std::move(make_options)});
    return y;
  }

  template <class Table>
  static Options options(tflite::BuiltinOptions type, flatbuffers::Offset<Table> table) {
    return {type, table.Union()};
  }
  const Shape& shape(int tensor) const { return tensors.at(static_cast<std::size_t>(tensor)).shape; }
  TensorSpec& tensor(int id) { return tensors.at(static_cast<std::size_t>(id)); }

  // ---- the file --------------------------------------------------------------------------------------------------------
  std::vector<std::byte> build() const {
    flatbuffers::FlatBufferBuilder b;
    std::vector<flatbuffers::Offset<tflite::Buffer>> buffers{
        tflite::CreateBuffer(b)};  // buffer 0 is empty by convention
    std::vector<flatbuffers::Offset<tflite::Tensor>> tensor_tables;
    for (const TensorSpec& t : tensors) {
      std::uint32_t buffer = 0;
      if (!t.data.empty()) {
        buffer = static_cast<std::uint32_t>(buffers.size());
        buffers.push_back(make_buffer(b, t.data));
      }
      tensor_tables.push_back(make_tensor(b, t, t.buffer.value_or(buffer)));
    }
    std::vector<flatbuffers::Offset<tflite::Metadata>> entries;
    for (const MetadataSpec& m : metadata) {
      entries.push_back(tflite::CreateMetadata(b, b.CreateString(m.name), static_cast<std::uint32_t>(buffers.size())));
      buffers.push_back(make_buffer(b, m.data));
    }
    std::vector<flatbuffers::Offset<tflite::OperatorCode>> codes;
    std::vector<flatbuffers::Offset<tflite::Operator>> ops;
    for (const OperatorSpec& o : operators) {
      codes.push_back(make_code(b, o));
      const Options chosen = o.options ? o.options(b) : Options{tflite::BuiltinOptions::NONE, {}};
      const auto in = b.CreateVector(o.inputs), out = b.CreateVector(o.outputs);
      ops.push_back(tflite::CreateOperator(b, o.opcode_index.value_or(static_cast<std::uint32_t>(ops.size())), in, out,
                                           chosen.first, chosen.second));
    }
    std::vector<flatbuffers::Offset<tflite::SubGraph>> graphs;
    for (std::size_t i = 0; i < subgraphs; ++i)
      graphs.push_back(tflite::CreateSubGraph(b, b.CreateVector(tensor_tables), b.CreateVector(inputs),
                                              b.CreateVector(outputs), b.CreateVector(ops)));
    tflite::FinishModelBuffer(b, tflite::CreateModel(b, version, b.CreateVector(codes), b.CreateVector(graphs),
                                                     b.CreateString("built for a test"), b.CreateVector(buffers), 0,
                                                     b.CreateVector(entries)));
    const auto bytes = std::as_bytes(std::span(b.GetBufferPointer(), b.GetSize()));
    return {bytes.begin(), bytes.end()};
  }

 private:
  int add(TensorSpec spec) {
    if (spec.name.empty()) spec.name = "t" + std::to_string(tensors.size());
    tensors.push_back(std::move(spec));
    return static_cast<int>(tensors.size()) - 1;
  }
  int ints(const std::vector<std::int32_t>& values) { return constant(Shape{static_cast<int>(values.size())}, values); }
  static std::vector<int> with_bias(int data, int weights, int bias) {
    return bias == kNoTensor ? std::vector{data, weights} : std::vector{data, weights, bias};
  }
  Out like(int source, Out out) const {
    const TensorSpec& s = tensors.at(static_cast<std::size_t>(source));
    if (!out.type)
      out.type = s.type == tflite::TensorType::INT8    ? ElementType::i8
                 : s.type == tflite::TensorType::UINT8 ? ElementType::u8
                                                       : ElementType::f32;
    if (!out.quantization) out.quantization = s.quantization;
    return out;
  }
  static int extent(int size, int window, int stride, int dilation, Padding padding) {
    const int reach = (window - 1) * dilation + 1;
    return padding == Padding::same ? (size + stride - 1) / stride : (size - reach + stride) / stride;
  }
  static Shape slid(const Shape& x, int channels, Stride window, Stride stride, Stride dilation, Padding padding) {
    return {x[0], extent(x[1], window.height, stride.height, dilation.height, padding),
            extent(x[2], window.width, stride.width, dilation.width, padding), channels};
  }
  int pool(tflite::BuiltinOperator code, int data, const PoolAttributes& a, Out out) {
    const Shape& x = shape(data);
    return op(code, {data}, slid(x, x[3], a.filter, a.stride, {}, a.padding), std::move(out), [a](auto& b) {
      return options(tflite::BuiltinOptions::Pool2DOptions,
                     tflite::CreatePool2DOptions(b, padding(a.padding), a.stride.width, a.stride.height, a.filter.width,
                                                 a.filter.height, fused(a.activation)));
    });
  }
  Shape resized(int data, const ResizeAttributes& a) const {
    return {shape(data)[0], a.height, a.width, shape(data)[3]};
  }
  Shape broadcast(int left, int right) const {
    Shape a = shape(left), b = shape(right);
    if (a.size() < b.size()) std::swap(a, b);
    for (std::size_t i = 0; i < b.size(); ++i) {
      int& extent = a[a.size() - b.size() + i];
      extent = std::max(extent, b[i]);
    }
    return a;
  }

  static tflite::Padding padding(Padding p) {
    return p == Padding::same ? tflite::Padding::SAME : tflite::Padding::VALID;
  }
  static tflite::ActivationFunctionType fused(Activation activation) {
    switch (activation) {
      case Activation::none: return tflite::ActivationFunctionType::NONE;
      case Activation::relu: return tflite::ActivationFunctionType::RELU;
      case Activation::relu6: return tflite::ActivationFunctionType::RELU6;
      case Activation::relu_n1_to_1: return tflite::ActivationFunctionType::RELU_N1_TO_1;
    }
    return tflite::ActivationFunctionType::NONE;
  }
  template <class T>
  static constexpr ElementType type_of() {
    if constexpr (std::is_same_v<T, float>) return ElementType::f32;
    if constexpr (std::is_same_v<T, std::int8_t>) return ElementType::i8;
    if constexpr (std::is_same_v<T, std::uint8_t>) return ElementType::u8;
    if constexpr (std::is_same_v<T, std::int32_t>) return ElementType::i32;
    if constexpr (std::is_same_v<T, std::int64_t>) return ElementType::i64;
  }
  static tflite::TensorType tensor_type(ElementType type) {
    switch (type) {
      case ElementType::f32: return tflite::TensorType::FLOAT32;
      case ElementType::f16: return tflite::TensorType::FLOAT16;
      case ElementType::i32: return tflite::TensorType::INT32;
      case ElementType::i64: return tflite::TensorType::INT64;
      case ElementType::i8: return tflite::TensorType::INT8;
      case ElementType::u8: return tflite::TensorType::UINT8;
    }
    return tflite::TensorType::FLOAT32;
  }

  flatbuffers::Offset<tflite::Buffer> make_buffer(flatbuffers::FlatBufferBuilder& b,
                                                  const std::vector<std::byte>& data) const {
    if (misaligned) {  // the buffer grows downwards from its end, whose address is a multiple of 8
      const std::vector<std::uint8_t> filler((4 + 16 - (b.GetSize() + data.size()) % 16) % 16, 0);
      b.PushBytes(filler.data(), filler.size());
    } else {
      b.ForceVectorAlignment(data.size(), 1, 16);  // as converters write it
    }
    return tflite::CreateBuffer(b, b.CreateVector(reinterpret_cast<const std::uint8_t*>(data.data()), data.size()));
  }
  static flatbuffers::Offset<tflite::Tensor> make_tensor(flatbuffers::FlatBufferBuilder& b, const TensorSpec& t,
                                                         std::uint32_t buffer) {
    flatbuffers::Offset<tflite::QuantizationParameters> q;
    if (!t.quantization.scales.empty() || !t.quantization.zero_points.empty()) {
      const auto scales = b.CreateVector(t.quantization.scales);
      const auto zero_points = b.CreateVector(t.quantization.zero_points);
      q = tflite::CreateQuantizationParameters(b, 0, 0, scales, zero_points, tflite::QuantizationDetails::NONE, 0,
                                               t.quantization.axis);
    }
    const auto name = b.CreateString(t.name);
    const auto shape = b.CreateVector(t.shape);
    const auto sparsity =
        t.sparse ? tflite::CreateSparsityParameters(b) : flatbuffers::Offset<tflite::SparsityParameters>();
    const auto signature = t.shape_signature.empty() ? flatbuffers::Offset<flatbuffers::Vector<std::int32_t>>()
                                                     : b.CreateVector(t.shape_signature);
    return tflite::CreateTensor(b, shape, t.type, buffer, name, q, false, sparsity, signature);
  }
  flatbuffers::Offset<tflite::OperatorCode> make_code(flatbuffers::FlatBufferBuilder& b, const OperatorSpec& o) const {
    const auto custom =
        o.custom_code.empty() ? flatbuffers::Offset<flatbuffers::String>() : b.CreateString(o.custom_code);
    const int code = static_cast<int>(o.code);
    const auto old_code = static_cast<std::int8_t>(std::min(code, 127));
    return tflite::CreateOperatorCode(b, old_code, custom, 1,
                                      old_operator_codes ? tflite::BuiltinOperator::ADD : o.code);
  }
};

}  // namespace whybox::testing
