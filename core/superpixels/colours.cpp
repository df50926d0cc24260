#include <algorithm>
#include <cstdlib>

#include "superpixels/segmentation.h"

namespace whybox {

Result<Segmentation> segments_of_colours(const Image& image) {
  WHYBOX_CHECK(validate(image));
  std::vector<std::int32_t> labels;
  labels.reserve(image.pixels.size() / 3);
  for (std::size_t i = 0; i < image.pixels.size(); i += 3) labels.push_back(image.pixels[i] << 16 | image.pixels[i + 1] << 8 | image.pixels[i + 2]);
  Segmentation cut = relabel(image.height, image.width, std::move(labels));
  if (cut.count < 2) return fail(ErrorCode::invalid_argument, "segments: the label image has one colour, wanted one for each segment, at least 2");
  if (cut.count > kMaxSuperpixels)
    return fail(ErrorCode::out_of_range, "segments: the label image has {} colours, wanted at most {}: one for each segment, without soft edges", cut.count,
                kMaxSuperpixels);
  return cut;
}

Result<Segmentation> segments_at(const Segmentation& segmentation, int height, int width) {
  const auto& [from_height, from_width, count, labels] = segmentation;
  // The two sides are scaled alike but for the rounding of either to whole pixels.
  const auto apart = std::abs(std::int64_t(from_height) * width - std::int64_t(from_width) * height);
  if (apart > std::max(from_height + height, from_width + width))
    return fail(ErrorCode::shape_mismatch, "segments: the label image is {} x {}, the picture {} x {}: wanted the same proportions", from_width, from_height, width,
                height);
  std::vector<std::int32_t> result;
  result.reserve(std::size_t(height) * std::size_t(width));
  for (int y = 0; y < height; ++y) {
    const std::int64_t row = (2 * std::int64_t(y) + 1) * from_height / (2 * std::int64_t(height)) * from_width;
    for (int x = 0; x < width; ++x) result.push_back(labels[std::size_t(row + (2 * std::int64_t(x) + 1) * from_width / (2 * std::int64_t(width)))]);
  }
  return relabel(height, width, std::move(result));
}

}  // namespace whybox
