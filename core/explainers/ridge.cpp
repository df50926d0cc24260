#include "explainers/ridge.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>

namespace whybox {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Eigen::Map<const Eigen::VectorXd> vector(const std::vector<double>& values) {
  return {values.data(), static_cast<Eigen::Index>(values.size())};
}

/// 1 - rest / spread; of answers that do not differ, 1 when they are met exactly and 0 otherwise, as scikit-learn has it.
double determination(double rest, double spread) {
  if (spread > 0) return 1 - rest / spread;
  return rest > 0 ? 0 : 1;
}

/// Samples that go through the matrices together: enough to keep their units busy, few enough for the caches.
constexpr int kBlock = 128;
/// A sample that the fit meets exactly whatever its answer, 1 - h = 0, says nothing about residuals.
constexpr double kLeastFreedom = 1e-6;

/// The pass over all samples behind CoalitionRidge::check.
struct Residuals {
  RowMajor meat;
  double squares = 0, left_out = 0, freedom = 0;
};

}  // namespace

double Surrogate::predict(std::span<const std::uint8_t> on) const {
  double sum = intercept;
  for (std::size_t j = 0; j < weights.size(); ++j)
    if (on[j]) sum += weights[j];
  return sum;
}

CoalitionRidge::CoalitionRidge(int features)
    : features_(static_cast<std::size_t>(features)),
      sum_z_(features_),
      sum_zy_(features_),
      sum_zz_(features_ * features_) {}

void CoalitionRidge::add(std::span<const std::uint8_t> on, double answer, double weight) {
  if (total_ == 0) origin_ = answer;
  ++samples_;
  const double y = answer - origin_;
  total_ += weight;
  sum_y_ += weight * y;
  sum_yy_ += weight * y * y;
  on_.clear();
  for (std::size_t j = 0; j < features_; ++j)
    if (on[j]) on_.push_back(j);
  for (std::size_t a = 0; a < on_.size(); ++a) {
    const std::size_t i = on_[a];
    sum_z_[i] += weight;
    sum_zy_[i] += weight * y;
    double* row = &sum_zz_[i * features_];
    for (std::size_t b = 0; b <= a; ++b) row[on_[b]] += weight;
  }
}

Surrogate CoalitionRidge::solve(double alpha) const {
  Surrogate surrogate{.weights = std::vector<double>(features_), .intercept = origin_};
  if (total_ == 0) return surrogate;
  const auto m = static_cast<Eigen::Index>(features_);
  const auto sum_z = vector(sum_z_);
  // Centred sums: sum pi (z - mean)(z - mean)^T = sum pi z z^T - (sum pi z)(sum pi z)^T / sum pi, and so on.
  RowMajor gram = Eigen::Map<const RowMajor>(sum_zz_.data(), m, m);
  gram.triangularView<Eigen::Lower>() -= sum_z * sum_z.transpose() / total_;
  const Eigen::VectorXd moment = vector(sum_zy_) - sum_z * (sum_y_ / total_);
  const double spread = sum_yy_ - sum_y_ * sum_y_ / total_;

  RowMajor penalised = gram;
  penalised.diagonal().array() += alpha;
  const Eigen::VectorXd weights = penalised.selfadjointView<Eigen::Lower>().ldlt().solve(moment);
  const double rest = spread - 2 * weights.dot(moment) +
                      weights.dot(gram.selfadjointView<Eigen::Lower>() * weights);
  Eigen::Map<Eigen::VectorXd>(surrogate.weights.data(), m) = weights;
  surrogate.intercept += (sum_y_ - weights.dot(sum_z)) / total_;
  surrogate.r2 = determination(rest, spread);
  return surrogate;
}

SurrogateCheck CoalitionRidge::check(double alpha, const Replay& replay) const {
  const auto m = static_cast<Eigen::Index>(features_);
  SurrogateCheck result{.uncertainty = {.covariance = std::vector<double>(features_ * features_), .degrees = 1}};
  if (total_ == 0) return result;
  const Surrogate fit = solve(alpha);
  const Eigen::VectorXd mean = vector(sum_z_) / total_;
  RowMajor penalised = Eigen::Map<const RowMajor>(sum_zz_.data(), m, m);
  penalised.triangularView<Eigen::Lower>() -= total_ * mean * mean.transpose();
  penalised.diagonal().array() += alpha;
  const Eigen::LLT<Eigen::MatrixXd> root(penalised.selfadjointView<Eigen::Lower>());
  Residuals sums{.meat = RowMajor::Zero(m, m)};
  std::vector<std::uint8_t> on(features_);
  for (int first = 0; first < samples_; first += kBlock) {
    const int count = std::min(kBlock, samples_ - first);
    Eigen::MatrixXd z(m, count);
    Eigen::VectorXd residual(count), weight(count);
    for (int i = 0; i < count; ++i) {
      const auto [answer, pi] = replay(first + i, on);
      for (Eigen::Index j = 0; j < m; ++j) z(j, i) = on[std::size_t(j)] - mean[j];
      residual[i] = answer - fit.predict(on);
      weight[i] = pi;
    }
    // h_i = pi_i (1 / sum pi + (z_i - mean)^T (G + alpha)^-1 (z_i - mean))
    const Eigen::ArrayXd spread = root.matrixL().solve(z).colwise().squaredNorm().transpose();
    const Eigen::ArrayXd leverage = weight.array() * (1 / total_ + spread);
    const Eigen::ArrayXd left_out = residual.array() / (1 - leverage).max(kLeastFreedom);
    sums.squares += (weight.array() * residual.array().square()).sum();
    sums.left_out += (weight.array() * left_out.square()).sum();
    sums.freedom += (1 - leverage).sum();
    const Eigen::MatrixXd scores = z * (weight.array() * left_out).matrix().asDiagonal();
    sums.meat.noalias() += scores * scores.transpose();
  }
  Eigen::Map<RowMajor>(result.uncertainty.covariance.data(), m, m) = root.solve(root.solve(sums.meat).transpose());
  result.uncertainty.degrees = std::max(1.0, sums.freedom);
  result.left_out_r2 = determination(sums.left_out, sum_yy_ - sum_y_ * sum_y_ / total_);
  result.error = std::sqrt(sums.squares / total_);
  return result;
}

}  // namespace whybox
