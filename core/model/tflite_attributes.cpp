// Options of a .tflite file's operators, one small reader per kind.
#include "model/tflite_attributes.h"

#include <algorithm>
#include <cmath>

namespace whybox {

using Context = OperatorContext;

namespace {

template <class... Args>
std::unexpected<Error> bad(const Context& c, std::format_string<Args...> text, Args&&... args) {
  return fail(ErrorCode::bad_model, "{}: {}", place(c.op), std::format(text, std::forward<Args>(args)...));
}

template <class Table>
Result<const Table*> options(const Context& c) {
  const Table* table = c.op.op.template builtin_options_as<Table>();
  if (!table) return bad(c, "its options are missing");
  return table;
}

// ---- values that many operators share ----------------------------------------------------------------------------------

Result<Activation> fused(const Context& c, tflite::ActivationFunctionType activation) {
  switch (activation) {
    case tflite::ActivationFunctionType::NONE: return Activation::none;
    case tflite::ActivationFunctionType::RELU: return Activation::relu;
    case tflite::ActivationFunctionType::RELU6: return Activation::relu6;
    case tflite::ActivationFunctionType::RELU_N1_TO_1: return Activation::relu_n1_to_1;
    default: break;
  }
  const char* name = tflite::EnumNameActivationFunctionType(activation);
  return fail(ErrorCode::unsupported_operator,
              "{}: fused activation {} is not supported; supported are RELU, RELU6 and RELU_N1_TO_1", place(c.op),
              *name ? name : std::to_string(static_cast<int>(activation)));
}

Result<Padding> padding(const Context& c, tflite::Padding padding) {
  if (padding == tflite::Padding::SAME) return Padding::same;
  if (padding == tflite::Padding::VALID) return Padding::valid;
  return bad(c, "padding is {}, wanted 0 (SAME) or 1 (VALID)", static_cast<int>(padding));
}

Result<Stride> at_least_one(const Context& c, std::string_view what, int height, int width) {
  if (height < 1) return bad(c, "{}_h is {}, must be at least 1", what, height);
  if (width < 1) return bad(c, "{}_w is {}, must be at least 1", what, width);
  return Stride{height, width};
}

/// A list of numbers that must be known before anything runs.
Result<std::vector<int>> constant_ints(const Context& c, std::size_t i, std::string_view what) {
  const TensorInfo& tensor = c.input(i);
  if (!tensor.is_constant()) return bad(c, "its {} (tensor \"{}\") must be a constant", what, tensor.name);
  if (const std::int64_t count = element_count(tensor.shape); count > static_cast<std::int64_t>(2 * kMaxRank))
    return bad(c, "its {} has {} numbers, at most {} are allowed", what, count, 2 * kMaxRank);
  auto values = constant_as_ints(tensor);
  if (!values) return fail_in(place(c.op), std::move(values).error());
  return values;
}

Result<int> axis_within(const Context& c, int axis, std::size_t rank) {
  const int positive = axis < 0 ? axis + static_cast<int>(rank) : axis;
  if (positive < 0 || static_cast<std::size_t>(positive) >= rank)
    return bad(c, "axis {} is not in a tensor of rank {}", axis, rank);
  return positive;
}

/// The output shape the file declares, for a target that the network would compute (Keras' Reshape, from the batch size).
Result<Shape> declared_shape(const Context& c) {
  const auto* signature = c.network.tensors()->Get(static_cast<flatbuffers::uoffset_t>(c.op.output))->shape_signature();
  for (flatbuffers::uoffset_t i = 1; i < size_of(signature); ++i)
    if (signature->Get(i) < 0) return bad(c, "its target shape is computed while running and axis {} is left open", i);
  if (c.output().shape.empty()) return bad(c, "its target shape is computed while running and not declared");
  return c.output().shape;
}

/// ADD, SUB and MUL, whose options may be missing.
template <class Options>
Result<Attributes> binary_attributes(const Context& c) {
  FusedAttributes a;
  if (const Options* o = c.op.op.builtin_options_as<Options>()) {
    WHYBOX_TRY(a.activation, fused(c, o->fused_activation_function()));
  }
  return a;
}

template <class Options>
Result<Attributes> resize_attributes(const Context& c) {
  WHYBOX_TRY(const auto* o, options<Options>(c));
  std::vector<int> size;
  if (c.input(1).is_constant()) {
    WHYBOX_TRY(size, constant_ints(c, 1, "size"));
  } else {
    WHYBOX_TRY(const auto shape, declared_shape(c));
    if (shape.size() == 4) size = {shape[1], shape[2]};
  }
  if (size.size() != 2) return bad(c, "its size has {} numbers, wanted height and width", size.size());
  WHYBOX_TRY(const auto checked, at_least_one(c, "size", size[0], size[1]));
  return ResizeAttributes{checked.height, checked.width, o->align_corners(), o->half_pixel_centers()};
}

}  // namespace

// ---- one reader per kind of options ------------------------------------------------------------------------------------

Result<Attributes> read_no_attributes(const Context&) { return std::monostate{}; }

Result<Attributes> read_conv_attributes(const Context& c) {
  WHYBOX_TRY(const auto* o, options<tflite::Conv2DOptions>(c));
  ConvAttributes a;
  WHYBOX_TRY(a.padding, padding(c, o->padding()));
  WHYBOX_TRY(a.stride, at_least_one(c, "stride", o->stride_h(), o->stride_w()));
  WHYBOX_TRY(a.dilation, at_least_one(c, "dilation", o->dilation_h_factor(), o->dilation_w_factor()));
  WHYBOX_TRY(a.activation, fused(c, o->fused_activation_function()));
  return a;
}

Result<Attributes> read_depthwise_attributes(const Context& c) {
  WHYBOX_TRY(const auto* o, options<tflite::DepthwiseConv2DOptions>(c));
  ConvAttributes a;
  WHYBOX_TRY(a.padding, padding(c, o->padding()));
  WHYBOX_TRY(a.stride, at_least_one(c, "stride", o->stride_h(), o->stride_w()));
  WHYBOX_TRY(a.dilation, at_least_one(c, "dilation", o->dilation_h_factor(), o->dilation_w_factor()));
  WHYBOX_TRY(a.activation, fused(c, o->fused_activation_function()));
  const Shape &data = c.input(0).shape, &weights = c.input(1).shape;
  if (data.size() != 4 || weights.size() != 4)
    return bad(c, "input {} and weights {} must both have rank 4", to_string(data), to_string(weights));
  // The option repeats what the shapes say, and newer converters leave it at 0.
  a.depth_multiplier = o->depth_multiplier() != 0 ? o->depth_multiplier() : weights[3] / data[3];
  if (std::int64_t{a.depth_multiplier} * data[3] != weights[3])
    return bad(c, "depth multiplier {} on {} channels does not give the {} channels of the weights", a.depth_multiplier,
               data[3], weights[3]);
  return a;
}

Result<Attributes> read_transpose_conv_attributes(const Context& c) {
  WHYBOX_TRY(const auto* o, options<tflite::TransposeConvOptions>(c));
  ConvAttributes a;
  WHYBOX_TRY(a.padding, padding(c, o->padding()));
  WHYBOX_TRY(a.stride, at_least_one(c, "stride", o->stride_h(), o->stride_w()));
  WHYBOX_TRY(a.activation, fused(c, o->fused_activation_function()));
  if (!c.input(0).is_constant()) {
    WHYBOX_CHECK(declared_shape(c));
    return a;
  }
  WHYBOX_TRY(const auto shape, constant_ints(c, 0, "output shape"));
  if (shape != c.output().shape)
    return bad(c, "its output shape is given as {} and declared as {}", to_string(shape), to_string(c.output().shape));
  return a;
}

Result<Attributes> read_pool_attributes(const Context& c) {
  WHYBOX_TRY(const auto* o, options<tflite::Pool2DOptions>(c));
  PoolAttributes a;
  WHYBOX_TRY(a.padding, padding(c, o->padding()));
  WHYBOX_TRY(a.stride, at_least_one(c, "stride", o->stride_h(), o->stride_w()));
  WHYBOX_TRY(a.filter, at_least_one(c, "filter", o->filter_height(), o->filter_width()));
  WHYBOX_TRY(a.activation, fused(c, o->fused_activation_function()));
  return a;
}

Result<Attributes> read_fully_connected_attributes(const Context& c) {
  WHYBOX_TRY(const auto* o, options<tflite::FullyConnectedOptions>(c));
  if (o->weights_format() != tflite::WeightsFormat::DEFAULT)
    return fail(ErrorCode::unsupported_operator, "{}: weights format {} is not supported, wanted DEFAULT", place(c.op),
                tflite::EnumNameWeightsFormat(o->weights_format()));
  FusedAttributes a;
  WHYBOX_TRY(a.activation, fused(c, o->fused_activation_function()));
  return a;
}

Result<Attributes> read_concat_attributes(const Context& c) {
  WHYBOX_TRY(const auto* o, options<tflite::ConcatenationOptions>(c));
  ConcatAttributes a;
  WHYBOX_TRY(a.axis, axis_within(c, o->axis(), c.input(0).shape.size()));
  WHYBOX_TRY(a.activation, fused(c, o->fused_activation_function()));
  return a;
}

Result<Attributes> read_mean_attributes(const Context& c) {
  WHYBOX_TRY(const auto* o, options<tflite::ReducerOptions>(c));
  WHYBOX_TRY(const auto axes, constant_ints(c, 1, "list of axes"));
  MeanAttributes a;
  a.keep_dims = o->keep_dims();
  for (const int axis : axes) {
    WHYBOX_TRY(const int positive, axis_within(c, axis, c.input(0).shape.size()));
    a.axes.push_back(positive);
  }
  std::ranges::sort(a.axes);
  a.axes.erase(std::ranges::unique(a.axes).begin(), a.axes.end());
  return a;
}

Result<Attributes> read_pad_attributes(const Context& c) {
  WHYBOX_TRY(const auto amounts, constant_ints(c, 1, "list of paddings"));
  const std::size_t rank = c.input(0).shape.size();
  if (c.input(1).shape != Shape{static_cast<int>(rank), 2})
    return bad(c, "its paddings have shape {}, wanted {}", to_string(c.input(1).shape),
               to_string({static_cast<int>(rank), 2}));
  PadAttributes a;
  for (std::size_t axis = 0; axis < rank; ++axis) {
    const std::array pair{amounts[2 * axis], amounts[2 * axis + 1]};
    if (pair[0] < 0 || pair[1] < 0)
      return bad(c, "axis {} is padded by {} and {}, must be at least 0", axis, pair[0], pair[1]);
    a.amounts.push_back(pair);
  }
  if (c.op.inputs.size() < 3) return a;
  if (!c.input(2).is_constant() || element_count(c.input(2).shape) != 1)
    return bad(c, "its padding value (tensor \"{}\") must be one constant", c.input(2).name);
  WHYBOX_TRY(const auto value, constant_as_floats(c.input(2)));
  a.value = value[0];
  return a;
}

Result<Attributes> read_reshape_attributes(const Context& c) {
  const bool given = c.op.inputs.size() > 1;
  if (given && !c.input(1).is_constant()) {
    WHYBOX_TRY(auto shape, declared_shape(c));
    return ReshapeAttributes{std::move(shape)};
  }
  if (given) {
    WHYBOX_TRY(auto shape, constant_ints(c, 1, "target shape"));
    return ReshapeAttributes{std::move(shape)};
  }
  WHYBOX_TRY(const auto* o, options<tflite::ReshapeOptions>(c));
  if (size_of(o->new_shape()) > kMaxRank)
    return bad(c, "its target has rank {}, at most {} is allowed", o->new_shape()->size(), kMaxRank);
  ReshapeAttributes a;
  for (flatbuffers::uoffset_t i = 0; i < size_of(o->new_shape()); ++i) a.shape.push_back(o->new_shape()->Get(i));
  return a;
}

/// Drops extents of 1: those named, or all but the batch where none is.
Result<Attributes> read_squeeze_attributes(const Context& c) {
  const Shape& shape = c.input(0).shape;
  std::vector<bool> dropped(shape.size(), false);
  const auto* o = c.op.op.builtin_options_as<tflite::SqueezeOptions>();
  const auto* dims = o ? o->squeeze_dims() : nullptr;
  if (size_of(dims) > kMaxRank) return bad(c, "it drops {} axes, at most {} are allowed", dims->size(), kMaxRank);
  for (flatbuffers::uoffset_t i = 0; i < size_of(dims); ++i) {
    WHYBOX_TRY(const int axis, axis_within(c, dims->Get(i), shape.size()));
    if (axis == 0) return bad(c, "it drops the batch axis");
    if (shape[static_cast<std::size_t>(axis)] != 1)
      return bad(c, "it drops axis {} of {}, whose extent is not 1", axis, to_string(shape));
    dropped[static_cast<std::size_t>(axis)] = true;
  }
  ReshapeAttributes a;
  for (std::size_t i = 0; i < shape.size(); ++i)
    if (size_of(dims) == 0 ? i == 0 || shape[i] != 1 : !dropped[i]) a.shape.push_back(shape[i]);
  return a;
}

Result<Attributes> read_expand_dims_attributes(const Context& c) {
  WHYBOX_TRY(const auto axes, constant_ints(c, 1, "axis"));
  if (axes.size() != 1) return bad(c, "it names {} axes, wanted 1", axes.size());
  ReshapeAttributes a{c.input(0).shape};
  WHYBOX_TRY(const int axis, axis_within(c, axes[0], a.shape.size() + 1));
  if (axis == 0) return bad(c, "it puts an axis before the batch");
  a.shape.insert(a.shape.begin() + axis, 1);
  return a;
}

Result<Attributes> read_softmax_attributes(const Context& c) {
  WHYBOX_TRY(const auto* o, options<tflite::SoftmaxOptions>(c));
  if (!std::isfinite(o->beta()) || o->beta() <= 0) return bad(c, "beta is {}, must be positive and finite", o->beta());
  return SoftmaxAttributes{o->beta()};
}

Result<Attributes> read_leaky_relu_attributes(const Context& c) {
  WHYBOX_TRY(const auto* o, options<tflite::LeakyReluOptions>(c));
  if (!std::isfinite(o->alpha())) return bad(c, "alpha is {}, must be finite", o->alpha());
  return LeakyReluAttributes{o->alpha()};
}

Result<Attributes> read_add_attributes(const Context& c) { return binary_attributes<tflite::AddOptions>(c); }
Result<Attributes> read_sub_attributes(const Context& c) { return binary_attributes<tflite::SubOptions>(c); }
Result<Attributes> read_mul_attributes(const Context& c) { return binary_attributes<tflite::MulOptions>(c); }
Result<Attributes> read_resize_bilinear_attributes(const Context& c) {
  return resize_attributes<tflite::ResizeBilinearOptions>(c);
}
Result<Attributes> read_resize_nearest_attributes(const Context& c) {
  return resize_attributes<tflite::ResizeNearestNeighborOptions>(c);
}

}  // namespace whybox
