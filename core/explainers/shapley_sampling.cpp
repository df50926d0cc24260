#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/rng.h"
#include "explainers/game.h"
#include "explainers/superpixel_game.h"

namespace whybox {
namespace {

/// Fewer rounds say little about how much they differ.
constexpr int kFewestRounds = 10;

class SampledShapley final : public GameEstimator {
 public:
  SampledShapley(int players, int permutations, std::uint64_t seed)
      : players_(players), permutations_(permutations), seed_(seed), means_(std::size_t(players)), marginals_(means_.size()), rounds_(players) {}

  int evaluations() const override { return 2 + permutations_ * (players_ - 1); }

  bool walks() const override { return true; }

  void coalition(int number, std::span<std::uint8_t> on) const override {
    std::ranges::fill(on, std::uint8_t(number == 0));
    if (number < 2) return;
    const auto order = permutation(number);
    for (int i = 0; i < joined(number); ++i) on[std::size_t(order[std::size_t(i)])] = 1;
  }

  void absorb(int number, double value) override {
    if (number == 0) all_ = value;
    if (number == 1) before_ = none_ = value;
    if (players_ == 1) means_[0] = all_ - none_;
    if (number < 2) return;
    const auto order = permutation(number);
    const int k = joined(number);
    learn(order[std::size_t(k) - 1], number, value - before_);
    before_ = value;
    if (k < players_ - 1) return;
    learn(order.back(), number, all_ - value);  // the last to join makes the coalition whole
    rounds_.add(marginals_);
    before_ = none_;
  }

  std::vector<double> contributions() const override { return means_; }

  /// Rounds are drawn independently; within one, marginal contributions hang together, because they share the game's worth.
  std::optional<Uncertainty> uncertainty() const override {
    if (rounds_.count() < 2) return std::nullopt;
    return rounds_.of_mean();
  }
  int first_look() const override { return 2 + kFewestRounds * (players_ - 1); }

 private:
  int joined(int number) const { return (number - 2) % (players_ - 1) + 1; }
  int round(int number) const { return (number - 2) / (players_ - 1); }

  /// Fisher & Yates.
  std::vector<int> permutation(int number) const {
    std::vector<int> order(static_cast<std::size_t>(players_));
    std::iota(order.begin(), order.end(), 0);
    Rng rng = Rng::numbered(seed_, std::uint64_t(round(number)));
    for (int i = players_ - 1; i > 0; --i) std::swap(order[std::size_t(i)], order[std::size_t(rng.below(i + 1))]);
    return order;
  }

  void learn(int player, int number, double marginal) {
    const auto i = std::size_t(player);
    marginals_[i] = marginal;
    means_[i] += (marginal - means_[i]) / (round(number) + 1);
  }

  int players_, permutations_;
  std::uint64_t seed_;
  double all_ = 0, none_ = 0, before_ = 0;
  std::vector<double> means_;      // of the rounds so far, the present one among them for those who have joined
  std::vector<double> marginals_;  // of the present round
  CoMoments rounds_;
};

std::vector<ParamSpec> params() {
  std::vector<ParamSpec> own{{.id = "permutations",
                              .label = "Orders",
                              .help = "how many random orders; each costs one forward pass per superpixel",
                              .kind = ParamKind::integer,
                              .default_value = "100",
                              .min = 1,
                              .max = 10000}};
  for (ParamSpec& spec : stop_params()) own.push_back(std::move(spec));
  return superpixel_game_params(std::move(own));
}

}  // namespace

std::unique_ptr<GameEstimator> sampled_shapley(int players, int permutations, std::uint64_t seed) {
  return std::make_unique<SampledShapley>(players, permutations, seed);
}

const Method& shapley_sampling_method() {
  static const Method method{
      .id = "shapley-sampling",
      .name = "Shapley values, sampled",
      .summary = "Lets superpixels appear in random orders and averages what each one changes.",
      .reference = "Štrumbelj & Kononenko 2014, doi:10.1007/s10115-013-0679-x",
      .family = Family::surrogate,
      .map = MapKind::signed_map,
      .unit = "probability",
      .needs = {},
      .params = params(),
      .start =
          [](Task task) {
            return start_superpixel_game(std::move(task), "shapley-sampling", [](const Task& of, const Segmentation& cut) {
              return sampled_shapley(cut.count, of.params.integer("permutations"), of.seed);
            });
          },
  };
  return method;
}

}  // namespace whybox
