#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace whybox {

/// Weights of a product of unsigned bytes, laid out for a dot that adds two products with saturation at 16 bits.
///
/// A dot takes four bytes of depth for each of four outputs. Two neighbouring weights can never saturate if those above zero, and
/// those below, sum to at most 128: 255 * 128 < 2^15. Where they could, what is too much goes into an extra dot, whose four bytes each
/// output picks from sixteen: so every dot is exact, and the extra ones are few.
struct PackedDots {
  static constexpr std::size_t kBlock = 8;    ///< outputs that are computed together, by two dots
  static constexpr std::size_t kHalf = 4;     ///< outputs of a dot
  static constexpr std::size_t kGroup = 4;    ///< bytes of depth in a dot
  static constexpr std::size_t kDot = 16;     ///< bytes of weights in a dot, [4 outputs][4 of depth]
  static constexpr std::size_t kWindow = 16;  ///< bytes of depth that an extra dot picks from

  struct Extra {
    std::array<std::int8_t, kDot> weights;
    std::array<std::uint8_t, kDot> picks;  ///< which bytes of the window
    std::uint32_t offset;                  ///< byte of depth at which the window begins
  };

  std::size_t outputs = 0, depth = 0;
  std::size_t blocks = 0, groups = 0;      ///< of 8 outputs, of 4 bytes of depth, rounded up
  std::vector<std::int8_t> weights;        ///< [blocks][groups][2][kDot]
  std::vector<Extra> extras;
  std::vector<std::uint32_t> extra_begin;  ///< [blocks * 2 + 1]: the first extra dot of each half of a block

  /// Extra dots for each that there would be anyway.
  double extra_share() const { return static_cast<double>(extras.size()) / static_cast<double>(blocks * groups * 2); }
};

/// @param weights  [outputs, depth], each in -255 .. 255
PackedDots pack_dots(std::span<const std::int16_t> weights, std::size_t outputs, std::size_t depth);

}  // namespace whybox
