#include "ops/weights.h"

#include <algorithm>

namespace whybox {
namespace {

Result<void> check_weight_type(ElementType data, const TensorInfo& weights) {
  const bool fits = (data == ElementType::f32 && (weights.type == ElementType::f32 || weights.type == ElementType::f16 ||
                                                  weights.type == ElementType::i8)) ||
                    (data == ElementType::i8 && weights.type == ElementType::i8) ||
                    (data == ElementType::u8 && weights.type == ElementType::u8);
  if (!fits)
    return fail(ErrorCode::unsupported_type, "{} weights \"{}\" with {} data are not supported", to_string(weights.type),
                weights.name, to_string(data));
  if (is_quantized(weights.type) && !weights.quantization)
    return fail(ErrorCode::bad_model, "weights \"{}\" are {} but carry no scale", weights.name, to_string(weights.type));
  return {};
}

Result<void> check_weight_scales(const TensorInfo& weights, int channel_axis) {
  const Quantization& quantization = *weights.quantization;
  if (quantization.per_channel() && quantization.axis != channel_axis)
    return fail(ErrorCode::unsupported_type, "weights \"{}\" have scales along axis {}, wanted axis {}", weights.name,
                quantization.axis, channel_axis);
  if (weights.type == ElementType::u8 && quantization.per_channel())
    return fail(ErrorCode::unsupported_type, "uint8 weights \"{}\" have {} scales, wanted 1", weights.name,
                quantization.scales.size());
  if (weights.type == ElementType::i8 && std::ranges::any_of(quantization.zero_points, [](auto z) { return z != 0; }))
    return fail(ErrorCode::unsupported_type, "int8 weights \"{}\" have a zero point other than 0", weights.name);
  return {};
}

template <class T>
Result<void> check_bias_length(const TensorInfo& bias, const std::vector<T>& values, std::size_t count) {
  if (values.size() != count)
    return fail(ErrorCode::shape_mismatch, "bias \"{}\" has {} values, wanted {}", bias.name, values.size(), count);
  return {};
}

}  // namespace

Result<std::vector<std::int32_t>> integer_bias(const NodeView& node, std::size_t index, std::size_t count) {
  if (!node.has_input(index)) return std::vector<std::int32_t>{};
  WHYBOX_TRY(auto values, constant_as_ints(node.input(index)));
  WHYBOX_CHECK(check_bias_length(node.input(index), values, count));
  return std::vector<std::int32_t>(values.begin(), values.end());
}

Result<std::vector<float>> float_bias(const NodeView& node, std::size_t index, std::size_t count) {
  if (!node.has_input(index)) return std::vector<float>{};
  WHYBOX_TRY(auto values, constant_as_floats(node.input(index)));
  WHYBOX_CHECK(check_bias_length(node.input(index), values, count));
  return values;
}

std::vector<float> channel_scales(const TensorInfo& weights, std::size_t count) {
  std::vector<float> scales = weights.quantization->scales;
  scales.resize(count, scales.front());
  return scales;
}

std::vector<float> exchange_channels(const std::vector<float>& weights, std::size_t groups, std::size_t outputs,
                                     std::size_t area, std::size_t inputs) {
  std::vector<float> exchanged(weights.size());
  for (std::size_t g = 0; g < groups; ++g)
    for (std::size_t o = 0; o < outputs; ++o)
      for (std::size_t k = 0; k < area; ++k)
        for (std::size_t i = 0; i < inputs; ++i)
          exchanged[((g * inputs + i) * area + k) * outputs + o] = weights[((g * outputs + o) * area + k) * inputs + i];
  return exchanged;
}

Result<void> check_product(const NodeView& node, std::size_t rank, int channel_axis) {
  if (node.input_count() < 2 || node.input_count() > 3)
    return fail(ErrorCode::bad_model, "has {} inputs, wanted data, weights and at most one bias", node.input_count());
  if (!node.has_input(0) || !node.has_input(1))
    return fail(ErrorCode::bad_model, "data or weights are missing");
  const TensorInfo &data = node.input(0), &weights = node.input(1), &output = node.output();
  if (data.is_constant() || !weights.is_constant())
    return fail(ErrorCode::unsupported_type, "wanted computed data and constant weights");
  if (node.has_input(2) && !node.input(2).is_constant())
    return fail(ErrorCode::unsupported_type, "bias \"{}\" is computed, wanted a constant", node.input(2).name);
  if (weights.shape.size() != rank)
    return fail(ErrorCode::shape_mismatch, "weights \"{}\" are {}, wanted {} dimensions", weights.name,
                to_string(weights.shape), rank);
  WHYBOX_CHECK(check_weight_type(data.type, weights));
  if (is_quantized(weights.type)) WHYBOX_CHECK(check_weight_scales(weights, channel_axis));
  if (output.type != data.type)
    return fail(ErrorCode::unsupported_type, "output is {}, input is {}: they must agree", to_string(output.type),
                to_string(data.type));
  return {};
}

}  // namespace whybox
