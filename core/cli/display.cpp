#include "cli/display.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <format>
#include <limits>
#include <nlohmann/json.hpp>

namespace whybox::cli {
namespace {

constexpr std::array<std::string_view, 4> kSigns{"both", "positive", "negative", "magnitude"};

/// Beyond three standard deviations lies 0.3 % of a Gaussian.
constexpr double kReach = 3;
/// Broader than this a map is a single blot, and the work grows with it.
constexpr double kBroadest = 1000;
/// 99.9 % of 1000 is 999.0000000000001 in binary; no map has so many values that this could skip one.
constexpr double kRounding = 1e-6;

std::vector<float> gaussian(double sigma) {
  const int radius = std::max(1, static_cast<int>(std::ceil(kReach * sigma)));
  std::vector<double> weights(2 * static_cast<std::size_t>(radius) + 1);
  double sum = 0;
  for (int i = -radius; i <= radius; ++i) sum += weights[static_cast<std::size_t>(i + radius)] = std::exp(-i * i / (2 * sigma * sigma));
  std::vector<float> result;
  for (const double weight : weights) result.push_back(static_cast<float>(weight / sum));
  return result;
}

/// Index of a pixel outside 0 .. length-1 in the picture mirrored at its edges: -1 is 0, -2 is 1.
std::size_t mirrored(int index, int length) {
  const int period = 2 * length;
  const int within = ((index % period) + period) % period;
  return static_cast<std::size_t>(within < length ? within : period - 1 - within);
}

/// Lines of values in memory, and the distance from one line, and from one value, to the next.
struct Walk {
  int lines, length;
  std::size_t line, step;
};

std::vector<float> smooth_along(std::span<const float> values, std::span<const float> weights, const Walk& walk) {
  const int radius = static_cast<int>(weights.size() / 2);
  std::vector<float> result(values.size()), padded(static_cast<std::size_t>(walk.length + 2 * radius));
  for (int l = 0; l < walk.lines; ++l) {
    const std::size_t begin = static_cast<std::size_t>(l) * walk.line;
    for (int i = 0; i < static_cast<int>(padded.size()); ++i)
      padded[static_cast<std::size_t>(i)] = values[begin + mirrored(i - radius, walk.length) * walk.step];
    for (std::size_t i = 0; i < static_cast<std::size_t>(walk.length); ++i) {
      float sum = 0;
      for (std::size_t k = 0; k < weights.size(); ++k) sum += weights[k] * padded[i + k];
      result[begin + i * walk.step] = sum;
    }
  }
  return result;
}

float seen(float value, SignView sign) {
  switch (sign) {
    case SignView::both: break;
    case SignView::positive: return std::max(0.0f, value);
    case SignView::negative: return std::min(0.0f, value);
    case SignView::magnitude: return std::abs(value);
  }
  return value;
}

}  // namespace

void add_display_options(CLI::App& app, DisplayOptions& options) {
  constexpr const char* kGroup = "How the written picture is shown (the numbers stay as computed)";
  app.add_option("--sign", options.sign, "of a signed map: both, positive, negative or magnitude")
      ->capture_default_str()
      ->type_name("SIGN")
      ->group(kGroup);
  app.add_option("--smooth", options.sigma, "smooths by a Gaussian of so many pixels; 0 is off")
      ->capture_default_str()
      ->type_name("SIGMA")
      ->group(kGroup);
  app.add_option("--clip", options.clip, "ends the colour scale at this percentile of the values; 100 is off")
      ->capture_default_str()
      ->type_name("PERCENT")
      ->group(kGroup);
}

Result<Display> parse_display(const DisplayOptions& options) {
  const auto sign = std::ranges::find(kSigns, options.sign);
  if (sign == kSigns.end())
    return fail(ErrorCode::invalid_argument, "--sign: got \"{}\", wanted both, positive, negative or magnitude", options.sign);
  if (!(options.sigma >= 0 && options.sigma <= kBroadest))
    return fail(ErrorCode::out_of_range, "--smooth: got {}, wanted 0 to {}", options.sigma, kBroadest);
  if (!(options.clip > 0 && options.clip <= 100))
    return fail(ErrorCode::out_of_range, "--clip: got {}, wanted more than 0, at most 100", options.clip);
  return Display{static_cast<SignView>(sign - kSigns.begin()), options.sigma, options.clip};
}

float percentile(std::span<const float> values, double percent) {
  std::vector<float> sorted(values.begin(), values.end());
  const double rank = std::ceil(percent * static_cast<double>(sorted.size()) / 100 - kRounding) - 1;
  const auto nth = sorted.begin() + static_cast<std::ptrdiff_t>(std::max(0.0, rank));
  std::ranges::nth_element(sorted, nth);
  return *nth;
}

Heatmap smoothed(const Heatmap& map, double sigma) {
  if (sigma <= 0) return map;
  const auto weights = gaussian(sigma);
  const std::size_t width = static_cast<std::size_t>(map.width);
  const auto rows = smooth_along(map.values, weights, {map.height, map.width, width, 1});
  return {map.height, map.width, smooth_along(rows, weights, {map.width, map.height, 1, width})};
}

ShownMap shown_map(const Heatmap& map, MapKind kind, const Display& display) {
  ShownMap shown{smoothed(map, display.sigma), kind, 0, 0};
  auto& values = shown.map.values;
  if (values.empty()) return shown;
  if (kind == MapKind::signed_map) {
    for (float& value : values) value = seen(value, display.sign);
    if (display.sign == SignView::magnitude) shown.kind = MapKind::unsigned_map;
  }
  if (shown.kind == MapKind::signed_map) {
    std::vector<float> sizes(values.size());
    std::ranges::transform(values, sizes.begin(), [](float value) { return std::abs(value); });
    // A map of nothing still needs a scale with two ends.
    shown.high = std::max(percentile(sizes, display.clip), std::numeric_limits<float>::min());
    shown.low = -shown.high;
  } else {
    shown.low = std::ranges::min(values);
    shown.high = percentile(values, display.clip);
  }
  return shown;
}

Json describe(const Display& display) {
  return {{"sign", kSigns[static_cast<std::size_t>(display.sign)]},
          {"smoothing_sigma", display.sigma},
          {"clip_percentile", display.clip}};
}

std::string in_words(const Display& display, MapKind kind) {
  std::string words;
  const auto add = [&](std::string word) { words += (words.empty() ? "" : ", ") + std::move(word); };
  if (kind == MapKind::signed_map && display.sign != SignView::both)
    add(display.sign == SignView::magnitude ? "sizes without signs" : std::format("{} values only", kSigns[std::size_t(display.sign)]));
  if (display.sigma > 0) add(std::format("smoothed (Gaussian of {:g} pixels)", display.sigma));
  if (display.clip < 100) add(std::format("scale ends at percentile {:g}", display.clip));
  return words;
}

}  // namespace whybox::cli
