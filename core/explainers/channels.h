#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "explainers/explainer.h"

namespace whybox {

/// How the channels of an attribution become one number per pixel.
enum class ChannelView {
  max_abs,     ///< max_c |a_c|; Simonyan et al. 2014, arXiv:1312.6034, section 3.1
  abs_sum,     ///< sum_c |a_c|
  signed_sum,  ///< sum_c a_c, the only one that keeps signs and sums
};

/// The parameter "channels".
/// @param keeps_signs  whether "signed-sum" is on offer: of squares it would be the same as "abs-sum"
ParamSpec channels_param(std::string_view default_value, bool keeps_signs = true);
/// What it was set to.
ChannelView channel_view(const Params& params);
MapKind map_kind(ChannelView view);

/// @param attribution  [height, width, C]
Heatmap collapse(std::span<const float> attribution, int height, int width, ChannelView view);

}  // namespace whybox
