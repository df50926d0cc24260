#include "explainers/shapley_regression.h"

#include <Eigen/Dense>

namespace whybox {
namespace {

/// Part of the mean diagonal added to the normal equations, so that they can be solved before there are enough samples. Far below
/// what an answer in float32 can show.
constexpr double kJitter = 1e-10;

}  // namespace

ShapleyRegression::ShapleyRegression(int players) : normal_(Eigen::MatrixXd::Zero(players, players)), right_(Eigen::VectorXd::Zero(players)) {}

void ShapleyRegression::add(std::span<const std::uint8_t> on, double value, double weight) {
  Eigen::VectorXd z(right_.size());
  for (Eigen::Index i = 0; i < z.size(); ++i) z[i] = on[std::size_t(i)];
  normal_.selfadjointView<Eigen::Lower>().rankUpdate(z, weight);
  right_ += weight * value * z;
}

void ShapleyRegression::add(const ShapleyRegression& other, double factor) {
  normal_ += factor * other.normal_;
  right_ += factor * other.right_;
}

Eigen::MatrixXd ShapleyRegression::matrix() const {
  const double scale = normal_.trace() / double(normal_.rows());
  Eigen::MatrixXd a = normal_.selfadjointView<Eigen::Lower>();
  a.diagonal().array() += scale > 0 ? kJitter * scale : 1;
  return a;
}

/// By a Lagrange multiplier.
Eigen::VectorXd ShapleyRegression::solve(double worth) const {
  const Eigen::LDLT<Eigen::MatrixXd> solver(matrix());
  const Eigen::VectorXd free = solver.solve(right_), ones = solver.solve(Eigen::VectorXd::Ones(right_.size()));
  return free - ones * ((free.sum() - worth) / ones.sum());
}

Eigen::MatrixXd ShapleyRegression::sensitivity() const {
  const Eigen::MatrixXd inverse = Eigen::LDLT<Eigen::MatrixXd>(matrix()).solve(Eigen::MatrixXd::Identity(right_.size(), right_.size()));
  const Eigen::VectorXd ones = inverse.rowwise().sum();
  return inverse - ones * ones.transpose() / ones.sum();
}

}  // namespace whybox
