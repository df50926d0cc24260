#include "explainers/channels.h"

#include <algorithm>
#include <cmath>

namespace whybox {
namespace {

constexpr std::string_view kMaxAbs = "max-abs", kAbsSum = "abs-sum", kSignedSum = "signed-sum";

float collapse_pixel(std::span<const float> channels, ChannelView view) {
  float result = 0;
  for (const float value : channels) switch (view) {
      case ChannelView::max_abs: result = std::max(result, std::abs(value)); break;
      case ChannelView::abs_sum: result += std::abs(value); break;
      case ChannelView::signed_sum: result += value; break;
    }
  return result;
}

}  // namespace

ParamSpec channels_param(std::string_view default_value, bool keeps_signs) {
  ParamSpec spec{.id = "channels",
                 .label = "Channels",
                 .help = keeps_signs ? "what a pixel shows: its channels' largest size, sum of sizes, or sum with signs"
                                     : "what a pixel shows: the largest of its channels, or their sum",
                 .kind = ParamKind::choice,
                 .default_value = default_value,
                 .choices = {kMaxAbs, kAbsSum}};
  if (keeps_signs) spec.choices.push_back(kSignedSum);
  return spec;
}

ChannelView channel_view(const Params& params) {
  const std::string& text = params.text("channels");
  if (text == kMaxAbs) return ChannelView::max_abs;
  return text == kAbsSum ? ChannelView::abs_sum : ChannelView::signed_sum;
}

MapKind map_kind(ChannelView view) {
  return view == ChannelView::signed_sum ? MapKind::signed_map : MapKind::unsigned_map;
}

Heatmap collapse(std::span<const float> attribution, int height, int width, ChannelView view) {
  Heatmap map{height, width, std::vector<float>(std::size_t(height) * width)};
  const std::size_t channels = attribution.size() / map.values.size();
  for (std::size_t i = 0; i < map.values.size(); ++i)
    map.values[i] = collapse_pixel(attribution.subspan(i * channels, channels), view);
  return map;
}

}  // namespace whybox
