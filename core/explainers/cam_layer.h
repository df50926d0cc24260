#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "explainers/score_pass.h"

namespace whybox {

/// A layer's feature maps A of one picture, and what the class's logit answers to them.
struct LayerSlope {
  Tensor activation;  ///< A, [1, u, v, K]
  Tensor gradient;    ///< g = d y^c / d A, [1, u, v, K]

  std::size_t channels() const { return std::size_t(activation.shape[3]); }
  std::size_t positions() const { return activation.values.size() / channels(); }
  /// A and g of feature map k at a position.
  double a(std::size_t position, std::size_t k) const { return activation.values[position * channels() + k]; }
  double g(std::size_t position, std::size_t k) const { return gradient.values[position * channels() + k]; }
};

/// What is shown before the first step: zeros of the picture's size.
Heatmap blank_map(const Image& image);

/// The parameter "layer" of class activation maps.
ParamSpec cam_layer_param();
/// The layer that it names. Errors: invalid_argument for one that is not there, has no spatial extent, or does not lead to
/// the target.
Result<const Layer*> cam_layer(const Task& task, std::string_view method);

/// ReLU(sum_k w_k A^k).
/// @param activation  A, [1, u, v, K]
/// @param weights  w, [K]
/// @returns [u, v]
Heatmap weighted_sum(const Tensor& activation, std::span<const double> weights);
/// ReLU(sum_k w^k_uv A^k_uv), where every position has weights of its own.
Heatmap weighted_sum(const LayerSlope& slope, double (*weight)(double g));

/// Grad-CAM channel weights: alpha_k = (1/N) sum_uv d y_c / d A^k_uv.
/// Selvaraju et al. 2017, arXiv:1610.02391, eq. 1.
/// @param gradient  d y_c / d A, [1, u, v, K]
/// @returns alpha, [K]
std::vector<double> grad_cam_weights(const Tensor& gradient);

/// What one of these methods is: a map of the layer's size [u, v] from A and g.
using CamFormula = Heatmap (*)(const LayerSlope& slope);
/// An explanation in one step: A and g of the layer that the task names, the formula, enlarged to the input.
Result<std::unique_ptr<Explanation>> start_cam(Task task, std::string_view method, CamFormula formula);

}  // namespace whybox
