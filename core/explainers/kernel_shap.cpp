#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/rng.h"
#include "explainers/game.h"
#include "explainers/shapley_regression.h"
#include "explainers/superpixel_game.h"

namespace whybox {
namespace {

/// Errors of contributions mean little before there are some pairs for each player, and a few more.
constexpr int kPairsPerPlayer = 2, kFewestPairs = 15;
/// A pair that the regression meets exactly whatever it says, 1 - h = 0, says nothing about errors.
constexpr double kLeastFreedom = 1e-6;

double subsets(int players, int size) {
  double count = 1;
  for (int i = 1; i <= size; ++i) count = count * (players - size + i) / i;
  return count;
}

class KernelShap final : public GameEstimator {
 public:
  KernelShap(int players, int samples, std::uint64_t seed)
      : players_(players), seed_(seed), whole_sums_(players), drawn_sums_(players) {
    plan(std::min<double>(samples, std::pow(2.0, std::min(players, 60)) - 2));
  }

  int evaluations() const override { return 2 + int(whole_.size()) + drawn_; }

  void coalition(int number, std::span<std::uint8_t> on) const override {
    std::ranges::fill(on, std::uint8_t(number == 0));
    const int i = number - 2;
    if (i < 0) return;
    if (i < int(whole_.size())) {
      for (const int player : whole_[std::size_t(i)].members) on[std::size_t(player)] = 1;
      return;
    }
    draw(i - int(whole_.size()), on);
  }

  void absorb(int number, double value) override {
    if (number == 0) all_ = value;
    if (number == 1) none_ = value;
    if (number < 2) return;
    std::vector<std::uint8_t> on(static_cast<std::size_t>(players_));
    coalition(number, on);
    const std::size_t i = std::size_t(number) - 2;
    if (i < whole_.size()) return whole_sums_.add(on, value - none_, whole_[i].weight);
    drawn_sums_.add(on, value - none_, 1);
    values_.push_back(value);
  }

  std::vector<double> contributions() const override {
    const Eigen::VectorXd phi = sums().solve(all_ - none_);
    return {phi.begin(), phi.end()};
  }

  /// A pair of complements is one observation of a regression: its kernel weight times z ((v(S) - v(not S) + worth) - 2 z.phi) is what
  /// it adds to the gradient, for the constraint takes out what all players share. So the covariance is Q [sum of squares of the
  /// pairs' gradients] Q, residuals divided by 1 - h (HC3, as for LIME; see ridge.h). Sizes taken whole are no draws: they only
  /// stiffen Q. Covert & Lee 2021, arXiv:2012.01536, section 4, has the central limit theorem behind it.
  std::optional<Uncertainty> uncertainty() const override {
    Uncertainty result{.covariance = std::vector<double>(std::size_t(players_) * std::size_t(players_)), .degrees = 1};
    if (drawn_ == 0) return result;  // everything was asked: nothing is left to chance
    const int pairs = int(values_.size() / 2);
    if (pairs <= players_) return std::nullopt;
    const ShapleyRegression all = sums();
    const Eigen::VectorXd phi = all.solve(all_ - none_);
    const Eigen::MatrixXd q = all.sensitivity();
    Eigen::MatrixXd meat = Eigen::MatrixXd::Zero(players_, players_);
    Eigen::VectorXd mean = Eigen::VectorXd::Zero(players_);
    std::vector<std::uint8_t> on(static_cast<std::size_t>(players_));
    Eigen::VectorXd z(players_);
    for (int pair = 0; pair < pairs; ++pair) {
      draw(2 * pair, on);
      for (int i = 0; i < players_; ++i) z[i] = on[std::size_t(i)];
      const double apart = values_[std::size_t(2 * pair)] - values_[std::size_t(2 * pair) + 1] + (all_ - none_) - 2 * z.dot(phi);
      const double freedom = std::max(kLeastFreedom, 1 - 2 * drawn_weight() * z.dot(q * z));
      meat.selfadjointView<Eigen::Lower>().rankUpdate(z, std::pow(drawn_weight() * apart / freedom, 2));
      mean += drawn_weight() * apart / pairs * z;
    }
    meat.selfadjointView<Eigen::Lower>().rankUpdate(mean, -pairs);
    const Eigen::MatrixXd covariance = q * meat.selfadjointView<Eigen::Lower>() * q;
    std::ranges::copy(covariance.reshaped(), result.covariance.begin());
    result.degrees = pairs - players_;
    return result;
  }
  int first_look() const override { return 2 + int(whole_.size()) + 2 * (kPairsPerPlayer * players_ + kFewestPairs); }

 private:
  struct Whole {
    std::vector<int> members;
    double weight;
  };

  /// Those drawn so far stand for all that would be.
  double drawn_weight() const { return drawn_mass_ / std::max<double>(1, double(values_.size())); }
  ShapleyRegression sums() const {
    ShapleyRegression all = whole_sums_;
    if (!values_.empty()) all.add(drawn_sums_, drawn_weight());
    return all;
  }

  /// pi(s) C(M, s): what all coalitions of a size weigh together.
  double mass(int size) const { return double(players_ - 1) / (double(size) * (players_ - size)); }

  /// Sizes s and M - s go together, from 1 inwards, as long as the budget's share for them covers all their subsets.
  void plan(double budget) {
    double left = 0;
    for (int size = 1; size < players_; ++size) left += mass(size);
    int size = 1;
    for (; 2 * size <= players_; ++size) {
      const bool paired = 2 * size != players_;
      const double count = subsets(players_, size) * (paired ? 2 : 1), share = mass(size) * (paired ? 2 : 1);
      if (budget * share < count * left * (1 - kRounding)) break;
      add_subsets(size, share / count, paired);
      budget -= count;
      left -= share;
    }
    first_drawn_ = size;
    if (2 * size > players_ || budget < 1) return;
    drawn_ = int(budget);
    drawn_mass_ = left;
    for (int s = size; s <= players_ - size; ++s) cumulated_.push_back(mass(s) + (cumulated_.empty() ? 0 : cumulated_.back()));
  }

  void add_subsets(int size, double weight, bool paired) {
    std::vector<int> members(static_cast<std::size_t>(size));
    std::iota(members.begin(), members.end(), 0);
    for (;;) {
      whole_.push_back({members, weight});
      if (paired) whole_.push_back({complement(members), weight});
      int at = size - 1;
      while (at >= 0 && members[std::size_t(at)] == players_ - size + at) --at;
      if (at < 0) return;
      ++members[std::size_t(at)];
      for (int i = at + 1; i < size; ++i) members[std::size_t(i)] = members[std::size_t(i) - 1] + 1;
    }
  }

  std::vector<int> complement(const std::vector<int>& members) const {
    std::vector<int> others;
    for (int i = 0; i < players_; ++i)
      if (!std::ranges::binary_search(members, i)) others.push_back(i);
    return others;
  }

  /// A size by its mass, a subset of that size evenly; odd numbers are the complements of the ones before.
  void draw(int index, std::span<std::uint8_t> on) const {
    Rng rng = Rng::numbered(seed_, std::uint64_t(index / 2));
    const double at = double(rng.uniform()) * cumulated_.back();
    const int size = first_drawn_ + int(std::ranges::upper_bound(cumulated_, at) - cumulated_.begin());
    std::vector<int> order(static_cast<std::size_t>(players_));
    std::iota(order.begin(), order.end(), 0);
    const bool complement = index % 2 == 1;
    std::ranges::fill(on, std::uint8_t(complement));
    for (int i = 0; i < std::min(size, players_ - 1); ++i) {
      std::swap(order[std::size_t(i)], order[std::size_t(i + rng.below(players_ - i))]);
      on[std::size_t(order[std::size_t(i)])] = !complement;
    }
  }

  static constexpr double kRounding = 1e-9;  // of sums of masses

  int players_;
  std::uint64_t seed_;
  std::vector<Whole> whole_;
  int drawn_ = 0;
  double drawn_mass_ = 0;          // what they weigh together
  int first_drawn_ = 1;            // the smallest size that is drawn
  std::vector<double> cumulated_;  // masses of the sizes that are drawn
  double all_ = 0, none_ = 0;
  ShapleyRegression whole_sums_, drawn_sums_;  // the latter with weights of 1
  std::vector<double> values_;                 // of coalitions drawn
};

std::vector<ParamSpec> params() {
  std::vector<ParamSpec> own{coalitions_param("1000")};
  for (ParamSpec& spec : stop_params()) own.push_back(std::move(spec));
  return superpixel_game_params(std::move(own));
}

}  // namespace

std::unique_ptr<GameEstimator> kernel_shap(int players, int samples, std::uint64_t seed) {
  return std::make_unique<KernelShap>(players, samples, seed);
}

const Method& kernel_shap_method() {
  static const Method method{
      .id = "kernel-shap",
      .name = "KernelSHAP",
      .summary = "Fits a linear model whose weights are Shapley values: shares of the probability that add up.",
      .reference = "Lundberg & Lee 2017, arXiv:1705.07874",
      .family = Family::surrogate,
      .map = MapKind::signed_map,
      .unit = "probability",
      .needs = {},
      .params = params(),
      .start =
          [](Task task) {
            return start_superpixel_game(std::move(task), "kernel-shap", [](const Task& of, const Segmentation& cut) {
              return kernel_shap(cut.count, of.params.integer("samples"), of.seed);
            });
          },
  };
  return method;
}

}  // namespace whybox
