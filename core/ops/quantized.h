#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>

#include "model/graph.h"

namespace whybox {

/// Scale and zero point of a tensor quantised as a whole; {1, 0} for float.
struct Affine {
  float scale = 1;
  int zero_point = 0;

  float dequantize(int stored) const { return scale * static_cast<float>(stored - zero_point); }
};
Affine affine_of(const TensorInfo& tensor);

/// Lowest and highest stored value of an 8-bit type.
struct ByteRange {
  int min, max;
};
inline ByteRange byte_range(ElementType type) { return type == ElementType::i8 ? ByteRange{-128, 127} : ByteRange{0, 255}; }

/// Rounds to nearest, ties to even, as XNNPACK and the converters' runtime do; saturates.
inline int quantize_value(float value, Affine affine, ByteRange range) {
  const float scaled = value / affine.scale + static_cast<float>(affine.zero_point);
  // NaN compares false and ends at the minimum: a stored byte cannot say "not a number".
  const float bounded = std::fmin(std::fmax(scaled, static_cast<float>(range.min)), static_cast<float>(range.max));
  return static_cast<int>(std::nearbyint(bounded));
}

/// What an activation leaves through.
struct FloatRange {
  float min = -std::numeric_limits<float>::infinity();
  float max = std::numeric_limits<float>::infinity();
};
FloatRange range_of(Activation activation);
/// The same in stored values.
ByteRange range_of(Activation activation, const TensorInfo& tensor);

/// table[stored - range.min] = quantize(f(dequantize(stored))): a pointwise function of an 8-bit tensor, exact.
std::array<std::uint8_t, 256> pointwise_table(const TensorInfo& input, const TensorInfo& output,
                                              const std::function<float(float)>& f);
/// Applies such a table.
void apply_table(const std::array<std::uint8_t, 256>& table, ElementType input_type, const std::byte* input,
                 std::byte* output, std::size_t count);

/// Stored values to float32 and back; `count` elements.
void dequantize(const TensorInfo& tensor, const std::byte* stored, float* values, std::size_t count);
void quantize(const TensorInfo& tensor, const float* values, std::byte* stored, std::size_t count);

}  // namespace whybox
