#include <algorithm>
#include <array>

#include "superpixels/blur.h"
#include "superpixels/segmentation.h"

namespace whybox {
namespace {

constexpr std::uint8_t kMidGrey = 128;

Image constant(const Image& image, std::uint8_t value) {
  return {image.height, image.width, std::vector<std::uint8_t>(image.pixels.size(), value)};
}

Image means(const Image& image, const Segmentation& segmentation) {
  struct Sum {
    std::array<std::uint64_t, 3> rgb{};
    std::uint64_t pixels = 0;
  };
  std::vector<Sum> sums(segmentation.count);
  for (std::size_t i = 0; i < segmentation.labels.size(); ++i) {
    auto& [rgb, pixels] = sums[segmentation.labels[i]];
    for (std::size_t c = 0; c < 3; ++c) rgb[c] += image.pixels[i * 3 + c];
    ++pixels;
  }
  Image out = image;
  for (std::size_t i = 0; i < segmentation.labels.size(); ++i) {
    const auto& [rgb, pixels] = sums[segmentation.labels[i]];
    for (std::size_t c = 0; c < 3; ++c) out.pixels[i * 3 + c] = std::uint8_t((rgb[c] + pixels / 2) / pixels);
  }
  return out;
}

Image blur(const Image& image) {
  const auto values = gaussian_blur(image, kBlurPart * float(std::min(image.height, image.width)));
  Image out = image;
  std::ranges::transform(values, out.pixels.begin(), [](float v) { return std::uint8_t(std::min(v + 0.5f, 255.0f)); });
  return out;
}

}  // namespace

std::vector<std::string_view> fill_choices() { return {"mean", "grey", "blur", "black"}; }

Result<Image> fill_image(const Image& image, const Segmentation& segmentation, std::string_view fill) {
  if (segmentation.height != image.height || segmentation.width != image.width)
    return fail(ErrorCode::shape_mismatch, "fill: the superpixels are {} x {}, the picture is {} x {}", segmentation.height,
                segmentation.width, image.height, image.width);
  if (fill == "mean") return means(image, segmentation);
  if (fill == "grey") return constant(image, kMidGrey);
  if (fill == "blur") return blur(image);
  if (fill == "black") return constant(image, 0);
  return fail(ErrorCode::invalid_argument, "fill: got \"{}\", wanted mean, grey, blur or black", fill);
}

}  // namespace whybox
