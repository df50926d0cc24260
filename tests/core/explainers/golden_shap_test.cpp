// Estimators of games against the shap package: the same games, coalitions and trees (tests/golden/make_shap.py).
#include <array>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "explainers/game.h"
#include "explainers/shapley_regression.h"
#include "support/golden.h"

using namespace whybox;
using Catch::Approx;

namespace {

/// The files keep float32; the sums of either side are in double precision. Values and weights are below 1, and their rounding
/// (6e-8 each) is enlarged by the regression's condition, some ten.
constexpr double kMargin = 2e-6;

std::vector<double> play(GameEstimator& estimator, std::size_t players, std::span<const float> values) {
  std::vector<std::uint8_t> on(players);
  for (int i = 0; i < estimator.evaluations(); ++i) {
    estimator.coalition(i, on);
    std::size_t bits = 0;
    for (std::size_t player = 0; player < players; ++player) bits |= std::size_t(on[player]) << player;
    estimator.absorb(i, values[bits]);
  }
  return estimator.contributions();
}

void check_close(std::span<const double> found, std::span<const float> wanted) {
  REQUIRE(found.size() == wanted.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    INFO("player " << i);
    CHECK(found[i] == Approx(wanted[i]).margin(kMargin));
  }
}

}  // namespace

TEST_CASE("KernelSHAP with every coalition gives what shap's KernelExplainer gives") {
  const int players = GENERATE(3, 6, 9);
  const auto golden = test::read_npz(test::golden_folder() / "shap" / ("kernel_" + std::to_string(players) + ".npz"));
  const auto estimator = kernel_shap(players, 1 << players, 0);
  check_close(play(*estimator, std::size_t(players), golden.at("values").as<float>()), golden.at("phi").as<float>());
}

TEST_CASE("the same drawn coalitions and weights give the contributions of shap's KernelExplainer") {
  const int players = GENERATE(12, 30);
  const auto golden = test::read_npz(test::golden_folder() / "shap" / ("regression_" + std::to_string(players) + ".npz"));
  const auto on = golden.at("on").as<std::uint8_t>();
  const auto weights = golden.at("weights").as<float>(), answers = golden.at("answers").as<float>(), ends = golden.at("ends").as<float>();
  ShapleyRegression regression(players);
  for (std::size_t i = 0; i < answers.size(); ++i)
    regression.add(on.subspan(i * std::size_t(players), std::size_t(players)), double(answers[i]) - ends[0], weights[i]);
  const auto phi = regression.solve(double(ends[1]) - ends[0]);
  check_close(std::vector(phi.begin(), phi.end()), golden.at("phi").as<float>());
}

TEST_CASE("single players and all but one, taken whole, weigh as much against the rest as in shap") {
  const int players = GENERATE(12, 30);
  const auto golden = test::read_npz(test::golden_folder() / "shap" / ("regression_" + std::to_string(players) + ".npz"));
  const auto on = golden.at("on").as<std::uint8_t>();
  const auto weights = golden.at("weights").as<float>();
  // pi(1) over the sum of all pi(S): mass (M - 1) / (s (M - s)) of each size.
  double all = 0;
  for (int s = 1; s < players; ++s) all += double(players - 1) / (double(s) * (players - s));
  const double wanted = 1.0 / players / all;
  for (int i = 0; i < 2 * players; ++i) {
    int size = 0;
    for (int player = 0; player < players; ++player) size += on[std::size_t(i * players + player)];
    CHECK((size == 1 || size == players - 1));
    CHECK(weights[std::size_t(i)] == Approx(wanted).epsilon(1e-5));
  }
}

TEST_CASE("Owen values down a tree are those of shap's PartitionExplainer with that clustering") {
  const auto* name = GENERATE("2_pair", "6_chain", "7_balanced", "8_balanced");
  const auto golden = test::read_npz(test::golden_folder() / "shap" / (std::string("partition_") + name + ".npz"));
  const auto children = golden.at("children").as<std::uint8_t>();
  const std::size_t players = golden.at("phi").as<float>().size();
  PlayerTree tree{int(players), {}};
  for (std::size_t i = 0; i < children.size(); i += 2) tree.children.push_back({children[i], children[i + 1]});
  const auto estimator = owen_values(tree, 1 << 20);
  check_close(play(*estimator, players, golden.at("values").as<float>()), golden.at("phi").as<float>());
}
