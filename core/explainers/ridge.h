#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "explainers/stop_rule.h"

namespace whybox {

/// A linear surrogate g(z) = intercept + sum_j weights_j z_j.
struct Surrogate {
  std::vector<double> weights;
  double intercept = 0;
  double r2 = 1;  ///< weighted coefficient of determination on the samples it was fitted to; at most 1

  double predict(std::span<const std::uint8_t> on) const;
};

/// How good a surrogate is on samples it has not seen, and how far its weights would wander with other samples.
struct SurrogateCheck {
  /// (G + alpha)^-1 [sum_i (pi_i e_i / (1 - h_i))^2 (z_i - mean)(z_i - mean)^T] (G + alpha)^-1, with residuals e, leverages h and the
  /// centred G = sum pi (z - mean)(z - mean)^T: White 1980, doi:10.2307/1912934, as HC3 of MacKinnon & White 1985,
  /// doi:10.1016/0304-4076(85)90158-7. It holds though no linear model fits a network and whatever the weights pi; it is about the
  /// penalised weights, so what the penalty takes away is not in it.
  Uncertainty uncertainty;
  /// R^2 of samples that were left out of the fit one at a time: 1 - sum pi (e / (1 - h))^2 / sum pi (y - mean)^2; Allen 1974,
  /// doi:10.1080/00401706.1974.10489157. Below 0 when the mean alone predicts better.
  double left_out_r2 = 0;
  /// Root of the mean squared residual, weighted by pi: how far the surrogate is off near the picture.
  double error = 0;
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

  /// A sample as it was given to `add`.
  struct Sample {
    double answer, weight;
  };
  /// Sample i once more. @param on  [M], to be set
  using Replay = std::function<Sample(int i, std::span<std::uint8_t> on)>;
  /// What solve(alpha) is worth, by another pass over all samples. O(samples M^2).
  SurrogateCheck check(double alpha, const Replay& replay) const;

 private:
  std::size_t features_;
  int samples_ = 0;
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
