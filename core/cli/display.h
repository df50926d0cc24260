#pragma once
#include <CLI/CLI.hpp>
#include <span>
#include <string>

#include "session/describe.h"

namespace whybox::cli {

/// Which signs of a signed map are shown; an unsigned one has no other side.
enum class SignView { both, positive, negative, magnitude };

/// How a map is shown, beside how it was computed. Nothing of it changes the map that is written as numbers.
struct Display {
  SignView sign = SignView::both;
  double sigma = 0;   ///< standard deviation of a Gaussian, pixels of the picture; 0 for none
  double clip = 100;  ///< percentile of the values that the colour scale ends at; 100 for all of it
};

/// A map made ready for the eye: its values, how they are read, and the ends of its colour scale.
struct ShownMap {
  Heatmap map;
  MapKind kind;
  float low, high;
};

/// The options as a person types them.
struct DisplayOptions {
  std::string sign = "both";
  double sigma = 0;
  double clip = 100;
};
void add_display_options(CLI::App& app, DisplayOptions& options);
/// Errors: invalid_argument for a sign that is none, out_of_range for numbers.
Result<Display> parse_display(const DisplayOptions& options);

/// The smallest of the values that at least `percent` % of them do not exceed (nearest rank). @param percent  0..100
/// @param values  at least one
float percentile(std::span<const float> values, double percent);

/// Convolution with a Gaussian cut at 3 sigma, the map mirrored at its edges, which keeps its sum. Time O(H W sigma).
Heatmap smoothed(const Heatmap& map, double sigma);

/// Smoothed first, then the signs that are wanted, then the scale of what is left: of a signed map the percentile is that of the
/// sizes, so that zero stays in the middle.
ShownMap shown_map(const Heatmap& map, MapKind kind, const Display& display);

/// `{"sign", "smoothing_sigma", "clip_percentile"}`
Json describe(const Display& display);
/// Every option that is on, in words; empty for none.
std::string in_words(const Display& display, MapKind kind);

}  // namespace whybox::cli
