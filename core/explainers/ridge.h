#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace whybox {

/// A linear surrogate g(z) = intercept + sum_j weights_j z_j.
struct Surrogate {
  std::vector<double> weights;
  double intercept = 0;
  double r2 = 1;  ///< weighted coefficient of determination on the samples it was fitted to; at most 1

  double predict(std::span<const std::uint8_t> on) const;
};

/// Weighted ridge regression on coalitions, one sample at a time:
///   minimise  sum_i pi_i (y_i - b - w.z_i)^2 + alpha |w|^2.
/// The intercept b is not penalised, as in scikit-learn's Ridge: samples and answers are centred by their weighted means.
/// Only the normal equations are kept, so a fit can be had after every sample. Memory O(M^2); add O(M^2), solve O(M^3).
class CoalitionRidge {
 public:
  /// @param features  M, at least 1
  explicit CoalitionRidge(int features);

  /// @param on  z, [M], 0 or 1
  /// @param weight  pi, at least 0; the first sample's must be positive
  void add(std::span<const std::uint8_t> on, double answer, double weight);
  /// @param alpha  above 0, which makes the equations positive definite for any samples
  /// Without any sample: all zero.
  Surrogate solve(double alpha) const;

 private:
  std::size_t features_;
  double origin_ = 0;            // the first answer; sums are of differences from it, which keeps small effects exact
  double total_ = 0;             // sum pi
  double sum_y_ = 0;             // sum pi (y - origin)
  double sum_yy_ = 0;            // sum pi (y - origin)^2
  std::vector<double> sum_z_;    // sum pi z, [M]
  std::vector<double> sum_zy_;   // sum pi z (y - origin), [M]
  std::vector<double> sum_zz_;   // sum pi z z^T, [M, M]; only j <= i is filled in
  std::vector<std::size_t> on_;  // scratch: which features are on
};

}  // namespace whybox
