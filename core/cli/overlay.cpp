#include "cli/overlay.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace whybox::cli {
namespace {

/// A colour in OKLCh: lightness 0..1, chroma, hue in degrees. Ottosson 2020, "A perceptual color space for image processing".
struct Colour {
  float lightness, chroma, hue;
};

std::array<float, 3> linear_rgb(const Colour& colour) {
  const float angle = colour.hue * std::numbers::pi_v<float> / 180;
  const float a = colour.chroma * std::cos(angle), b = colour.chroma * std::sin(angle);
  const float l = colour.lightness + 0.3963377774f * a + 0.2158037573f * b;
  const float m = colour.lightness - 0.1055613458f * a - 0.0638541728f * b;
  const float s = colour.lightness - 0.0894841775f * a - 1.2914855480f * b;
  const float l3 = l * l * l, m3 = m * m * m, s3 = s * s * s;
  return {4.0767416621f * l3 - 3.3077115913f * m3 + 0.2309699292f * s3,
          -1.2684380046f * l3 + 2.6097574011f * m3 - 0.3413193965f * s3,
          -0.0041960863f * l3 - 0.7034186147f * m3 + 1.7076147010f * s3};
}

/// sRGB's transfer curve, IEC 61966-2-1.
std::uint8_t encoded(float linear) {
  const float value = linear <= 0.0031308f ? 12.92f * linear : 1.055f * std::pow(linear, 1 / 2.4f) - 0.055f;
  return static_cast<std::uint8_t>(std::lround(255 * std::clamp(value, 0.0f, 1.0f)));
}

/// The most colourful sRGB colour of that lightness and hue, up to the chroma asked for.
Rgb to_srgb(Colour colour) {
  const auto fits = [](const std::array<float, 3>& rgb) {
    return std::ranges::all_of(rgb, [](float value) { return value >= 0 && value <= 1; });
  };
  constexpr float kChromaStep = 0.004f;  // below what an eye tells apart
  while (colour.chroma > 0 && !fits(linear_rgb(colour))) colour.chroma = std::max(0.0f, colour.chroma - kChromaStep);
  const auto rgb = linear_rgb(colour);
  return {encoded(rgb[0]), encoded(rgb[1]), encoded(rgb[2])};
}

Rgb mixed(const Rgb& below, const Rgb& above, float opacity) {
  Rgb result;
  for (std::size_t i = 0; i < 3; ++i)
    result[i] = static_cast<std::uint8_t>(std::lround(below[i] + opacity * (above[i] - below[i])));
  return result;
}

/// Luma of ITU-R BT.601.
Rgb grey_of(const std::uint8_t* pixel) {
  const auto luma = static_cast<std::uint8_t>(std::lround(0.299f * pixel[0] + 0.587f * pixel[1] + 0.114f * pixel[2]));
  return {luma, luma, luma};
}

/// Brings a map's values to a colour table's indices.
struct Scale {
  float low, high;
  std::size_t index(float value) const {
    const float t = high > low ? (value - low) / (high - low) : 0.0f;
    return static_cast<std::size_t>(std::lround(255 * std::clamp(t, 0.0f, 1.0f)));
  }
};

std::array<Rgb, 256> colour_table(MapKind kind) {
  std::array<Rgb, 256> table;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const float t = static_cast<float>(i) / 255;
    table[i] = kind == MapKind::signed_map ? diverging_colour(2 * t - 1) : sequential_colour(t);
  }
  return table;
}

}  // namespace

Rgb sequential_colour(float t) {
  t = std::clamp(t, 0.0f, 1.0f);
  // Hue turns from violet (295 degrees) through magenta, red and orange to yellow (105 + 360).
  return to_srgb({0.18f + 0.78f * t, 0.06f + 0.40f * t * (1 - t) + 0.06f * t, 295 + 170 * t});
}

Rgb diverging_colour(float t) {
  t = std::clamp(t, -1.0f, 1.0f);
  const float strength = std::abs(t);
  return to_srgb({0.97f - 0.47f * strength, 0.18f * strength, t < 0 ? 258.0f : 27.0f});
}

Image overlay(const Image& image, const ShownMap& shown, float opacity) {
  Image result = image;
  const Scale scale{shown.low, shown.high};
  const auto table = colour_table(shown.kind);
  for (std::size_t i = 0; i < shown.map.values.size(); ++i) {
    std::uint8_t* pixel = &result.pixels[3 * i];
    std::ranges::copy(mixed(grey_of(pixel), table[scale.index(shown.map.values[i])], opacity), pixel);
  }
  return result;
}

Image outlined(const Image& image, const Segmentation& segmentation) {
  constexpr Rgb kLine{255, 235, 0};
  Image result = image;
  const auto label = [&](int y, int x) {
    return segmentation.labels[std::size_t(y) * static_cast<std::size_t>(segmentation.width) + static_cast<std::size_t>(x)];
  };
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x)
      if ((x + 1 < image.width && label(y, x) != label(y, x + 1)) || (y + 1 < image.height && label(y, x) != label(y + 1, x)))
        std::ranges::copy(kLine, result.at(y, x));
  return result;
}

}  // namespace whybox::cli
