#include <Eigen/Eigenvalues>
#include <algorithm>
#include <limits>

#include "explainers/cam_layer.h"

namespace whybox {
namespace {

constexpr std::string_view kId = "eigen-cam";

/// ReLU(A' v), where row i of A' holds the K features at position i less their means, and v is its first right singular
/// vector, turned so that it points to stronger features (v . mean >= 0).
/// Muhammad & Yeasin 2020, arXiv:2008.00299, eqs. 2 and 3. Deviation, as in pytorch-grad-cam: the paper does not subtract the
/// means. The singular vectors are the eigenvectors of A' A'^T or A'^T A', whichever is smaller: O(N K min(N, K)).
Heatmap formula(const LayerSlope& slope) {
  using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto rows = Eigen::Index(slope.positions()), columns = Eigen::Index(slope.channels());
  Matrix a = Eigen::Map<const Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
                 slope.activation.values.data(), rows, columns)
                 .cast<double>();
  const Eigen::RowVectorXd mean = a.colwise().mean();
  a.rowwise() -= mean;
  Heatmap map{slope.activation.shape[1], slope.activation.shape[2], std::vector<float>(slope.positions())};
  const bool wide = columns > rows;
  const Eigen::MatrixXd gram = wide ? Eigen::MatrixXd(a * a.transpose()) : Eigen::MatrixXd(a.transpose() * a);
  if (!gram.allFinite()) {  // the solver would not end
    std::ranges::fill(map.values, std::numeric_limits<float>::quiet_NaN());
    return map;
  }
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(gram);  // eigenvalues in rising order
  Eigen::VectorXd direction = solver.eigenvectors().col(gram.cols() - 1);
  if (wide) direction = (a.transpose() * direction).normalized();
  if (mean.dot(direction) < 0) direction = -direction;
  Eigen::Map<Eigen::VectorXf>(map.values.data(), rows) = (a * direction).cwiseMax(0).cast<float>();
  return map;
}

}  // namespace

const Method& eigen_cam_method() {
  static const Method method{
      .id = kId,
      .name = "Eigen-CAM",
      .summary = "Shows the pattern that a layer's feature maps have most in common, whatever the class.",
      .reference = "Muhammad & Yeasin 2020, arXiv:2008.00299",
      .family = Family::class_activation,
      .map = MapKind::unsigned_map,
      .unit = "activation",
      .needs = {.gradients = true},
      .params = {cam_layer_param()},
      .start = [](Task task) { return start_cam(std::move(task), kId, formula); },
  };
  return method;
}

}  // namespace whybox
