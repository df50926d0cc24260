// Estimators of Shapley values against the axioms, the exact values and each other, on games without any network.
#include "explainers/game.h"

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <functional>
#include <numeric>

#include "base/rng.h"

using namespace whybox;
using Catch::Approx;

namespace {

using Coalition = std::vector<std::uint8_t>;
using Value = std::function<double(const Coalition&)>;

std::vector<double> play(GameEstimator& estimator, int players, const Value& v) {
  Coalition on(std::size_t(players), 9);
  for (int i = 0; i < estimator.evaluations(); ++i) {
    estimator.coalition(i, on);
    estimator.absorb(i, v(on));
  }
  return estimator.contributions();
}
std::vector<double> exact(int players, const Value& v) { return play(*exact_shapley(players), players, v); }

std::size_t bits(const Coalition& on) {
  std::size_t result = 0;
  for (std::size_t i = 0; i < on.size(); ++i) result |= std::size_t(on[i]) << i;
  return result;
}

/// Any values at all.
Value random_game(int players, std::uint64_t seed) {
  std::vector<double> table(std::size_t(1) << players);
  Rng rng(seed);
  for (double& value : table) value = rng.uniform(-1, 1);
  return [table](const Coalition& on) { return table[bits(on)]; };
}

/// A value for many players: single ones, and pairs of neighbours.
double smooth_game(const Coalition& on) {
  double value = 0.3;
  for (std::size_t i = 0; i < on.size(); ++i) {
    value += on[i] * std::sin(double(i));
    if (i > 0) value += 0.2 * on[i] * on[i - 1];
  }
  return value;
}
/// Its Shapley values: a pair shares its part evenly.
std::vector<double> smooth_contributions(int players) {
  std::vector<double> phi;
  for (int i = 0; i < players; ++i) phi.push_back(std::sin(double(i)) + 0.1 * (i > 0) + 0.1 * (i + 1 < players));
  return phi;
}

double worth(const Value& v, int players) { return v(Coalition(std::size_t(players), 1)) - v(Coalition(std::size_t(players), 0)); }
double sum(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

void check_close(const std::vector<double>& found, const std::vector<double>& wanted, double margin) {
  REQUIRE(found.size() == wanted.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    INFO(i);
    CHECK(found[i] == Approx(wanted[i]).margin(margin));
  }
}

PlayerTree chain(int players) {
  PlayerTree tree{players, {}};
  for (int i = 1; i < players; ++i) tree.children.push_back({i == 1 ? 0 : players + i - 2, i});
  return tree;
}

PlayerTree balanced(int players) {
  PlayerTree tree{players, {}};
  std::vector<int> level(static_cast<std::size_t>(players));
  std::iota(level.begin(), level.end(), 0);
  while (level.size() > 1) {
    std::vector<int> next;
    for (std::size_t i = 0; i + 1 < level.size(); i += 2) {
      tree.children.push_back({level[i], level[i + 1]});
      next.push_back(players + int(tree.children.size()) - 1);
    }
    if (level.size() % 2 == 1) next.push_back(level.back());
    level = next;
  }
  return tree;
}

}  // namespace

TEST_CASE("three programmers share as in the lecture") {
  const Value v = [](const Coalition& on) { return std::array{0.0, 10.0, 30.0, 50.0, 5.0, 40.0, 35.0, 100.0}[bits(on)]; };
  const std::vector<double> wanted{205.0 / 6, 250.0 / 6, 145.0 / 6};  // 34.17, 41.67, 24.17
  check_close(exact(3, v), wanted, 1e-12);
  check_close(play(*kernel_shap(3, 6, 0), 3, v), wanted, 1e-6);
  check_close(play(*sampled_shapley(3, 20000, 0), 3, v), wanted, 0.5);
}

TEST_CASE("exact values are efficient, symmetric, additive, and give nothing to a dummy") {
  const int players = 7;
  const Value a = random_game(players, 1), b = random_game(players, 2);
  const auto phi = exact(players, a), other = exact(players, b);
  CHECK(sum(phi) == Approx(worth(a, players)));

  const auto both = exact(players, [&](const Coalition& on) { return a(on) + 3 * b(on); });
  for (std::size_t i = 0; i < both.size(); ++i) CHECK(both[i] == Approx(phi[i] + 3 * other[i]));

  const auto swapped = exact(players, [&](Coalition on) {
    std::swap(on[1], on[4]);
    return a(on);
  });
  CHECK(swapped[1] == Approx(phi[4]));
  CHECK(swapped[4] == Approx(phi[1]));

  const auto dummy = exact(players, [&](Coalition on) {
    on[2] = 0;
    return a(on);
  });
  CHECK(dummy[2] == Approx(0).margin(1e-12));
}

TEST_CASE("KernelSHAP with all coalitions is exact") {
  for (int players = 1; players <= 10; ++players) {
    INFO(players);
    const Value v = random_game(players, std::uint64_t(players));
    const auto estimator = kernel_shap(players, 1 << players, 0);
    CHECK(estimator->evaluations() == std::max(2, 1 << players));
    check_close(play(*estimator, players, v), exact(players, v), 1e-6);
  }
}

TEST_CASE("KernelSHAP is exact for games of single players and pairs as soon as its equations have a solution") {
  // Paired draws: the odd part of the game is linear, and complements cancel the even one.
  const auto phi = play(*kernel_shap(30, 2000, 4), 30, smooth_game);
  check_close(phi, smooth_contributions(30), 1e-6);
}

TEST_CASE("sampled values tend to the exact ones, and their errors tell how near they are") {
  const Value v = random_game(8, 5);
  const auto estimator = sampled_shapley(8, 4000, 1);
  const auto phi = play(*estimator, 8, v), wanted = exact(8, v), errors = standard_errors(*estimator->uncertainty());
  CHECK(estimator->evaluations() == 2 + 4000 * 7);
  CHECK(sum(phi) == Approx(worth(v, 8)));
  for (std::size_t i = 0; i < phi.size(); ++i) {
    CHECK(errors[i] > 0);
    CHECK(errors[i] < 0.02);
    CHECK(std::abs(phi[i] - wanted[i]) < 5 * errors[i]);  // five sigma: once in two million
  }
}

TEST_CASE("Owen values of two players, and of a game that is a sum, are Shapley values") {
  const Value two = random_game(2, 8);
  check_close(play(*owen_values(chain(2), 4), 2, two), exact(2, two), 1e-12);
  const Value additive = [](const Coalition& on) { return 0.5 + 2.0 * on[0] - on[1] + 0.25 * on[4]; };
  for (const PlayerTree& tree : {chain(6), balanced(6)})
    check_close(play(*owen_values(tree, 100000), 6, additive), {2, -1, 0, 0, 0.25, 0}, 1e-12);
}

TEST_CASE("Owen values of a tree of unions are those of the games that they stand for") {
  // ((0 1) (2 3)): player 0 joins before or after 1, in each case before or after the union of 2 and 3.
  const Value v = random_game(4, 9);
  const auto worth_of = [&](std::size_t set) {
    Coalition on(4);
    for (std::size_t i = 0; i < 4; ++i) on[i] = set >> i & 1;
    return v(on);
  };
  double zero = 0;
  for (const std::size_t rest : {std::size_t(0), std::size_t(2), std::size_t(12), std::size_t(14)}) zero += (worth_of(rest | 1) - worth_of(rest)) / 4;
  CHECK(play(*owen_values(balanced(4), 1000), 4, v)[0] == Approx(zero));
}

TEST_CASE("at every budget each estimator's contributions sum to the game's worth") {
  const int players = 12;
  const Value v = random_game(players, 10);
  for (const int budget : {2, 3, 10, 50, 333, 5000}) {
    INFO(budget);
    CHECK(sum(play(*owen_values(balanced(players), budget), players, v)) == Approx(worth(v, players)));
    CHECK(sum(play(*kernel_shap(players, budget, 3), players, v)) == Approx(worth(v, players)).margin(1e-6));
    CHECK(sum(play(*sampled_shapley(players, budget, 3), players, v)) == Approx(worth(v, players)));
  }
}

TEST_CASE("a single player gets everything") {
  const Value v = [](const Coalition& on) { return on[0] ? 0.75 : 0.25; };
  CHECK(exact(1, v)[0] == Approx(0.5));
  CHECK(play(*kernel_shap(1, 10, 0), 1, v)[0] == Approx(0.5));
  CHECK(play(*sampled_shapley(1, 10, 0), 1, v)[0] == Approx(0.5));
  CHECK(play(*owen_values({1, {}}, 10), 1, v)[0] == Approx(0.5));
}

TEST_CASE("coalition 0 is everybody, 1 is nobody, and a number's coalition depends on the seed and on it alone") {
  for (const auto& make : {std::function([](std::uint64_t seed) { return kernel_shap(20, 500, seed); }),
                           std::function([](std::uint64_t seed) { return sampled_shapley(20, 30, seed); })}) {
    const auto a = make(1), b = make(1), other = make(2);
    Coalition one(20), two(20);
    a->coalition(0, one);
    CHECK(std::ranges::all_of(one, [](auto on) { return on == 1; }));
    a->coalition(1, one);
    CHECK(std::ranges::all_of(one, [](auto on) { return on == 0; }));
    bool differs = false;
    for (int i = a->evaluations(); i-- > 0;) {
      a->coalition(i, one);
      b->coalition(i, two);
      CHECK(one == two);
      other->coalition(i, two);
      differs = differs || one != two;
    }
    CHECK(differs);
  }
}

TEST_CASE("drawn coalitions of KernelSHAP come with their complements") {
  const auto estimator = kernel_shap(20, 500, 1);
  Coalition one(20), two(20);
  for (int i = 2; i + 1 < estimator->evaluations(); i += 2) {
    estimator->coalition(i, one);
    estimator->coalition(i + 1, two);
    for (std::size_t j = 0; j < 20; ++j) CHECK(one[j] + two[j] == 1);
  }
}

TEST_CASE("errors of KernelSHAP's contributions are how far seeds spread them") {
  // A game with interactions of three, which pairs of complements do not cancel.
  const auto v = [](const Coalition& on) {
    double value = smooth_game(on);
    for (std::size_t i = 2; i < on.size(); ++i) value += 0.3 * on[i] * on[i - 1] * on[i - 2];
    return value;
  };
  constexpr int kPlayers = 12, kSeeds = 200;
  CoMoments contributions(kPlayers);
  std::vector<double> told(kPlayers);
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const auto estimator = kernel_shap(kPlayers, 300, seed);
    contributions.add(play(*estimator, kPlayers, v));
    const auto errors = standard_errors(*estimator->uncertainty());
    for (std::size_t i = 0; i < told.size(); ++i) told[i] += errors[i] / kSeeds;
  }
  // The deviation of 200 numbers is itself known to 1 / sqrt(400) = 5 %; four of those.
  const auto spread = standard_errors(contributions.of_mean());
  for (std::size_t i = 0; i < told.size(); ++i) CHECK(told[i] == Approx(spread[i] * std::sqrt(kSeeds)).epsilon(0.2));
}

TEST_CASE("KernelSHAP with all coalitions has no error, and with too few does not pretend to know one") {
  const Value v = random_game(6, 1);
  const auto whole = kernel_shap(6, 1 << 6, 0), few = kernel_shap(30, 50, 0);
  play(*whole, 6, v);
  play(*few, 30, smooth_game);
  for (const double error : standard_errors(*whole->uncertainty())) CHECK(error == 0);
  CHECK_FALSE(few->uncertainty().has_value());
}

TEST_CASE("estimators that draw nothing tell no error") {
  CHECK_FALSE(exact_shapley(4)->uncertainty().has_value());
  CHECK(exact_shapley(4)->first_look() == 0);
  CHECK_FALSE(owen_values(balanced(4), 100)->uncertainty().has_value());
}
