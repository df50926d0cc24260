#include <bit>

#include "explainers/game.h"
#include "explainers/superpixel_game.h"

namespace whybox {
namespace {

class ExactShapley final : public GameEstimator {
 public:
  explicit ExactShapley(int players) : players_(players), values_(std::size_t(1) << players), known_(values_.size()), weights_(std::size_t(players)) {
    // |S|! (M - |S| - 1)! / M! by its quotient from one size to the next, which never overflows.
    weights_[0] = 1.0 / players;
    for (int s = 1; s < players; ++s) weights_[std::size_t(s)] = weights_[std::size_t(s) - 1] * s / (players - s);
  }

  int evaluations() const override { return int(values_.size()); }

  void coalition(int number, std::span<std::uint8_t> on) const override {
    for (int i = 0; i < players_; ++i) on[std::size_t(i)] = set(number) >> i & 1;
  }

  void absorb(int number, double value) override {
    values_[set(number)] = value;
    known_[set(number)] = true;
  }

  /// While coalitions are missing: the weighted mean over the pairs that are there.
  std::vector<double> contributions() const override {
    std::vector<double> phi;
    for (int i = 0; i < players_; ++i) {
      double sum = 0, weight = 0;
      for (std::size_t s = 0; s < values_.size(); ++s) {
        const std::size_t with = s | std::size_t(1) << i;
        if (with == s || !known_[s] || !known_[with]) continue;
        const double w = weights_[std::size_t(std::popcount(s))];
        sum += w * (values_[with] - values_[s]);
        weight += w;
      }
      phi.push_back(weight > 0 ? sum / weight : 0);
    }
    return phi;
  }

 private:
  /// All, none, then the others as numbers whose bits are players.
  std::size_t set(int number) const { return number == 0 ? values_.size() - 1 : std::size_t(number) - 1; }

  int players_;
  std::vector<double> values_;  // v(S) by the bits of S
  std::vector<bool> known_;
  std::vector<double> weights_;  // by |S|
};

}  // namespace

std::unique_ptr<GameEstimator> exact_shapley(int players) { return std::make_unique<ExactShapley>(players); }

const Method& shapley_exact_method() {
  static const Method method{
      .id = "shapley-exact",
      .name = "Shapley values, exact",
      .summary = "What each superpixel adds, averaged over every order in which they could appear; for a dozen of them.",
      .reference = "Shapley 1953, doi:10.1515/9781400881970-018",
      .family = Family::surrogate,
      .map = MapKind::signed_map,
      .unit = "probability",
      .needs = {},
      .params = superpixel_game_params({}, "9", kMaxExactPlayers),
      .start =
          [](Task task) {
            return start_superpixel_game(std::move(task), "shapley-exact",
                                         [](const Task&, const Segmentation& cut) { return exact_shapley(cut.count); });
          },
  };
  return method;
}

}  // namespace whybox
