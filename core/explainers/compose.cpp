#include "explainers/compose.h"

#include <cstring>

namespace whybox {

Mixture::Mixture(const Encoder& encoder, const Image& picture, const Image& fill)
    : pixel_bytes_(encoder.channels() * encoder.element_size()),
      row_bytes_(encoder.width() * pixel_bytes_),
      picture_(encoder.encode(picture)),
      fill_(encoder.encode(fill)) {}

void Mixture::patch(const Rect& patch, std::span<std::byte> example) const {
  std::memcpy(example.data(), picture_.data(), picture_.size());
  for (int y = patch.top; y < patch.top + patch.height; ++y) {
    const std::size_t first = y * row_bytes_ + patch.left * pixel_bytes_;
    std::memcpy(example.data() + first, fill_.data() + first, patch.width * pixel_bytes_);
  }
}

void Mixture::cut(const Segmentation& segmentation) {
  runs_.clear();
  for (std::size_t i = 0; i < segmentation.labels.size(); ++i) {
    const std::int32_t superpixel = segmentation.labels[i];
    if (runs_.empty() || runs_.back().superpixel != superpixel) runs_.push_back({superpixel, i * pixel_bytes_, 0});
    runs_.back().length += pixel_bytes_;
  }
}

void Mixture::coalition(std::span<const std::uint8_t> on, std::span<std::byte> example) const {
  std::memcpy(example.data(), picture_.data(), picture_.size());
  for (const Run& run : runs_)
    if (!on[run.superpixel]) std::memcpy(example.data() + run.first, fill_.data() + run.first, run.length);
}

}  // namespace whybox
