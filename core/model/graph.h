#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/shape.h"

namespace whybox {

/// Index into Graph::tensors; kNoTensor marks an optional input that is absent (a convolution without bias).
using TensorId = int;
inline constexpr TensorId kNoTensor = -1;

enum class ElementType { f32, f16, i32, i64, i8, u8 };
std::string_view to_string(ElementType type);
std::size_t byte_size(ElementType type);

/// real = scale * (stored - zero_point). One entry per tensor, or one per slice along `axis` (weights per channel).
struct Quantization {
  std::vector<float> scales;
  std::vector<std::int64_t> zero_points;
  int axis = 0;

  bool per_channel() const { return scales.size() > 1; }
};

struct TensorInfo {
  std::string name;
  ElementType type = ElementType::f32;
  Shape shape;  ///< activations: [1, ...], the first extent stands for the batch
  std::optional<Quantization> quantization;
  /// The values of a constant, little-endian, aligned to their element size, as many bytes as the shape needs, in memory
  /// owned by Graph::storage; empty for activations.
  std::span<const std::byte> constant;

  bool is_constant() const { return constant.data() != nullptr; }
};

enum class OpKind {
  conv_2d,
  depthwise_conv_2d,
  transpose_conv,
  fully_connected,
  add,
  sub,
  mul,
  concatenation,
  average_pool_2d,
  max_pool_2d,
  mean,
  pad,
  reshape,
  softmax,
  logistic,
  tanh,
  relu,
  relu6,
  relu_n1_to_1,
  hard_swish,
  leaky_relu,
  prelu,
  resize_bilinear,
  resize_nearest,
  quantize,
  dequantize,
};
/// TensorFlow Lite's name in snake case, e.g. "conv_2d".
std::string_view to_string(OpKind kind);

/// A clamp: relu, relu6, relu_n1_to_1.
inline bool is_rectifier(OpKind kind) { return kind == OpKind::relu || kind == OpKind::relu6 || kind == OpKind::relu_n1_to_1; }

enum class Activation { none, relu, relu6, relu_n1_to_1 };
enum class Padding { same, valid };

/// Strides and dilations of a sliding window, in pixels.
struct Stride {
  int height = 1;
  int width = 1;
};

/// conv_2d, depthwise_conv_2d (weights [1, KH, KW, C * depth_multiplier]), transpose_conv (weights [O, KH, KW, I]).
struct ConvAttributes {
  Padding padding = Padding::valid;
  Stride stride;
  Stride dilation;
  int depth_multiplier = 1;
  Activation activation = Activation::none;
};
struct PoolAttributes {
  Padding padding = Padding::valid;
  Stride stride;
  Stride filter;
  Activation activation = Activation::none;
};
/// add, sub, mul, fully_connected
struct FusedAttributes {
  Activation activation = Activation::none;
};
struct ConcatAttributes {
  int axis = 0;  ///< non-negative once validated
  Activation activation = Activation::none;
};
struct MeanAttributes {
  std::vector<int> axes;  ///< sorted, non-negative once validated
  bool keep_dims = false;
};
struct PadAttributes {
  std::vector<std::array<int, 2>> amounts;  ///< {before, after} per axis
  float value = 0;
};
/// reshape, squeeze, expand_dims: the target shape, batch extent 1
struct ReshapeAttributes {
  Shape shape;
};
struct SoftmaxAttributes {
  float beta = 1;
};
struct LeakyReluAttributes {
  float alpha = 0;
};
struct ResizeAttributes {
  int height = 0;
  int width = 0;
  bool align_corners = false;
  bool half_pixel_centers = false;
};

using Attributes = std::variant<std::monostate, ConvAttributes, PoolAttributes, FusedAttributes, ConcatAttributes,
                                MeanAttributes, PadAttributes, ReshapeAttributes, SoftmaxAttributes, LeakyReluAttributes,
                                ResizeAttributes>;

struct Node {
  OpKind kind;
  std::vector<TensorId> inputs;  ///< data first, then weights, bias; axes, shapes and paddings have moved to attributes
  TensorId output = kNoTensor;
  Attributes attributes;
};

/// A network in execution order. `validate` (ops/validate.h) must have accepted it before anything runs it.
struct Graph {
  std::vector<TensorInfo> tensors;
  std::vector<Node> nodes;
  TensorId input = kNoTensor;  ///< the picture, [1, H, W, C]
  std::vector<TensorId> outputs;
  std::vector<std::shared_ptr<const std::vector<std::byte>>> storage;

  const TensorInfo& tensor(TensorId id) const { return tensors[static_cast<std::size_t>(id)]; }
  TensorInfo& tensor(TensorId id) { return tensors[static_cast<std::size_t>(id)]; }
};

/// TensorFlow Lite's name for messages, e.g. "Conv2D".
std::string display_name(OpKind kind);
/// "Conv2D #12" - how a node is named in messages.
std::string place(const Graph& graph, std::size_t node_index);

/// Values of a constant as float32, dequantised. Errors: unsupported_type.
Result<std::vector<float>> constant_as_floats(const TensorInfo& tensor);
/// Values of an i32 or i64 constant. Errors: unsupported_type, out_of_range.
Result<std::vector<int>> constant_as_ints(const TensorInfo& tensor);

/// Copies values into memory owned by the graph and returns a view of it.
std::span<const std::byte> store(Graph& graph, std::span<const std::byte> values);

}  // namespace whybox
