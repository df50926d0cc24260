#include "explainers/cam_layer.h"

namespace whybox {
namespace {

constexpr std::string_view kId = "hires-cam";

/// ReLU(sum_k g^k . A^k); Draelos & Carin 2020, arXiv:2011.08891, eq. 3. Deviation: the paper shows the sum with its sign,
/// we rectify it as Grad-CAM does.
Heatmap formula(const LayerSlope& slope) {
  return weighted_sum(slope, [](double g) { return g; });
}

}  // namespace

const Method& hires_cam_method() {
  static const Method method{
      .id = kId,
      .name = "HiResCAM",
      .summary = "Grad-CAM without the averaging: each place of a feature map has the weight of its own gradient.",
      .reference = "Draelos & Carin 2020, arXiv:2011.08891",
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
