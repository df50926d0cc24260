#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/preprocess.h"
#include "superpixels/segmentation.h"

namespace whybox {

/// A picture and its stand-in, both as the network's input elements. A mixture of the two is made by copying bytes, which
/// is exactly what encoding the mixed picture would give, because every pixel is encoded by itself.
class Mixture {
 public:
  /// @param fill  of the picture's size
  Mixture(const Encoder& encoder, const Image& picture, const Image& fill);

  /// The picture, with the stand-in inside `patch`.
  void patch(const Rect& patch, std::span<std::byte> example) const;
  /// The picture where `on`, its stand-in in the superpixels that are off: h(z').
  /// @param on  [segmentation.count], 0 or 1
  void coalition(std::span<const std::uint8_t> on, std::span<std::byte> example) const;
  /// Must be called before `coalition`.
  void cut(const Segmentation& segmentation);

 private:
  /// A stretch of one row of pixels that lies in one superpixel, in bytes.
  struct Run {
    std::int32_t superpixel;
    std::size_t first;
    std::size_t length;
  };
  std::size_t pixel_bytes_;
  std::size_t row_bytes_;
  std::vector<std::byte> picture_;
  std::vector<std::byte> fill_;
  std::vector<Run> runs_;
};

}  // namespace whybox
