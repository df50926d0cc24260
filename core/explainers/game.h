#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "explainers/stop_rule.h"

namespace whybox {

/// Estimates what each of M players contributes to a game v(S), from the values of coalitions that it asks for: number 0 is
/// everybody, number 1 nobody. Which coalition number i is depends on the seed and on i alone.
class GameEstimator {
 public:
  virtual ~GameEstimator() = default;
  /// How many coalitions it asks for.
  virtual int evaluations() const = 0;
  /// @param on  [M], set to 0 or 1
  virtual void coalition(int number, std::span<std::uint8_t> on) const = 0;
  /// Whether most coalitions differ from the one before in few players: then few pixels change from picture to picture.
  virtual bool walks() const { return false; }
  /// The value of coalition `number`; given once for each, in order.
  virtual void absorb(int number, double value) = 0;
  /// The contributions phi, [M], as far as is known. Once everything is: sum phi = v(all) - v(none).
  virtual std::vector<double> contributions() const = 0;
  /// How far they may be from what endless draws would give; none where nothing is drawn or too little yet.
  virtual std::optional<Uncertainty> uncertainty() const { return std::nullopt; }
  /// The fewest evaluations that say something about it; 0 where nothing is drawn.
  virtual int first_look() const { return 0; }
};

/// 2^16 coalitions are what a person waits for; one player more doubles it.
inline constexpr int kMaxExactPlayers = 16;

/// phi_i = sum_S |S|! (M - |S| - 1)! / M! (v(S + i) - v(S)), over all 2^M coalitions. Shapley 1953.
/// @param players  M, 1 to kMaxExactPlayers
std::unique_ptr<GameEstimator> exact_shapley(int players);

/// The mean marginal contribution over random orders in which players join; Štrumbelj & Kononenko 2014,
/// doi:10.1007/s10115-013-0679-x, algorithm 1, every order evaluated along its whole length.
std::unique_ptr<GameEstimator> sampled_shapley(int players, int permutations, std::uint64_t seed);

/// Weighted least squares on coalitions with pi(s) = (M - 1) / (C(M, s) s (M - s)), under sum phi = v(all) - v(none); Lundberg & Lee
/// 2017, arXiv:1705.07874, theorem 2. Sizes of coalition whose subsets the budget covers are taken whole, from the outside in; the
/// rest of the budget draws subsets of the other sizes, each followed by its complement. With 2^M - 2 samples it is exact.
std::unique_ptr<GameEstimator> kernel_shap(int players, int samples, std::uint64_t seed);

/// A binary tree over players: leaves are 0 .. M - 1, inner node i has children children[i - M], the last node is the root.
struct PlayerTree {
  int players;
  std::vector<std::array<int, 2>> children;  ///< M - 1 of them
};
/// Owen values down a tree: a node's contribution is shared between its two children as in a game of two, with and without the rest,
/// level by level until the budget ends; what is left below shares evenly. Owen 1977, doi:10.1007/978-3-642-45494-3_7, as in the
/// image explainer of the shap package.
std::unique_ptr<GameEstimator> owen_values(const PlayerTree& tree, int evaluations);

}  // namespace whybox
