#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#ifdef __wasm_relaxed_simd__
#include <wasm_simd128.h>
#endif

// Sixteen bytes and four integers at a time: what the product of dot_conv.cpp needs of a processor. Where there is no relaxed SIMD,
// the same in plain C++, so that the product's exactness can be tested anywhere.
namespace whybox::lanes {

// Adding 1.5 * 2^23 to a float leaves it rounded to nearest, ties to even, in the lower bits of its mantissa.
constexpr float kMagic = 12582912.0f;
constexpr std::int32_t kMagicBits = std::bit_cast<std::int32_t>(kMagic);

/// How sums become stored values: u = clamp(round(sum * scale) + zero_point, min, max) as bytes 0 .. 255, xored with `flip` (128 for
/// int8, which has its sign there; 0 for uint8).
struct Requantization {
  int zero_point, min, max;
  std::uint8_t flip;
};

#ifdef __wasm_relaxed_simd__

using Bytes = v128_t;
using Ints = v128_t;

inline Bytes load_bytes(const void* from) { return wasm_v128_load(from); }
inline void store_bytes(void* to, Bytes bytes) { wasm_v128_store(to, bytes); }
inline Ints load_ints(const std::int32_t* from) { return wasm_v128_load(from); }
inline Bytes repeat_byte(std::uint8_t byte) { return wasm_u8x16_splat(byte); }
inline Bytes xored(Bytes a, Bytes b) { return wasm_v128_xor(a, b); }

/// Four bytes, four times.
inline Bytes repeat_four(const std::uint8_t* from) { return wasm_v128_load32_splat(from); }

/// The bytes that `places`, each 0 .. 15, name.
inline Bytes picked(Bytes from, Bytes places) { return wasm_i8x16_relaxed_swizzle(from, places); }

/// sums[i] + sum over j < 4 of weights[4 i + j] values[4 i + j], weights signed and values not, each two products added with
/// saturation at 16 bits.
inline Ints multiply_add(Ints sums, Bytes weights, Bytes values) {
  const v128_t pairs = wasm_i16x8_relaxed_dot_i8x16_i7x16(weights, values);
  return wasm_i32x4_add(sums, wasm_i32x4_dot_i16x8(pairs, wasm_i16x8_const_splat(1)));
}

/// Eight sums, each with its scale, as stored bytes.
class Rescale {
 public:
  Rescale(const float* scales, const Requantization& q)
      : low_(wasm_v128_load(scales)),
        high_(wasm_v128_load(scales + 4)),
        least_(wasm_i32x4_splat(kMagicBits + q.min - q.zero_point)),
        zero_(wasm_i32x4_splat(kMagicBits - q.zero_point)),
        most_(wasm_u8x16_splat(static_cast<std::uint8_t>(q.max))),
        flip_(wasm_u8x16_splat(q.flip)) {}

  void store(std::uint8_t* to, Ints low, Ints high) const {
    const v128_t words = wasm_i16x8_narrow_i32x4(rounded(low, low_), rounded(high, high_));
    const v128_t bytes = wasm_u8x16_min(wasm_u8x16_narrow_i16x8(words, words), most_);
    wasm_v128_store64_lane(to, wasm_v128_xor(bytes, flip_), 0);
  }

 private:
  v128_t rounded(v128_t sums, v128_t scales) const {
    const v128_t scaled = wasm_f32x4_add(wasm_f32x4_mul(wasm_f32x4_convert_i32x4(sums), scales), wasm_f32x4_const_splat(kMagic));
    return wasm_i32x4_sub(wasm_i32x4_max(scaled, least_), zero_);
  }

  v128_t low_, high_, least_, zero_, most_, flip_;
};

#else

using Bytes = std::array<std::uint8_t, 16>;
using Ints = std::array<std::int32_t, 4>;

inline Bytes load_bytes(const void* from) {
  Bytes bytes;
  std::memcpy(bytes.data(), from, bytes.size());
  return bytes;
}
inline void store_bytes(void* to, const Bytes& bytes) { std::memcpy(to, bytes.data(), bytes.size()); }
inline Ints load_ints(const std::int32_t* from) { return {from[0], from[1], from[2], from[3]}; }
inline Bytes repeat_byte(std::uint8_t byte) {
  Bytes bytes;
  bytes.fill(byte);
  return bytes;
}
inline Bytes xored(Bytes a, const Bytes& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] ^= b[i];
  return a;
}

inline Bytes repeat_four(const std::uint8_t* from) {
  Bytes bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = from[i % 4];
  return bytes;
}

inline Bytes picked(const Bytes& from, Bytes places) {
  for (std::uint8_t& place : places) place = from[place];
  return places;
}

inline Ints multiply_add(Ints sums, const Bytes& weights, const Bytes& values) {
  for (std::size_t i = 0; i < weights.size(); i += 2) {
    const auto product = [&](std::size_t at) { return static_cast<std::int8_t>(weights[at]) * values[at]; };
    sums[i / 4] += std::clamp(product(i) + product(i + 1), -32768, 32767);
  }
  return sums;
}

class Rescale {
 public:
  Rescale(const float* scales, const Requantization& q) : scales_(scales), q_(q) {}

  void store(std::uint8_t* to, const Ints& low, const Ints& high) const {
    for (std::size_t i = 0; i < 8; ++i) {
      const float scaled = static_cast<float>(i < 4 ? low[i] : high[i - 4]) * scales_[i];
      const std::int32_t bits = std::max(std::bit_cast<std::int32_t>(scaled + kMagic), kMagicBits + q_.min - q_.zero_point);
      to[i] = static_cast<std::uint8_t>(std::min(bits - kMagicBits + q_.zero_point, q_.max) ^ q_.flip);
    }
  }

 private:
  const float* scales_;
  Requantization q_;
};

#endif

}  // namespace whybox::lanes
