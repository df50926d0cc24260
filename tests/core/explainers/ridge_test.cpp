#include "explainers/ridge.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>

#include "base/rng.h"
#include "explainers/coalition.h"
#include "support/npz.h"

using namespace whybox;
using Catch::Approx;

namespace {

using Coalition = std::vector<std::uint8_t>;

Coalition draw(int sample, std::size_t features) {
  Coalition on(features);
  draw_coalition(11, sample, on);
  return on;
}

double reference_kernel(double distance, double width) { return std::sqrt(std::exp(-distance * distance / (width * width))); }

}  // namespace

TEST_CASE("one feature has the closed form of weighted ridge") {
  // Answers 1 (off, weight 2) and 4 (on, weight 3): means z = 3/5, y = 14/5; S_zz = 6/5, S_zy = 18/5; w = S_zy / (S_zz + alpha).
  CoalitionRidge ridge(1);
  ridge.add(Coalition{0}, 1, 2);
  ridge.add(Coalition{1}, 4, 3);
  const Surrogate fit = ridge.solve(0.8);
  CHECK(fit.weights[0] == Approx(1.8));
  CHECK(fit.intercept == Approx(2.8 - 1.8 * 0.6));
  // Off predicts 1.72, on 3.52: rest 2 0.72^2 + 3 0.48^2, spread 2 1.8^2 + 3 1.2^2.
  CHECK(fit.r2 == Approx(1 - (2 * 0.5184 + 3 * 0.2304) / (2 * 3.24 + 3 * 1.44)));
}

TEST_CASE("an additive game's weights are found as the penalty goes to zero") {
  const std::vector<double> weights{0.5, -0.25, 0, 0.125, -1};
  CoalitionRidge ridge(5);
  for (int i = 0; i < 100; ++i) {
    const Coalition on = draw(i, 5);
    double answer = 0.3;
    for (std::size_t j = 0; j < 5; ++j) answer += on[j] * weights[j];
    ridge.add(on, answer, 0.1 + 0.01 * i);
  }
  // A penalty alpha biases each weight by about alpha / (sum of pi / 4), here 1e-9 / 15.
  const Surrogate fit = ridge.solve(1e-9);
  for (std::size_t j = 0; j < 5; ++j) CHECK(fit.weights[j] == Approx(weights[j]).margin(1e-9));
  CHECK(fit.intercept == Approx(0.3).margin(1e-9));
  CHECK(fit.r2 == Approx(1));
}

TEST_CASE("the penalty does not touch the intercept") {
  CoalitionRidge ridge(3);
  for (int i = 0; i < 50; ++i) ridge.add(draw(i, 3), 7, 1);
  const Surrogate fit = ridge.solve(1e6);
  CHECK(fit.intercept == Approx(7));
  for (const double weight : fit.weights) CHECK(weight == 0);
}

TEST_CASE("the fit is the minimum: its gradient vanishes") {
  std::vector<Coalition> samples;
  std::vector<double> answers, importances;
  Rng rng(4);
  CoalitionRidge ridge(6);
  for (int i = 0; i < 40; ++i) {
    samples.push_back(draw(i, 6));
    answers.push_back(rng.uniform());
    importances.push_back(0.1 + rng.uniform());
    ridge.add(samples.back(), answers.back(), importances.back());
  }
  const Surrogate fit = ridge.solve(0.7);
  double along_intercept = 0;
  std::vector<double> along(6);
  for (std::size_t j = 0; j < 6; ++j) along[j] = 0.7 * fit.weights[j];
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double miss = importances[i] * (fit.predict(samples[i]) - answers[i]);
    along_intercept += miss;
    for (std::size_t j = 0; j < 6; ++j) along[j] += miss * samples[i][j];
  }
  CHECK(along_intercept == Approx(0).margin(1e-12));
  for (const double slope : along) CHECK(slope == Approx(0).margin(1e-12));
}

TEST_CASE("a surrogate predicts its intercept and the weights that are on") {
  const Surrogate fit{.weights = {1, 2, 4}, .intercept = 0.5};
  CHECK(fit.predict(Coalition{1, 0, 1}) == 5.5);
  CHECK(fit.predict(Coalition{0, 0, 0}) == 0.5);
}

TEST_CASE("without samples the surrogate is zero, with one it is that answer") {
  CoalitionRidge ridge(2);
  CHECK(ridge.solve(1).intercept == 0);
  ridge.add(Coalition{1, 1}, 0.75, 1);
  const Surrogate fit = ridge.solve(1);
  CHECK(fit.intercept == 0.75);
  CHECK(fit.weights == std::vector<double>{0, 0});
  CHECK(fit.r2 == 1);
}

TEST_CASE("a sample that weighs twice counts as two samples") {
  CoalitionRidge once(4), twice(4);
  for (int i = 0; i < 30; ++i) {
    const Coalition on = draw(i, 4);
    once.add(on, i % 7, 2);
    twice.add(on, i % 7, 1);
    twice.add(on, i % 7, 1);
  }
  for (std::size_t j = 0; j < 4; ++j) CHECK(once.solve(1).weights[j] == Approx(twice.solve(1).weights[j]));
}

TEST_CASE("the same samples give the weights that LIME's authors' package gives") {
  const auto* name = GENERATE("usual", "fewer_samples_than_superpixels", "narrow", "hardly_penalised", "small_effects");
  CAPTURE(name);
  const auto golden = test::read_npz(std::filesystem::path(WHYBOX_SOURCE_DIR) / "tests/golden/lime" / (std::string(name) + ".npz"));
  const auto coalitions = golden.at("coalitions").as<std::uint8_t>();
  const auto answers = golden.at("answers").as<float>(), weights = golden.at("weights").as<float>();
  const auto numbers = golden.at("numbers").as<float>();  // width, alpha, intercept, R^2, prediction for all on
  const std::size_t features = weights.size();
  CoalitionRidge ridge(static_cast<int>(features));
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const auto on = coalitions.subspan(i * features, features);
    ridge.add(on, answers[i], reference_kernel(cosine_distance_to_all(on), numbers[0]));
  }
  const Surrogate fit = ridge.solve(numbers[1]);
  // Both solve in double precision; the file keeps float32, whose rounding of numbers below 1 is 6e-8.
  for (std::size_t j = 0; j < features; ++j) CHECK(fit.weights[j] == Approx(weights[j]).margin(1e-6));
  CHECK(fit.intercept == Approx(numbers[2]).margin(1e-6));
  CHECK(fit.r2 == Approx(numbers[3]).margin(1e-5));
  CHECK(fit.predict(Coalition(features, 1)) == Approx(numbers[4]).margin(1e-6));
}

namespace {

/// Answers with an interaction, which no linear model fits, and weights of their own.
CoalitionRidge::Sample interacting(int sample, std::span<std::uint8_t> on, std::uint64_t seed) {
  draw_coalition(seed, sample, on);
  double answer = 0.2;
  for (std::size_t j = 0; j < on.size(); ++j) answer += 0.1 * std::sin(double(j)) * on[j];
  return {answer + 0.5 * on[0] * on[1] - 0.3 * on[2] * on[3], reference_kernel(cosine_distance_to_all(on), 0.5)};
}

}  // namespace

TEST_CASE("the R^2 of samples left out is that of as many fits, each without one of them") {
  constexpr std::size_t kFeatures = 6;
  constexpr int kSamples = 40;
  constexpr double kAlpha = 0.7;
  const auto sample = [](int i, std::span<std::uint8_t> on) { return interacting(i, on, 3); };
  CoalitionRidge whole(kFeatures);
  Coalition on(kFeatures);
  double total = 0, mean = 0;
  for (int i = 0; i < kSamples; ++i) {
    const auto [answer, weight] = sample(i, on);
    whole.add(on, answer, weight);
    total += weight;
    mean += weight * answer;
  }
  mean /= total;
  double missed = 0, spread = 0;
  for (int left = 0; left < kSamples; ++left) {
    CoalitionRidge others(kFeatures);
    for (int i = 0; i < kSamples; ++i) {
      const auto [answer, weight] = sample(i, on);
      if (i != left) others.add(on, answer, weight);
    }
    const auto [answer, weight] = sample(left, on);
    missed += weight * std::pow(answer - others.solve(kAlpha).predict(on), 2);
    spread += weight * std::pow(answer - mean, 2);
  }
  const SurrogateCheck check = whole.check(kAlpha, sample);
  CHECK(check.left_out_r2 == Approx(1 - missed / spread).margin(1e-9));
  CHECK(check.left_out_r2 < whole.solve(kAlpha).r2);
  CHECK(check.error > 0);
}

TEST_CASE("standard errors of the weights are how far seeds spread them") {
  constexpr std::size_t kFeatures = 8;
  constexpr int kSamples = 300, kSeeds = 300;
  CoMoments weights(kFeatures);
  std::vector<double> told(kFeatures);
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    CoalitionRidge ridge(kFeatures);
    Coalition on(kFeatures);
    const auto sample = [seed](int i, std::span<std::uint8_t> z) { return interacting(i, z, seed); };
    for (int i = 0; i < kSamples; ++i) {
      const auto [answer, weight] = sample(i, on);
      ridge.add(on, answer, weight);
    }
    weights.add(ridge.solve(1).weights);
    const auto errors = standard_errors(ridge.check(1, sample).uncertainty);
    for (std::size_t j = 0; j < kFeatures; ++j) told[j] += errors[j] / kSeeds;
  }
  // The deviation of 300 numbers is itself known to 1 / sqrt(600) = 4 %; four of those.
  const auto spread = standard_errors(weights.of_mean());
  for (std::size_t j = 0; j < kFeatures; ++j) CHECK(told[j] == Approx(spread[j] * std::sqrt(kSeeds)).epsilon(0.16));
}

TEST_CASE("a game that the surrogate meets exactly leaves no error") {
  CoalitionRidge ridge(3);
  Coalition on(3);
  const auto sample = [](int i, std::span<std::uint8_t> z) {
    draw_coalition(1, i, z);
    return CoalitionRidge::Sample{0.5 * z[0] - 0.25 * z[2], 1};
  };
  for (int i = 0; i < 60; ++i) {
    const double answer = sample(i, on).answer;  // which sets `on`
    ridge.add(on, answer, 1);
  }
  CHECK(ridge.check(1e-9, sample).error < 1e-8);
}
