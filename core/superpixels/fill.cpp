#include <algorithm>
#include <array>
#include <charconv>

#include "superpixels/blur.h"
#include "superpixels/inpaint.h"
#include "superpixels/segmentation.h"

namespace whybox {
namespace {

constexpr std::uint8_t kMidGrey = 128;

Image constant(const Image& image, std::array<std::uint8_t, 3> colour) {
  Image out = image;
  for (std::size_t i = 0; i < out.pixels.size(); ++i) out.pixels[i] = colour[i % 3];
  return out;
}

/// "#rrggbb", capitals or not.
Result<std::array<std::uint8_t, 3>> parse_colour(std::string_view text) {
  std::array<std::uint8_t, 3> colour{};
  const bool shaped = text.size() == 7 && text[0] == '#' && text.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string_view::npos;
  if (!shaped) return fail(ErrorCode::invalid_argument, "colour: got \"{}\", wanted # and six hexadecimal digits, such as #ff8000", text);
  for (std::size_t c = 0; c < 3; ++c) std::from_chars(text.data() + 1 + 2 * c, text.data() + 3 + 2 * c, colour[c], 16);
  return colour;
}

}  // namespace

Image mean_coloured(const Image& image, const Segmentation& segmentation) {
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

namespace {

Image blur(const Image& image) {
  const auto values = gaussian_blur(image, kBlurPart * float(std::min(image.height, image.width)));
  Image out = image;
  std::ranges::transform(values, out.pixels.begin(), [](float v) { return std::uint8_t(std::min(v + 0.5f, 255.0f)); });
  return out;
}

}  // namespace

std::vector<std::string_view> fill_choices() { return {"mean", "grey", "blur", "black", "colour", "inpaint"}; }

std::vector<ParamSpec> fill_params() {
  return {
      {.id = "fill",
       .label = "Off means",
       .help = "what a superpixel that is off shows: its mean colour, mid-grey, a blur of the picture, black, a colour of yours, or its surroundings gone on",
       .kind = ParamKind::choice,
       .default_value = "mean",
       .choices = fill_choices()},
      {.id = "colour", .label = "Colour", .help = "where off means colour: # and six hexadecimal digits", .kind = ParamKind::text, .default_value = "#000000"},
  };
}

Result<Image> fill_image(const Image& image, const Segmentation& segmentation, std::string_view fill, std::string_view colour) {
  if (segmentation.height != image.height || segmentation.width != image.width)
    return fail(ErrorCode::shape_mismatch, "fill: the superpixels are {} x {}, the picture is {} x {}", segmentation.height,
                segmentation.width, image.height, image.width);
  if (fill == "mean") return mean_coloured(image, segmentation);
  if (fill == "grey") return constant(image, {kMidGrey, kMidGrey, kMidGrey});
  if (fill == "blur") return blur(image);
  if (fill == "black") return constant(image, {});
  if (fill == "inpaint") return inpainted(image, segmentation);
  if (fill == "colour") return parse_colour(colour).transform([&](auto parsed) { return constant(image, parsed); });
  return fail(ErrorCode::invalid_argument, "fill: got \"{}\", wanted mean, grey, blur, black, colour or inpaint", fill);
}

Result<Image> fill_image(const Image& image, const Segmentation& segmentation, const Params& params) {
  return fill_image(image, segmentation, params.text("fill"), params.text("colour"));
}

}  // namespace whybox
