#include <cmath>

#include "explainers/cam_layer.h"

namespace whybox {
namespace {

constexpr std::string_view kId = "grad-cam-plus-plus";
/// 2 + g sum A is 2 or more where features are rectified and g is positive. Where a layer's negative features cancel it, the
/// published weight has a pole, and a position this close to it is left out.
constexpr double kSmallestDenominator = 1e-6;

/// w_k = sum_uv alpha^k_uv ReLU(g^k_uv), alpha^k_uv = g^2 / (2 g^2 + g^3 sum_ab A^k_ab) = 1 / (2 + g^k_uv sum_ab A^k_ab).
/// Chattopadhay et al. 2018, arXiv:1710.11063, eqs. 5 and 19. Deviation, which published code shares: the paper derives the
/// score exp(y^c), whose factor exp(y^c) all weights have in common, and which we leave out.
std::vector<double> weights(const LayerSlope& slope) {
  std::vector<double> sums(slope.channels()), result(slope.channels());
  for (std::size_t i = 0; i < slope.positions(); ++i)
    for (std::size_t k = 0; k < slope.channels(); ++k) sums[k] += slope.a(i, k);
  for (std::size_t i = 0; i < slope.positions(); ++i)
    for (std::size_t k = 0; k < slope.channels(); ++k) {
      const double g = slope.g(i, k), denominator = 2 + g * sums[k];
      if (g < 0 || std::abs(denominator) < kSmallestDenominator) continue;
      result[k] += g / denominator;  // NaN goes on, to be reported
    }
  return result;
}

Heatmap formula(const LayerSlope& slope) { return weighted_sum(slope.activation, weights(slope)); }

}  // namespace

const Method& grad_cam_plus_plus_method() {
  static const Method method{
      .id = kId,
      .name = "Grad-CAM++",
      .summary = "Grad-CAM whose weights count every place where a feature map helps, so that several objects all show.",
      .reference = "Chattopadhay et al. 2018, arXiv:1710.11063",
      .family = Family::class_activation,
      .map = MapKind::unsigned_map,
      .unit = "logit",
      .needs = {.gradients = true},
      .params = {cam_layer_param()},
      .start = [](Task task) { return start_cam(std::move(task), kId, formula); },
  };
  return method;
}

}  // namespace whybox
