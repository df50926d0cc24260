#pragma once
#include <array>
#include <cstdint>

#include "cli/display.h"

namespace whybox::cli {

using Rgb = std::array<std::uint8_t, 3>;

/// Dark violet over red to pale yellow: OKLab lightness grows in proportion to t. @param t  0..1, clamped
Rgb sequential_colour(float t);
/// Blue over white to red: chroma grows and lightness falls in proportion to |t|, alike on both sides. @param t  -1..1, clamped
Rgb diverging_colour(float t);

/// A map painted over its picture (of the same extents), which is shown in grey so that hue belongs to the map alone.
/// Signed maps are painted on the diverging scale, unsigned ones on the sequential one. @param opacity  0..1
Image overlay(const Image& image, const ShownMap& shown, float opacity);

/// The picture with a line wherever two superpixels meet.
Image outlined(const Image& image, const Segmentation& segmentation);

}  // namespace whybox::cli
