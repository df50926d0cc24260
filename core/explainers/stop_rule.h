#pragma once
#include <span>
#include <vector>

#include "base/params.h"

namespace whybox {

/// How far values estimated from random draws may be from what endless draws would give.
struct Uncertainty {
  std::vector<double> covariance;  ///< of the estimates, [M, M]
  double degrees = 0;              ///< of freedom it was estimated with, above 0
};
/// The roots of the diagonal, [M].
std::vector<double> standard_errors(const Uncertainty& uncertainty);
/// Standard error of value i minus value j.
double error_of_difference(const Uncertainty& uncertainty, std::size_t i, std::size_t j);

/// Mean and covariance of vectors that come one at a time (Welford 1962, for vectors). Memory O(M^2), add O(M^2).
class CoMoments {
 public:
  explicit CoMoments(int size) : mean_(std::size_t(size)), before_(mean_.size()), products_(mean_.size() * mean_.size()) {}
  void add(std::span<const double> values);
  int count() const { return count_; }
  const std::vector<double>& mean() const { return mean_; }
  /// Of the mean; needs at least two vectors.
  Uncertainty of_mean() const;

 private:
  int count_ = 0;
  std::vector<double> mean_, before_;
  std::vector<double> products_;  // of deviations, lower half, [M, M]
};

/// "stop" and "top", as methods that draw at random declare them.
std::vector<ParamSpec> stop_params();

/// Whether the ranking of the largest values stands firm. Places 1 .. k are stable when each is ahead of all that follow
/// by more than chance: two-sided t tests of the differences, after Goldwasser & Hooker 2024, arXiv:2401.15800, section 3. They share an
/// error probability of 5 % between the places and the looks (Bonferroni), because looking often finds something by chance.
class StopRule {
 public:
  /// @param first  the fewest samples worth looking at
  /// @param most   how many there may be
  StopRule(const Params& params, int first, int most);
  /// Whether it is time to look: from the first look on each time that there are half as many more, and at the end.
  bool due(int samples) const;
  /// How many of the first places are stable, at most `top`.
  int stable_places(std::span<const double> values, const Uncertainty& uncertainty) const;
  /// Whether to end: asked for, and all of the first places are stable.
  bool settled(std::span<const double> values, const Uncertainty& uncertainty) const;

 private:
  std::vector<int> looks_;
  bool stops_;
  int top_;
};

}  // namespace whybox
