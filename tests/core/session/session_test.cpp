#include "session/session.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <numeric>

#include "tiny_model.h"

using namespace whybox;
using namespace whybox::testing;

namespace {

template <class T>
Error error_of(const Result<T>& result) {
  REQUIRE_FALSE(result.has_value());
  return result.error();
}

void run_to_end(Session& session) {
  while (!session.finished()) REQUIRE(session.step().has_value());
}

/// A session that has explained a red and green picture by LIME on a grid.
Session explained(Image image, Fit fit = Fit::stretch) {
  Session session = colour_session();
  session.set_fit(fit);
  REQUIRE(session.set_image(std::move(image)).has_value());
  REQUIRE(session.start("lime", 0, {{"segmentation", "grid"}, {"superpixels", "4"}, {"samples", "64"}, {"fill", "black"}}, 7).has_value());
  run_to_end(session);
  return session;
}

std::vector<float> in_class_order(const Ranking& ranking) {
  std::vector<float> probabilities(ranking.classes.size());
  for (const ClassScore& score : ranking.classes) probabilities[static_cast<std::size_t>(score.index)] = score.probability;
  return probabilities;
}

// A few float32 roundings of numbers near 1.
constexpr double kRounding = 1e-6;

}  // namespace

TEST_CASE("a session without model or picture says what is missing") {
  Session session(1);
  CHECK(error_of(session.predict()).message == "no model: load one first");
  CHECK(error_of(session.find_class("red")).code == ErrorCode::invalid_argument);
  CHECK(error_of(session.set_labels("a\n")).code == ErrorCode::invalid_argument);
  CHECK(error_of(session.set_normalization({})).code == ErrorCode::invalid_argument);
  REQUIRE(session.load_model(colour_network(), "colours.tflite").has_value());
  CHECK(error_of(session.predict()).message == "no picture: set one first");
  CHECK(error_of(session.step()).message == "no explanation is running: start one first");
  CHECK(error_of(session.heatmap()).code == ErrorCode::invalid_argument);
}

TEST_CASE("logits are the gain times the mean normalised colour, probabilities their softmax, the best first") {
  Session session = colour_session();
  REQUIRE(session.set_image(two_colours(8, 8, kRed, {255, 255, 0})).has_value());
  const auto ranking = session.predict();
  REQUIRE(ranking.has_value());
  const auto& best = ranking->classes.front();
  CHECK(best.index == 0);
  CHECK(best.label == "red");
  // Mean red 1, green 0 (half of the picture at 1, half at -1), blue -1.
  CHECK(best.logit == Catch::Approx(kColourGain).epsilon(kRounding));
  const double sum = std::exp(kColourGain) + 1 + std::exp(-kColourGain);
  CHECK(best.probability == Catch::Approx(std::exp(kColourGain) / sum).epsilon(kRounding));
  CHECK(ranking->classes[1].index == 1);
  CHECK(ranking->classes[2].index == 2);
  CHECK(ranking->forward_ms >= 0);
}

TEST_CASE("a failed load leaves the former model in place, and its explanation running") {
  Session session = explained(two_colours(8, 8, kRed, kGreen));
  const std::vector<std::byte> text(100, std::byte{'x'});
  CHECK_FALSE(session.load_model(text, "notes.tflite").has_value());
  CHECK(error_of(session.load_model(colour_network(), "other.tflite", "one\ntwo\n")).code == ErrorCode::bad_labels);
  CHECK(session.network().model().name == "colours.tflite");
  CHECK(session.heatmap().has_value());
  CHECK(session.predict().has_value());
}

TEST_CASE("a new model, picture, normalisation or fit drops the running explanation") {
  Session session = explained(two_colours(8, 8, kRed, kGreen));
  SECTION("model") { REQUIRE(session.load_model(colour_network(), "again.tflite").has_value()); }
  SECTION("picture") { REQUIRE(session.set_image(two_colours(8, 8, kBlue, kGreen)).has_value()); }
  SECTION("normalisation") { REQUIRE(session.set_normalization({.mean = {0, 0, 0}, .std = {1, 1, 1}}).has_value()); }
  SECTION("fit") { session.set_fit(Fit::letterbox); }
  SECTION("cancel") { session.cancel(); }
  CHECK(session.explanation() == nullptr);
  CHECK(error_of(session.heatmap()).code == ErrorCode::invalid_argument);
}

TEST_CASE("the same fit again drops nothing") {
  Session session = explained(two_colours(8, 8, kRed, kGreen));
  session.set_fit(Fit::stretch);
  CHECK(session.heatmap().has_value());
}

TEST_CASE("a new model of another size sees the picture at its own size") {
  Session session = colour_session();
  REQUIRE(session.set_image(two_colours(20, 30, kRed, kRed)).has_value());
  REQUIRE(session.predict().has_value());
  REQUIRE(session.load_model(colour_network(12), "larger.tflite").has_value());
  const auto seen = session.fitted();
  REQUIRE(seen.has_value());
  CHECK((*seen)->height == 12);
  CHECK(session.predict().has_value());
}

TEST_CASE("labels are replaced as a whole or not at all") {
  Session session = colour_session();
  const Error error = error_of(session.set_labels("only\ntwo\n"));
  CHECK(error.code == ErrorCode::bad_labels);
  CHECK(error.message.contains("got 2 labels, but the network has 3 classes"));
  CHECK(session.labels()[0] == "red");
  REQUIRE(session.set_labels("rot\nblau\ngelb\n").has_value());
  CHECK(session.find_class("bl") == 1);
  CHECK(session.label_source() == "labels.txt");
}

TEST_CASE("normalisation changes what the network sees, and a std of 0 is refused") {
  Session session = colour_session();
  REQUIRE(session.set_image(two_colours(8, 8, kRed, kRed)).has_value());
  REQUIRE(session.set_normalization({.mean = {0, 0, 0}, .std = {255, 255, 255}, .source = "user"}).has_value());
  const auto score = session.score(0);
  REQUIRE(score.has_value());
  CHECK(score->logit == Catch::Approx(kColourGain).epsilon(kRounding));
  CHECK(session.score(1)->logit == Catch::Approx(0).margin(kRounding));
  CHECK(error_of(session.set_normalization({.mean = {0, 0, 0}, .std = {1, 0, 1}})).code == ErrorCode::invalid_argument);
}

TEST_CASE("a network whose output overflows answers not_finite") {
  Session session(1);
  // Logits of +-3e38 * 2 are infinite, and softmax of infinities is not a number.
  REQUIRE(session.load_model(colour_network(8, 3e38f), "overflow.tflite", kColourLabels).has_value());
  REQUIRE(session.set_normalization({.mean = {0, 0, 0}, .std = {1, 1, 1}}).has_value());
  REQUIRE(session.set_image(two_colours(8, 8, {255, 255, 255}, {255, 255, 255})).has_value());
  CHECK(error_of(session.predict()).code == ErrorCode::not_finite);
}

TEST_CASE("the empty name finds the most probable class") {
  Session session = colour_session();
  REQUIRE(session.set_image(two_colours(8, 8, kBlue, kBlue)).has_value());
  CHECK(session.find_class("") == 2);
  CHECK(session.find_class("GREEN") == 1);
}

TEST_CASE("a target, method or parameter that is not there is refused, and the running explanation goes on") {
  Session session = explained(two_colours(8, 8, kRed, kGreen));
  CHECK(error_of(session.start("lime", 3, {}, 0)).message == "class 3: wanted an index 0 to 2");
  CHECK(error_of(session.start("lime", -1, {}, 0)).code == ErrorCode::out_of_range);
  CHECK(error_of(session.start("astrology", 0, {}, 0)).code == ErrorCode::invalid_argument);
  CHECK(error_of(session.start("lime", 0, {{"moon", "full"}}, 0)).code == ErrorCode::invalid_argument);
  CHECK(error_of(session.start("lime", 0, {{"samples", "0"}}, 0)).code == ErrorCode::out_of_range);
  CHECK(session.heatmap().has_value());
}

TEST_CASE("steps after the end do nothing") {
  Session session = explained(two_colours(8, 8, kRed, kGreen));
  const auto before = session.heatmap();
  REQUIRE(session.step().has_value());
  CHECK(session.heatmap()->values == before->values);
}

TEST_CASE("a map comes back in the picture's own shape") {
  Session session = explained(two_colours(30, 50, kRed, kGreen));
  const auto map = session.heatmap();
  REQUIRE(map.has_value());
  CHECK(map->height == 30);
  CHECK(map->width == 50);
  // The red half speaks for red, the green half against it.
  CHECK(map->values.front() > 0);
  CHECK(map->values.back() < map->values.front());
}

TEST_CASE("with every superpixel on, the network answers as for the whole picture") {
  Session session = explained(two_colours(8, 8, kRed, kGreen));
  const auto& findings = *session.explanation()->superpixels();
  const std::vector<std::uint8_t> on(static_cast<std::size_t>(findings.segmentation.count), 1);
  const auto switched = session.switch_superpixels(on);
  REQUIRE(switched.has_value());
  CHECK(switched->probabilities == in_class_order(*session.predict()));
  const double sum = std::accumulate(findings.weights.begin(), findings.weights.end(), findings.intercept);
  CHECK(switched->surrogate == Catch::Approx(sum).epsilon(kRounding));
}

TEST_CASE("a superpixel that is off shows its fill, and the surrogate leaves out its weight") {
  Session session = explained(two_colours(8, 8, kRed, kGreen));
  const auto& findings = *session.explanation()->superpixels();
  std::vector<std::uint8_t> on(static_cast<std::size_t>(findings.segmentation.count), 1);
  const auto all = session.switch_superpixels(on);
  on[0] = 0;
  const auto without = session.switch_superpixels(on);
  REQUIRE(without.has_value());
  CHECK(all->surrogate - without->surrogate == Catch::Approx(findings.weights[0]).margin(kRounding));
  const auto image = session.switched_image(on);
  REQUIRE(image.has_value());
  for (std::size_t i = 0; i < findings.segmentation.labels.size(); ++i) {
    const bool off = findings.segmentation.labels[i] == 0;
    CHECK(image->pixels[3 * i] == (off ? findings.fill : **session.fitted()).pixels[3 * i]);
  }
}

TEST_CASE("another number of switches than superpixels is refused") {
  Session session = explained(two_colours(8, 8, kRed, kGreen));
  const Error error = error_of(session.switch_superpixels(std::vector<std::uint8_t>(1)));
  CHECK(error.code == ErrorCode::shape_mismatch);
  CHECK(error.message == "superpixel switches: got 1, wanted 4, one per superpixel");
}

TEST_CASE("a method without superpixels has none to switch") {
  Session session = colour_session();
  REQUIRE(session.set_image(two_colours(8, 8, kRed, kGreen)).has_value());
  REQUIRE(session.start("grad-cam", 0, {}, 0).has_value());
  CHECK(error_of(session.switch_superpixels({})).code == ErrorCode::invalid_argument);
}

TEST_CASE("superpixels in the picture's shape cover all of it when it is stretched or letterboxed") {
  for (const Fit fit : {Fit::stretch, Fit::letterbox}) {
    Session session = explained(two_colours(20, 60, kRed, kGreen), fit);
    const auto segmentation = session.superpixels_in_image();
    REQUIRE(segmentation.has_value());
    CHECK(segmentation->labels.size() == 20 * 60);
    CHECK(std::ranges::min(segmentation->labels) >= 0);
    CHECK(std::ranges::max(segmentation->labels) < segmentation->count);
  }
}

TEST_CASE("superpixels in the picture's shape are -1 exactly where a centre crop cuts off") {
  Session session = explained(two_colours(20, 60, kRed, kGreen), Fit::centre_crop);
  const auto segmentation = session.superpixels_in_image();
  REQUIRE(segmentation.has_value());
  for (int y = 0; y < 20; ++y)
    for (int x = 0; x < 60; ++x)
      CHECK((segmentation->labels[static_cast<std::size_t>(y * 60 + x)] >= 0) == (x >= 20 && x < 40));
}

TEST_CASE("a picture of one pixel is explained") {
  Session session = explained(Image{1, 1, {255, 0, 0}});
  const auto map = session.heatmap();
  REQUIRE(map.has_value());
  CHECK(map->values.size() == 1);
}

TEST_CASE("the number of threads does not change an answer") {
  std::vector<std::vector<float>> maps;
  for (const int threads : {1, 2}) {
    Session session(threads);
    REQUIRE(session.load_model(colour_network(), "colours.tflite", kColourLabels).has_value());
    REQUIRE(session.set_image(two_colours(16, 16, kRed, kGreen)).has_value());
    REQUIRE(session.start("rise", 0, {{"samples", "64"}}, 3).has_value());
    run_to_end(session);
    maps.push_back(session.heatmap()->values);
  }
  CHECK(maps[0] == maps[1]);
}

TEST_CASE("a seed is a whole number of 64 bits, and nothing else") {
  CHECK(parse_seed("0") == 0u);
  CHECK(parse_seed("18446744073709551615") == 18446744073709551615u);
  for (const char* const text : {"", "-1", "1.5", "seven", "18446744073709551616", " 1"})
    CHECK(error_of(parse_seed(text)).code == ErrorCode::invalid_argument);
}

TEST_CASE("any tensor of the network can be read by its name") {
  Session session = colour_session();
  CHECK(error_of(session.output("mean")).message == "no picture: set one first");
  REQUIRE(session.set_image(two_colours(8, 8, kRed, {255, 255, 0})).has_value());
  const auto mean = session.output("mean");
  REQUIRE(mean.has_value());
  CHECK(mean->shape == Shape{1, 3});
  CHECK(mean->values[0] == Catch::Approx(1).epsilon(kRounding));
  CHECK(mean->values[1] == Catch::Approx(0).margin(kRounding));
  CHECK(mean->values[2] == Catch::Approx(-1).epsilon(kRounding));
  CHECK(session.output("colours")->shape == Shape{1, 8, 8, 3});
  CHECK(error_of(session.output("concepts")).message == "output \"concepts\": the network has no tensor of that name");
}

TEST_CASE("a tensor set by hand decides what follows it, and nothing else") {
  Session session = colour_session();
  REQUIRE(session.set_image(two_colours(8, 8, kRed, {255, 255, 0})).has_value());
  const auto seen = in_class_order(*session.predict());

  const auto blue = session.predict_with("mean", std::array{0.0f, 0.0f, 1.0f});
  REQUIRE(blue.has_value());
  CHECK(blue->classes.front().label == "blue");
  CHECK(blue->classes.front().logit == Catch::Approx(kColourGain).epsilon(kRounding));
  const double sum = std::exp(kColourGain) + 2;
  CHECK(blue->classes.front().probability == Catch::Approx(std::exp(kColourGain) / sum).epsilon(kRounding));
  // What was seen, set by hand, changes nothing; neither does what was set before, nor a tensor that was set elsewhere.
  REQUIRE(session.predict_with("logits", std::array{9.0f, 9.0f, 9.0f}).has_value());
  const auto mean = session.output("mean");
  REQUIRE(mean.has_value());
  const auto again = session.predict_with("mean", mean->values);
  REQUIRE(again.has_value());
  CHECK(in_class_order(*again) == seen);
  CHECK(in_class_order(*session.predict()) == seen);
}

TEST_CASE("a tensor set by hand is that of the present picture and normalisation") {
  Session session = colour_session();
  REQUIRE(session.set_image(two_colours(8, 8, kRed, kRed)).has_value());
  const std::vector<float> logits{1, 2, 3};
  REQUIRE(session.predict_with("logits", logits).has_value());
  REQUIRE(session.set_image(two_colours(8, 8, kGreen, kGreen)).has_value());
  const auto mean = session.output("mean");
  REQUIRE(mean.has_value());
  CHECK(session.predict_with("mean", mean->values)->classes.front().label == "green");
  const auto ranking = session.predict_with("logits", logits);
  REQUIRE(ranking.has_value());
  CHECK(ranking->classes.front().label == "blue");
}

TEST_CASE("a tensor set by hand leaves an explanation that runs as it was") {
  const auto map = [](bool by_hand) {
    Session session = colour_session();
    REQUIRE(session.set_image(two_colours(8, 8, kRed, kGreen)).has_value());
    REQUIRE(session.start("occlusion", 0, {}, 0).has_value());
    while (!session.finished()) {
      if (by_hand) REQUIRE(session.predict_with("colours", std::vector<float>(8 * 8 * 3, 0.5f)).has_value());
      REQUIRE(session.step().has_value());
    }
    return session.heatmap()->values;
  };
  CHECK(map(true) == map(false));
}

TEST_CASE("values of another number, or none at all, are refused") {
  Session session = colour_session();
  REQUIRE(session.set_image(two_colours(8, 8, kRed, kGreen)).has_value());
  CHECK(error_of(session.predict_with("mean", std::array{1.0f, 2.0f})).code == ErrorCode::shape_mismatch);
  CHECK(error_of(session.predict_with("mean", std::array{1.0f, std::nanf(""), 2.0f})).code == ErrorCode::not_finite);
  CHECK(error_of(session.predict_with("nothing", std::array{1.0f})).code == ErrorCode::invalid_argument);
  CHECK(session.predict().has_value());
}

TEST_CASE("a channel of a tensor is a map in the picture's own shape") {
  Session session = colour_session();
  REQUIRE(session.set_image(two_colours(24, 48, kRed, {255, 255, 0})).has_value());
  const auto green = session.output_map("colours", 1);
  REQUIRE(green.has_value());
  CHECK(green->height == 24);
  CHECK(green->width == 48);
  // Left no green at all, right all of it: -1 and 1 after normalisation.
  CHECK(green->values[0] == Catch::Approx(-1).epsilon(kRounding));
  CHECK(green->values[47] == Catch::Approx(1).epsilon(kRounding));
  session.set_fit(Fit::centre_crop);
  CHECK(session.output_map("colours", 1)->values[0] == 0);
  CHECK(error_of(session.output_map("colours", 3)).message == "output \"colours\": channel 3 of 3");
  CHECK(error_of(session.output_map("mean", 0)).code == ErrorCode::shape_mismatch);
}
