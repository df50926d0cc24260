#include "explainers/cam_layer.h"

namespace whybox {
namespace {

constexpr std::string_view kId = "grad-cam";

/// ReLU(sum_k alpha_k A^k); Selvaraju et al. 2017, arXiv:1610.02391, eq. 2.
Heatmap formula(const LayerSlope& slope) { return weighted_sum(slope.activation, grad_cam_weights(slope.gradient)); }

}  // namespace

const Method& grad_cam_method() {
  static const Method method{
      .id = kId,
      .name = "Grad-CAM",
      .summary = "Weighs a layer's feature maps by how much the class's score answers to each.",
      .reference = "Selvaraju et al. 2017, arXiv:1610.02391",
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
