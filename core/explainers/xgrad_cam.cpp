#include <cmath>

#include "explainers/cam_layer.h"

namespace whybox {
namespace {

constexpr std::string_view kId = "xgrad-cam";
/// A feature map whose values cancel to less than this part of their size has, but for rounding, no sum to divide by.
constexpr double kCancelled = 1e-6;

/// w_k = sum_uv (A^k_uv / sum_ab A^k_ab) g^k_uv, 0 for a feature map that sums to nothing.
/// Fu et al. 2020, arXiv:2008.02312, eq. 8.
std::vector<double> weights(const LayerSlope& slope) {
  std::vector<double> sums(slope.channels()), sizes(slope.channels()), result(slope.channels());
  for (std::size_t i = 0; i < slope.positions(); ++i)
    for (std::size_t k = 0; k < slope.channels(); ++k) {
      sums[k] += slope.a(i, k);
      sizes[k] += std::abs(slope.a(i, k));
      result[k] += slope.a(i, k) * slope.g(i, k);
    }
  for (std::size_t k = 0; k < slope.channels(); ++k)
    result[k] = std::abs(sums[k]) <= kCancelled * sizes[k] ? 0 : result[k] / sums[k];
  return result;
}

Heatmap formula(const LayerSlope& slope) { return weighted_sum(slope.activation, weights(slope)); }

}  // namespace

const Method& xgrad_cam_method() {
  static const Method method{
      .id = kId,
      .name = "XGrad-CAM",
      .summary = "Grad-CAM whose average of the gradient counts a place by how strongly the feature was found there.",
      .reference = "Fu et al. 2020, arXiv:2008.02312",
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
