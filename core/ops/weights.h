#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "ops/node_view.h"

namespace whybox {

/// int32 bias of a quantised product, or none. Errors: unsupported_type, shape_mismatch unless it has `count` values.
Result<std::vector<std::int32_t>> integer_bias(const NodeView& node, std::size_t index, std::size_t count);
/// float32 bias, or none.
Result<std::vector<float>> float_bias(const NodeView& node, std::size_t index, std::size_t count);

/// One scale per output channel, replicated where the file has one for all.
std::vector<float> channel_scales(const TensorInfo& weights, std::size_t count);

/// Weights of a product (convolution or dense): constant, `rank` dimensions, and of a type that goes with the data's:
/// f32 data with f32 or int8 weights; i8 data with i8 weights, zero point 0, scales along `channel_axis` or one;
/// u8 data with u8 weights, one scale. The output has the data's type. Errors: bad_model, unsupported_type, shape_mismatch.
Result<void> check_product(const NodeView& node, std::size_t rank, int channel_axis);

/// [O, area, I] in each of `groups` groups -> [I, area, O]: the weights of a product's transpose.
std::vector<float> exchange_channels(const std::vector<float>& weights, std::size_t groups, std::size_t outputs,
                                     std::size_t area, std::size_t inputs);

/// The data or null: XNNPACK takes null for "no bias".
template <class T>
const T* data_or_null(const std::vector<T>& values) {
  return values.empty() ? nullptr : values.data();
}

inline const std::int8_t* as_int8(std::span<const std::byte> bytes) {
  return reinterpret_cast<const std::int8_t*>(bytes.data());
}
inline const std::uint8_t* as_uint8(std::span<const std::byte> bytes) {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

}  // namespace whybox
