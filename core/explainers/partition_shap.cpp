#include <algorithm>
#include <numeric>

#include "explainers/game.h"
#include "explainers/superpixel_game.h"
#include "superpixels/hierarchy.h"

namespace whybox {
namespace {

class OwenValues final : public GameEstimator {
 public:
  OwenValues(const PlayerTree& tree, int evaluations) : tree_(tree), leaves_(std::size_t(2 * tree.players - 1)) {
    for (std::size_t i = 0; i < leaves_.size(); ++i) {
      if (i < std::size_t(tree.players)) {
        leaves_[i] = {int(i)};
      } else {
        for (const int child : children(int(i)))
          leaves_[i].insert(leaves_[i].end(), leaves_[std::size_t(child)].begin(), leaves_[std::size_t(child)].end());
      }
    }
    plan(evaluations);
    values_.resize(coalitions_.size());
  }

  int evaluations() const override { return int(coalitions_.size()); }
  void coalition(int number, std::span<std::uint8_t> on) const override { std::ranges::copy(coalitions_[std::size_t(number)], on.begin()); }
  void absorb(int number, double value) override {
    values_[std::size_t(number)] = value;
    known_ = number + 1;
  }

  std::vector<double> contributions() const override {
    std::vector<double> phi(std::size_t(tree_.players));
    if (known_ > 1) credit(games_.front(), phi);
    return phi;
  }

 private:
  /// A node joins the players of a context: from the coalition numbered `without` to the one numbered `with`.
  struct Game {
    int node;
    int without, with;
    double weight;
    int left = -1, right = -1;  ///< coalitions of the context with one child only
    std::array<int, 4> parts{};  ///< what this game falls into, once those two are known
  };

  const std::array<int, 2>& children(int node) const { return tree_.children[std::size_t(node - tree_.players)]; }
  bool is_leaf(int node) const { return node < tree_.players; }

  int ask(int context, int node) {
    auto on = coalitions_[std::size_t(context)];
    for (const int leaf : leaves_[std::size_t(node)]) on[std::size_t(leaf)] = 1;
    coalitions_.push_back(std::move(on));
    return int(coalitions_.size()) - 1;
  }

  /// Level by level, two coalitions for each game that is taken apart.
  void plan(int evaluations) {
    coalitions_ = {std::vector<std::uint8_t>(std::size_t(tree_.players), 1), std::vector<std::uint8_t>(std::size_t(tree_.players), 0)};
    games_.push_back({.node = int(leaves_.size()) - 1, .without = 1, .with = 0, .weight = 1});
    for (std::size_t i = 0; i < games_.size() && int(coalitions_.size()) + 2 <= evaluations; ++i) {
      if (is_leaf(games_[i].node)) continue;
      const auto [left, right] = children(games_[i].node);
      const Game game = games_[i];
      const int with_left = ask(game.without, left), with_right = ask(game.without, right);
      const int first = int(games_.size());
      const double half = game.weight / 2;
      games_.push_back({.node = left, .without = game.without, .with = with_left, .weight = half});
      games_.push_back({.node = left, .without = with_right, .with = game.with, .weight = half});
      games_.push_back({.node = right, .without = game.without, .with = with_right, .weight = half});
      games_.push_back({.node = right, .without = with_left, .with = game.with, .weight = half});
      games_[i].left = with_left, games_[i].right = with_right;
      games_[i].parts = {first, first + 1, first + 2, first + 3};
    }
  }

  void credit(const Game& game, std::vector<double>& phi) const {
    if (game.left >= 0 && std::max(game.left, game.right) < known_) {
      for (const int part : game.parts) credit(games_[std::size_t(part)], phi);
      return;
    }
    const auto& leaves = leaves_[std::size_t(game.node)];
    const double share = game.weight * (values_[std::size_t(game.with)] - values_[std::size_t(game.without)]) / double(leaves.size());
    for (const int leaf : leaves) phi[std::size_t(leaf)] += share;
  }

  PlayerTree tree_;
  std::vector<std::vector<int>> leaves_;  // by node
  std::vector<Game> games_;
  std::vector<std::vector<std::uint8_t>> coalitions_;
  std::vector<double> values_;
  int known_ = 0;
};

}  // namespace

std::unique_ptr<GameEstimator> owen_values(const PlayerTree& tree, int evaluations) {
  return std::make_unique<OwenValues>(tree, evaluations);
}

const Method& partition_shap_method() {
  static const Method method{
      .id = "partition-shap",
      .name = "Partition SHAP",
      .summary = "Shares the probability between halves of the picture, then between their halves, down to superpixels.",
      .reference = "Owen 1977, doi:10.1007/978-3-642-45494-3_7",
      .family = Family::surrogate,
      .map = MapKind::signed_map,
      .unit = "probability",
      .needs = {},
      .params = superpixel_game_params({coalitions_param("500")}),
      .start =
          [](Task task) {
            return start_superpixel_game(std::move(task), "partition-shap", [](const Task& of, const Segmentation& cut) {
              return owen_values({cut.count, merge_hierarchy(of.image, cut)}, of.params.integer("samples"));
            });
          },
  };
  return method;
}

}  // namespace whybox
