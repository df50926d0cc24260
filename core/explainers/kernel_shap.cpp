#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/rng.h"
#include "explainers/game.h"
#include "explainers/superpixel_game.h"

namespace whybox {
namespace {

/// Part of the mean diagonal added to the normal equations, so that they can be solved before there are enough samples. Far below
/// what an answer in float32 can show.
constexpr double kJitter = 1e-10;

double subsets(int players, int size) {
  double count = 1;
  for (int i = 1; i <= size; ++i) count = count * (players - size + i) / i;
  return count;
}

class KernelShap final : public GameEstimator {
 public:
  KernelShap(int players, int samples, std::uint64_t seed)
      : players_(players), seed_(seed), normal_(Eigen::MatrixXd::Zero(players, players)), right_(Eigen::VectorXd::Zero(players)) {
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
    Eigen::VectorXd z(players_);
    for (int i = 0; i < players_; ++i) z[i] = on[std::size_t(i)];
    const std::size_t i = std::size_t(number) - 2;
    const double weight = i < whole_.size() ? whole_[i].weight : drawn_weight_;
    normal_.selfadjointView<Eigen::Lower>().rankUpdate(z, weight);
    right_ += weight * (value - none_) * z;
  }

  /// Minimises sum pi (v(S) - v(none) - phi.z)^2 under 1.phi = v(all) - v(none), by a Lagrange multiplier.
  std::vector<double> contributions() const override {
    const double scale = normal_.trace() / players_;
    Eigen::MatrixXd a = normal_.selfadjointView<Eigen::Lower>();
    a.diagonal().array() += scale > 0 ? kJitter * scale : 1;
    const Eigen::LDLT<Eigen::MatrixXd> solver(a);
    const Eigen::VectorXd free = solver.solve(right_), ones = solver.solve(Eigen::VectorXd::Ones(players_));
    const Eigen::VectorXd phi = free - ones * ((free.sum() - (all_ - none_)) / ones.sum());
    return {phi.begin(), phi.end()};
  }

 private:
  struct Whole {
    std::vector<int> members;
    double weight;
  };

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
    drawn_weight_ = left / drawn_;
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
  double drawn_weight_ = 0;
  int first_drawn_ = 1;            // the smallest size that is drawn
  std::vector<double> cumulated_;  // masses of the sizes that are drawn
  double all_ = 0, none_ = 0;
  Eigen::MatrixXd normal_;  // sum pi z z^T, lower half
  Eigen::VectorXd right_;   // sum pi (v - v(none)) z
};

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
      .params = superpixel_game_params({coalitions_param("1000")}),
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
