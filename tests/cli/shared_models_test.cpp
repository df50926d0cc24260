// Real networks name real photos as another implementation did (../shared/models/EXPECTED.md). Neither networks nor photos
// are part of the project; without them these tests are skipped.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/image_file.h"
#include "engine/classifier.h"
#include "support/npz.h"

using namespace whybox;

namespace {

std::filesystem::path shared_folder() {
  const char* const given = std::getenv("WHYBOX_SHARED");
  const auto folder = given ? std::filesystem::path(given) : std::filesystem::path(WHYBOX_SOURCE_DIR) / ".." / "shared";
  if (!std::filesystem::exists(folder / "models" / "expected.json")) SKIP("no shared models here");
  return folder;
}

nlohmann::json expected(const std::string& model) {
  const auto text = test::read_file(shared_folder() / "models" / "expected.json");
  const char* const begin = reinterpret_cast<const char*>(text.data());
  return nlohmann::json::parse(begin, begin + text.size()).at(model);
}

Classifier load(const std::string& name) {
  auto bundle = read_model(test::read_file(shared_folder() / "models" / (name + ".tflite")), name);
  INFO((bundle ? std::string() : bundle.error().message));
  REQUIRE(bundle.has_value());
  auto classifier = Classifier::create(std::make_shared<const ModelBundle>(*std::move(bundle)),
                                       std::make_shared<ThreadPool>(1));
  INFO((classifier ? std::string() : classifier.error().message));
  REQUIRE(classifier.has_value());
  return *std::move(classifier);
}

Image photo(const std::string& name) {
  auto image = cli::read_image((shared_folder() / "photos" / "square" / name).string());
  REQUIRE(image.has_value());
  return *std::move(image);
}

struct Best {
  int index;
  float probability;
};

Best best_class(Classifier& classifier, const std::string& photo_name) {
  const auto prediction = classifier.predict(photo(photo_name));
  INFO((prediction ? std::string() : prediction.error().message));
  REQUIRE(prediction.has_value());
  const auto best = std::ranges::max_element(prediction->probabilities);
  return {int(best - prediction->probabilities.begin()), *best};
}

/// Both the class and its score, for every photo. @param step  of the score in the list, as a probability
void check_photos(const std::string& model, double step, double tolerance) {
  Classifier classifier = load(model);
  for (const auto& row : expected(model)) {
    const auto name = row.at("photo").get<std::string>();
    const Best best = best_class(classifier, name);
    INFO(model << " " << name << ": " << best.probability / step << ", wanted " << row.at("score"));
    CHECK(best.index == row.at("top5").at(0).get<int>());
    CHECK(std::abs(best.probability / step - row.at("score").get<double>()) <= tolerance);
  }
}

}  // namespace

TEST_CASE("quantised MobileNets name real photos, to one step of the uint8 score") {
  // Rounding of a few values per layer to the other side of a half moves a score by a step at most, and a score is the
  // probability in steps of 1/256.
  constexpr double kStep = 1.0 / 256, kTolerance = 1.001;
  SECTION("uint8, one scale per tensor") { check_photos("mobilenet_v2_1.0_224_quant", kStep, kTolerance); }
  SECTION("int8, one scale per channel") { check_photos("tf2_mobilenet_v2_1.0_224_ptq", kStep, kTolerance); }
}

TEST_CASE("a float Teachable Machine export gives the reference's probabilities") {
  check_photos("teachable_mobilenet_v2_0.35_224_float", 1, 1e-3);  // float32 sums through 60 layers, in another order
}

TEST_CASE("a float network on pixels in 0..1 gives the reference's probabilities, and its int8 twin names the same classes") {
  const Normalization unit{{0, 0, 0}, {255, 255, 255}, "user"};
  Classifier real = load("vww_96_float"), quantised = load("vww_96_int8");
  REQUIRE(real.set_normalization(unit).has_value());
  REQUIRE(quantised.set_normalization(unit).has_value());
  for (const auto& row : expected("vww_96_float")) {
    const auto name = row.at("photo").get<std::string>();
    const Best best = best_class(real, name), twin = best_class(quantised, name);
    INFO(name << ": float " << best.probability << ", int8 " << twin.probability);
    CHECK(best.index == row.at("top5").at(0).get<int>());
    CHECK(std::abs(best.probability - row.at("score").get<float>()) <= 1e-3f);
    CHECK(twin.index == best.index);
  }
}
