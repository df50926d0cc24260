#include "explainers/stop_rule.h"

#include <array>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "base/rng.h"
#include "support/tiny_networks.h"

using namespace whybox;
using namespace whybox::testing;
using Catch::Approx;

namespace {

StopRule rule(const std::string& stop, const std::string& top, int first = 100, int most = 1000) {
  const auto specs = stop_params();
  return {must(resolve(specs, {{"stop", stop}, {"top", top}})), first, most};
}

/// Independent values that all have this standard error.
Uncertainty independent(std::size_t size, double error, double degrees = 1e6) {
  Uncertainty result{.covariance = std::vector<double>(size * size), .degrees = degrees};
  for (std::size_t i = 0; i < size; ++i) result.covariance[i * size + i] = error * error;
  return result;
}

}  // namespace

TEST_CASE("looks grow by half from the first to the last sample") {
  const StopRule looks = rule("stable", "3", 100, 500);
  std::vector<int> due;
  for (int i = 1; i <= 500; ++i)
    if (looks.due(i)) due.push_back(i);
  CHECK(due == std::vector{100, 150, 225, 338, 500});
}

TEST_CASE("a method that may take fewer samples than the first look wants is looked at once, at its end") {
  const StopRule looks = rule("stable", "3", 100, 40);
  for (int i = 1; i < 40; ++i) CHECK_FALSE(looks.due(i));
  CHECK(looks.due(40));
}

TEST_CASE("places are stable up to the first that chance could change") {
  const StopRule off = rule("off", "4");
  // Differences have an error of 0.1 sqrt 2; 5 % over four places wants 2.5 of those, 0.353.
  const auto spread = independent(5, 0.1);
  CHECK(off.stable_places(std::vector{5.0, 3.0, 1.0, 0.0, -1.0}, spread) == 4);
  CHECK(off.stable_places(std::vector{1.0, 5.0, -1.0, 0.0, 3.0}, spread) == 4);  // in any order
  CHECK(off.stable_places(std::vector{5.0, 3.0, 2.7, 0.0, -1.0}, spread) == 1);
  CHECK(off.stable_places(std::vector{5.0, 4.66, 2.7, 0.0, -1.0}, spread) == 0);
  CHECK(off.stable_places(std::vector{5.0, 4.64, 2.7, 0.0, -1.0}, spread) == 4);
  CHECK(off.stable_places(std::vector{5.0, 5.0, 2.7, 0.0, -1.0}, independent(5, 0)) == 0);
  CHECK_FALSE(off.settled(std::vector{5.0, 3.0, 1.0, 0.0, -1.0}, spread));  // not asked to stop
  CHECK(rule("stable", "4").settled(std::vector{5.0, 3.0, 1.0, 0.0, -1.0}, spread));
}

TEST_CASE("values that vary together are told apart sooner, and few draws want more") {
  const StopRule off = rule("off", "1");
  Uncertainty together = independent(2, 0.2);
  CHECK(off.stable_places(std::vector{0.4, 0.0}, together) == 0);
  together.covariance[1] = together.covariance[2] = 0.035;  // difference: sqrt(0.08 - 0.07) = 0.1
  CHECK(off.stable_places(std::vector{0.4, 0.0}, together) == 1);
  together.degrees = 2;  // Student's t at 2.5 % with two degrees of freedom is 4.3
  CHECK(off.stable_places(std::vector{0.4, 0.0}, together) == 0);
}

TEST_CASE("more places than values, and a single value, settle") {
  CHECK(rule("stable", "50").settled(std::vector{3.0, 2.0, 1.0}, independent(3, 0.01)));
  CHECK(rule("stable", "3").settled(std::vector{3.0}, independent(1, 0.01)));
}

TEST_CASE("co-moments are the textbook's mean and covariance") {
  CoMoments moments(2);
  for (const auto& [a, b] : {std::array{1.0, 10.0}, std::array{2.0, 14.0}, std::array{6.0, 12.0}}) moments.add(std::array{a, b});
  CHECK(moments.mean() == std::vector{3.0, 12.0});
  const Uncertainty found = moments.of_mean();
  // Sums of products of deviations 14, 8 and 2 over n - 1 = 2 and n = 3.
  CHECK(found.covariance[0] == Approx(14.0 / 6));
  CHECK(found.covariance[3] == Approx(8.0 / 6));
  CHECK(found.covariance[1] == Approx(2.0 / 6));
  CHECK(found.covariance[2] == found.covariance[1]);
  CHECK(standard_errors(found)[1] == Approx(std::sqrt(8.0 / 6)));
  CHECK(error_of_difference(found, 0, 1) == Approx(std::sqrt((14.0 + 8 - 4) / 6)));
}

TEST_CASE("rankings that were called stable are the true ones in nineteen of twenty runs") {
  // Five values, two of them close; draws of normal noise, looked at nine times. With no regard to the number of looks a fair
  // part of runs would stop at a wrong order.
  const std::array truth{0.5, 0.45, 0.1, 0.0, -0.2};
  int stopped = 0, wrong = 0;
  for (int run = 0; run < 400; ++run) {
    Rng rng = Rng::numbered(7, std::uint64_t(run));
    const StopRule looks = rule("stable", "2", 20, 500);
    CoMoments moments(5);
    for (int i = 1; i <= 500; ++i) {
      std::array<float, 5> noise{};
      rng.normal(noise);
      std::array<double, 5> draw{};
      for (std::size_t j = 0; j < 5; ++j) draw[j] = truth[j] + 0.5 * noise[j];
      moments.add(draw);
      if (!looks.due(i) || !looks.settled(moments.mean(), moments.of_mean())) continue;
      ++stopped;
      wrong += moments.mean()[0] < moments.mean()[1];
      break;
    }
  }
  CHECK(stopped > 20);
  CHECK(wrong <= 0.05 * 400);
}

TEST_CASE("methods that stop early used fewer samples, and tell how many") {
  // Only one corner matters to this network.
  std::vector<float> weights(16 * 16 * 3);
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = i / 3 % 16 < 4 && i / 48 < 4 ? 0.01f : 0.0f;
  const auto network = network_of(linear_network(16, 16, 3, weights));
  const Image white{16, 16, std::vector<std::uint8_t>(16 * 16 * 3, 255)};
  const auto check = [&](const char* method, Given given, const char* most, double samples) {
    INFO(method);
    given["fill"] = "black";
    given["segmentation"] = "grid";
    given["superpixels"] = "4";
    given["top"] = "1";
    if (std::string_view(method) == "rise") given = {{"cells", "4"}, {"top", "1"}};
    given[std::string(most)] = std::format("{}", samples);
    given["stop"] = "stable";
    const auto short_run = explain(method, *network, white, {.given = given});
    given["stop"] = "off";
    const auto whole_run = explain(method, *network, white, {.given = given});
    CHECK(short_run->progress() == 1);
    CHECK(finding(*short_run, "stable_places") == 1);
    CHECK(finding(*short_run, "samples") < finding(*whole_run, "samples") / 2);
    // The same seed: what was drawn until then is what the whole run drew first, whatever the batches.
    given["stop"] = "stable";
    const auto threaded = network_of(linear_network(16, 16, 3, weights), 2);
    CHECK(explain(method, *threaded, white, {.given = given})->heatmap().values == short_run->heatmap().values);
  };
  check("lime", {}, "samples", 2000);
  check("shapley-sampling", {}, "permutations", 500);
  check("rise", {}, "samples", 60000);
}
