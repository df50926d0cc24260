#include "session/runs.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

#include "session/describe.h"
#include "tiny_model.h"

using namespace whybox;
using namespace whybox::testing;
using Catch::Approx;

namespace {

Heatmap map_of(std::vector<float> values) { return {1, int(values.size()), std::move(values)}; }

/// LIME of few samples, finished.
Session noisy_session(std::string method = "lime", std::map<std::string, std::string> params = {{"samples", "12"}, {"superpixels", "6"}}) {
  Session session = colour_session();
  REQUIRE(session.set_image(two_colours(20, 30, kRed, {255, 80, 0})).has_value());
  REQUIRE(session.start(method, 0, params, 5).has_value());
  while (!session.finished()) REQUIRE(session.step().has_value());
  return session;
}

void finish_runs(Session& session) {
  double before = -1;
  while (!session.runs()->finished()) {
    CHECK(session.runs_progress() >= before);
    before = session.runs_progress();
    REQUIRE(session.step_runs().has_value());
    REQUIRE(session.runs() != nullptr);
  }
}

}  // namespace

TEST_CASE("runs have the mean and the standard deviation of their maps and weights") {
  Runs runs(3);
  runs.add(map_of({1, 10}), std::vector{0.5f, -0.25f});
  runs.add(map_of({2, 10}), std::vector{0.25f, 0.5f});
  runs.add(map_of({6, 10}), std::vector{0.75f, 0.0f});
  CHECK(runs.finished());
  CHECK(runs.mean().values == std::vector{3.0f, 10.0f});
  CHECK(runs.spread().values == std::vector{float(std::sqrt(7.0)), 0.0f});
  const auto weights = runs.weights();
  CHECK(weights[0].mean == Approx(0.5));
  CHECK(weights[0].spread == Approx(0.25));
  CHECK_FALSE(weights[0].flips());
  CHECK(weights[1].positive == 1);
  CHECK(weights[1].negative == 1);
  CHECK(weights[1].flips());
}

TEST_CASE("agreement is the mean correlation of two runs") {
  Runs runs(3);
  runs.add(map_of({1, 2, 3}), {});
  runs.add(map_of({30, 20, 10}), {});  // -1 to the first
  runs.add(map_of({5, 7, 9}), {});     // 1 to the first, -1 to the second
  CHECK(runs.agreement() == Approx(-1.0 / 3));
}

TEST_CASE("runs that are all alike end with the second") {
  Runs runs(10);
  runs.add(map_of({1, 2}), {});
  CHECK_FALSE(runs.finished());
  runs.add(map_of({1, 2}), {});
  CHECK(runs.finished());
  CHECK(runs.identical());
  CHECK(runs.agreement() == 1);
}

TEST_CASE("a question asked with several seeds is that many explanations, the first of them the present one") {
  Session session = noisy_session();
  const Heatmap first = *session.heatmap();
  REQUIRE(session.begin_runs(4).has_value());
  finish_runs(session);
  CHECK(session.runs()->done() == 4);
  CHECK(session.heatmap()->values == first.values);  // untouched
  std::vector<double> sum(first.values.size());
  for (const std::uint64_t seed : {5, 6, 7, 8}) {
    Session other = colour_session();
    REQUIRE(other.set_image(session.image()).has_value());
    REQUIRE(other.start("lime", 0, {{"samples", "12"}, {"superpixels", "6"}}, seed).has_value());
    while (!other.finished()) REQUIRE(other.step().has_value());
    const auto map = other.heatmap();
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += map->values[i] / 4;
  }
  const Heatmap mean = session.runs()->mean();
  for (std::size_t i = 0; i < sum.size(); ++i) CHECK(mean.values[i] == Approx(sum[i]).margin(1e-6));
  const Json json = describe(*session.runs());
  CHECK(json["count"] == 4);
  CHECK(json["superpixels"]["mean"].size() == session.explanation()->superpixels()->weights.size());
}

TEST_CASE("a method that draws nothing at random is asked twice") {
  Session session = noisy_session("occlusion", {});
  REQUIRE(session.begin_runs(50).has_value());
  finish_runs(session);
  CHECK(session.runs()->done() == 2);
  CHECK(session.runs()->identical());
}

TEST_CASE("runs need a finished explanation and two seeds at least") {
  Session session = colour_session();
  CHECK(session.begin_runs(3).error().code == ErrorCode::invalid_argument);
  session = noisy_session();
  CHECK(session.begin_runs(1).error().message == "runs: got 1 seeds, wanted 2 to 100");
  CHECK(session.begin_runs(101).error().code == ErrorCode::out_of_range);
  REQUIRE(session.start("lime", 0, {}, 0).has_value());
  CHECK(session.begin_runs(3).error().message == "runs: the explanation is not finished; finish it first");
}

TEST_CASE("whatever drops the explanation ends its runs in the middle") {
  const std::vector<std::function<void(Session&)>> changes{
      [](Session& s) { REQUIRE(s.load_model(colour_network(12), "other.tflite", kColourLabels).has_value()); },
      [](Session& s) { REQUIRE(s.set_image(two_colours(8, 8, kBlue, kGreen)).has_value()); },
      [](Session& s) { s.set_fit(Fit::letterbox); },
      [](Session& s) { REQUIRE(s.start("lime", 0, {}, 0).has_value()); },
      [](Session& s) { REQUIRE(s.set_segments(two_colours(20, 30, kRed, kBlue)).has_value()); },
      [](Session& s) { s.cancel(); },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    INFO(i);
    Session session = noisy_session();
    REQUIRE(session.begin_runs(20).has_value());
    REQUIRE(session.step_runs().has_value());
    changes[i](session);
    CHECK(session.runs() == nullptr);
    CHECK(session.step_runs().has_value());  // nothing to do
    CHECK(session.runs_progress() == 0);
  }
}

TEST_CASE("own segments are taken as the network sees the picture, and come back in the picture's shape") {
  for (const Fit fit : {Fit::stretch, Fit::letterbox, Fit::centre_crop}) {
    Session session = colour_session();
    session.set_fit(fit);
    REQUIRE(session.set_image(two_colours(20, 30, kRed, kBlue)).has_value());
    REQUIRE(session.set_segments(two_colours(40, 60, kGreen, kBlue)).has_value());
    REQUIRE(session.start("kernel-shap", 0, {{"segmentation", "own"}, {"samples", "10"}}, 0).has_value());
    while (!session.finished()) REQUIRE(session.step().has_value());
    const auto cut = session.superpixels_in_image();
    REQUIRE(cut.has_value());
    CHECK(cut->count == 2);
    for (int y = 0; y < 20; ++y)
      for (int x = 0; x < 30; ++x) {
        const auto label = cut->labels[std::size_t(y * 30 + x)];
        // The network's pixels are up to 3.75 of the picture's wide: the border may lie so far off.
        if (label >= 0 && std::abs(x - 15) > 4) CHECK(label == (x < 15 ? 0 : 1));
      }
  }
}

TEST_CASE("own segments need a picture, its proportions, and end with it") {
  Session session = colour_session();
  CHECK(session.set_segments(two_colours(4, 4, kRed, kBlue)).error().message == "segments: there is no picture: set one first");
  REQUIRE(session.set_image(two_colours(20, 30, kRed, kBlue)).has_value());
  REQUIRE(session.set_segments(two_colours(20, 30, kRed, kBlue)).has_value());
  CHECK(session.set_segments(two_colours(30, 20, kRed, kBlue)).error().code == ErrorCode::shape_mismatch);
  CHECK(session.segments() != nullptr);  // what is refused changes nothing
  REQUIRE(session.set_image(two_colours(20, 30, kRed, kBlue)).has_value());
  CHECK(session.segments() == nullptr);
  CHECK(session.start("lime", 0, {{"segmentation", "own"}}, 0).error().code == ErrorCode::invalid_argument);
}

TEST_CASE("standard errors come in the picture's shape, from methods that know them") {
  Session session = noisy_session("lime", {{"samples", "200"}, {"superpixels", "4"}});
  REQUIRE(session.errors().has_value());
  CHECK(session.errors()->values.size() == 20 * 30);
  CHECK(noisy_session("rise", {{"samples", "40"}}).errors().has_value());
  CHECK_FALSE(noisy_session("occlusion", {}).errors().has_value());
}
