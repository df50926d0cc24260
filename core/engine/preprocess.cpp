#include "engine/preprocess.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

namespace whybox {
namespace {

constexpr std::uint8_t kMidGrey = 128;

/// Luma weights of R, G, B; ITU-R BT.601-7, section 2.5.1.
constexpr std::array<float, 3> kLuma{0.299f, 0.587f, 0.114f};

int scaled(int extent, double factor, int most) { return std::clamp(int(std::lround(extent * factor)), 1, most); }

Rect centred(int height, int width, int inner_height, int inner_width) {
  return {(height - inner_height) / 2, (width - inner_width) / 2, inner_height, inner_width};
}

bool whole(const Rect& rect, int height, int width) { return rect.height == height && rect.width == width; }

/// Copies a rectangle of `size` (its extents only) between two arrays of pixels of `channels` elements.
template <class Element>
struct Plane {
  Element* data;
  int width;
  Rect rect;
};
template <class Element>
void copy_rect(Plane<const Element> from, Plane<Element> to, int channels) {
  for (int y = 0; y < from.rect.height; ++y) {
    const std::size_t source = std::size_t(from.rect.top + y) * from.width + from.rect.left;
    const std::size_t target = std::size_t(to.rect.top + y) * to.width + to.rect.left;
    std::copy_n(from.data + source * channels, std::size_t(from.rect.width) * channels, to.data + target * channels);
  }
}

Image crop(const Image& image, const Rect& rect) {
  Image out{rect.height, rect.width, std::vector<std::uint8_t>(std::size_t(rect.height) * rect.width * 3)};
  copy_rect<std::uint8_t>({image.pixels.data(), image.width, rect},
                          {out.pixels.data(), out.width, {0, 0, rect.height, rect.width}}, 3);
  return out;
}

Heatmap crop(const Heatmap& map, const Rect& rect) {
  Heatmap out{rect.height, rect.width, std::vector<float>(std::size_t(rect.height) * rect.width)};
  copy_rect<float>({map.values.data(), map.width, rect}, {out.values.data(), out.width, {0, 0, rect.height, rect.width}}, 1);
  return out;
}

Result<void> check(const Normalization& normalization) {
  for (std::size_t c = 0; c < 3; ++c) {
    const float mean = normalization.mean[c], std = normalization.std[c];
    if (!std::isfinite(mean) || !std::isfinite(std) || !(std > 0))
      return fail(ErrorCode::invalid_argument,
                  "normalization, channel {}: got mean {} and std {}, wanted a finite mean and a positive std", c, mean, std);
  }
  return {};
}

Result<void> check_input(const TensorInfo& input) {
  const Shape& shape = input.shape;
  const bool picture = shape.size() == 4 && shape[0] == 1 && shape[1] > 0 && shape[2] > 0 && (shape[3] == 1 || shape[3] == 3);
  if (!picture)
    return fail(ErrorCode::shape_mismatch, "network input \"{}\": shape is {}, wanted [1, height, width, 1 or 3]", input.name,
                to_string(shape));
  if (input.type == ElementType::f32) return {};
  if (input.type != ElementType::i8 && input.type != ElementType::u8)
    return fail(ErrorCode::unsupported_type, "network input \"{}\": type is {}, wanted float32, int8 or uint8", input.name,
                to_string(input.type));
  const auto& quantization = input.quantization;
  if (!quantization || quantization->scales.size() != 1 || quantization->zero_points.size() != 1 ||
      !(quantization->scales[0] > 0) || !std::isfinite(quantization->scales[0]))
    return fail(ErrorCode::bad_model, "network input \"{}\": type is {} without one positive scale and one zero point",
                input.name, to_string(input.type));
  return {};
}

/// q = round(x / scale) + zero, saturated. Clamped first and shifted to be non-negative, so that adding a half and cutting
/// off rounds to nearest in a loop that compilers turn into vector code.
template <class Stored>
void quantize(std::span<const float> values, float scale, int zero_point, std::byte* bytes) {
  constexpr float low = std::numeric_limits<Stored>::min(), high = std::numeric_limits<Stored>::max();
  const float inverse = 1.0f / scale, zero = float(zero_point);
  auto* out = reinterpret_cast<Stored*>(bytes);  // int8 or uint8, of which no alignment is asked
  for (std::size_t i = 0; i < values.size(); ++i) {
    const float stored = std::min(high, std::max(low, values[i] * inverse + zero));  // in this order NaN becomes low
    out[i] = static_cast<Stored>(static_cast<int>(stored - low + 0.5f) + static_cast<int>(low));
  }
}

}  // namespace

std::string_view to_string(Fit fit) {
  switch (fit) {
    case Fit::stretch: return "stretch";
    case Fit::centre_crop: return "centre-crop";
    case Fit::letterbox: return "letterbox";
  }
  return "";
}

Result<Fit> parse_fit(std::string_view text) {
  for (const Fit fit : {Fit::stretch, Fit::centre_crop, Fit::letterbox})
    if (text == to_string(fit)) return fit;
  return fail(ErrorCode::invalid_argument, "fit: got \"{}\", wanted stretch, centre-crop or letterbox", text);
}

Placement place_picture(int image_height, int image_width, int height, int width, Fit fit) {
  Placement place{{0, 0, image_height, image_width}, {0, 0, height, width}};
  const double down = double(height) / image_height, across = double(width) / image_width;
  if (fit == Fit::centre_crop) {
    const double scale = std::max(down, across);
    place.picture = centred(image_height, image_width, scaled(height, 1 / scale, image_height),
                            scaled(width, 1 / scale, image_width));
  }
  if (fit == Fit::letterbox) {
    const double scale = std::min(down, across);
    place.input = centred(height, width, scaled(image_height, scale, height), scaled(image_width, scale, width));
  }
  return place;
}

Image fit_image(const Image& image, int height, int width, Fit fit) {
  const auto [picture, input] = place_picture(image.height, image.width, height, width, fit);
  Image seen = whole(picture, image.height, image.width) ? resize(image, input.height, input.width)
                                                         : resize(crop(image, picture), input.height, input.width);
  if (whole(input, height, width)) return seen;
  Image out{height, width, std::vector<std::uint8_t>(std::size_t(height) * width * 3, kMidGrey)};
  copy_rect<std::uint8_t>({seen.pixels.data(), seen.width, {0, 0, seen.height, seen.width}},
                          {out.pixels.data(), width, input}, 3);
  return out;
}

Heatmap unfit_heatmap(const Heatmap& map, int image_height, int image_width, Fit fit) {
  const auto [picture, input] = place_picture(image_height, image_width, map.height, map.width, fit);
  Heatmap seen = whole(input, map.height, map.width) ? resize(map, picture.height, picture.width)
                                                     : resize(crop(map, input), picture.height, picture.width);
  if (whole(picture, image_height, image_width)) return seen;
  Heatmap out{image_height, image_width, std::vector<float>(std::size_t(image_height) * image_width)};
  copy_rect<float>({seen.values.data(), seen.width, {0, 0, seen.height, seen.width}},
                   {out.values.data(), image_width, picture}, 1);
  return out;
}

Result<Encoder> Encoder::create(const Graph& graph, const Normalization& normalization) {
  const TensorInfo& input = graph.tensor(graph.input);
  WHYBOX_CHECK(check_input(input));
  WHYBOX_CHECK(check(normalization));
  Encoder encoder;
  encoder.height_ = input.shape[1];
  encoder.width_ = input.shape[2];
  encoder.channels_ = input.shape[3];
  encoder.type_ = input.type;
  if (input.type != ElementType::f32) {
    encoder.scale_ = input.quantization->scales[0];
    encoder.zero_point_ = static_cast<int>(input.quantization->zero_points[0]);
  }
  encoder.normalization_ = normalization;
  return encoder;
}

std::vector<float> Encoder::normalize(const Image& image) const {
  const std::size_t pixels = std::size_t(height_) * width_;
  std::vector<float> values(pixels * channels_);
  const auto& [mean, std, source] = normalization_;
  for (std::size_t i = 0; i < pixels; ++i) {
    const std::uint8_t* rgb = &image.pixels[i * 3];
    if (channels_ == 1) {
      const float luma = kLuma[0] * rgb[0] + kLuma[1] * rgb[1] + kLuma[2] * rgb[2];
      values[i] = (luma - mean[0]) / std[0];
    } else {
      for (std::size_t c = 0; c < 3; ++c) values[i * 3 + c] = (rgb[c] - mean[c]) / std[c];
    }
  }
  return values;
}

void Encoder::encode(std::span<const float> normalized, std::span<std::byte> example) const {
  switch (type_) {
    case ElementType::i8: return quantize<std::int8_t>(normalized, scale_, zero_point_, example.data());
    case ElementType::u8: return quantize<std::uint8_t>(normalized, scale_, zero_point_, example.data());
    default: std::memcpy(example.data(), normalized.data(), normalized.size_bytes());
  }
}

std::vector<std::byte> Encoder::encode(const Image& image) const {
  std::vector<std::byte> example(example_bytes());
  encode(normalize(image), example);
  return example;
}

}  // namespace whybox
