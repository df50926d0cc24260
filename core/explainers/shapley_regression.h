#pragma once
#include <Eigen/Core>
#include <cstdint>
#include <span>
#include <vector>

namespace whybox {

/// The regression behind KernelSHAP, one coalition at a time:
///   minimise  sum_S pi(S) (v(S) - v(none) - sum_{i in S} phi_i)^2   under  sum phi = v(all) - v(none).
/// Lundberg & Lee 2017, arXiv:1705.07874, theorem 2. Only the normal equations are kept. Memory O(M^2); add O(M^2), solve O(M^3).
class ShapleyRegression {
 public:
  explicit ShapleyRegression(int players);

  /// @param on     [M], 0 or 1
  /// @param value  v(S) - v(none)
  void add(std::span<const std::uint8_t> on, double value, double weight);
  /// The sums of another regression, each of its weights taken `factor` times.
  void add(const ShapleyRegression& other, double factor);
  /// @param worth  v(all) - v(none)
  Eigen::VectorXd solve(double worth) const;
  /// Q = A^-1 - A^-1 1 1^T A^-1 / (1^T A^-1 1): what a step of the right-hand side does to phi, the constraint kept.
  Eigen::MatrixXd sensitivity() const;

 private:
  Eigen::MatrixXd matrix() const;
  Eigen::MatrixXd normal_;  // A = sum pi z z^T, lower half
  Eigen::VectorXd right_;   // sum pi (v - v(none)) z
};

}  // namespace whybox
