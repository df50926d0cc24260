// The networks under models/ measured again, by this project's own engine on scenes that no training saw.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/classifier.h"
#include "scenes/scene.h"
#include "support/npz.h"

using namespace whybox;
using namespace whybox::test;

namespace {

constexpr int kScenes = 300;
constexpr std::uint64_t kFreshSeed = 2'000'000'000;  // training, validation and test sets lie below 1,000,000,000

std::filesystem::path models_folder() { return std::filesystem::path(WHYBOX_SOURCE_DIR) / "models"; }

nlohmann::json manifest() {
  const auto bytes = read_file(models_folder() / "manifest.json");
  return nlohmann::json::parse(reinterpret_cast<const char*>(bytes.data()),
                               reinterpret_cast<const char*>(bytes.data() + bytes.size()));
}

ModelBundle read_shipped(const std::string& path) {
  auto model = read_model(read_file(models_folder() / path), path);
  INFO((model ? std::string() : model.error().message));
  REQUIRE(model.has_value());
  return *std::move(model);
}

Classifier classifier_of(const nlohmann::json& entry, const std::string& variant) {
  auto model = std::make_shared<const ModelBundle>(read_shipped(entry["files"][variant]["file"]));
  auto classifier = Classifier::create(std::move(model), std::make_shared<ThreadPool>(1));
  INFO((classifier ? std::string() : classifier.error().message));
  REQUIRE(classifier.has_value());
  return *std::move(classifier);
}

struct Drawn {
  const SceneKind& kind;
  int size;
  Scene operator()(std::uint64_t seed, const std::map<std::string, std::string>& given = {}) const {
    const auto params = resolve(kind.params, given);
    REQUIRE(params.has_value());
    auto scene = kind.draw(*params, seed, size);
    REQUIRE(scene.has_value());
    return *std::move(scene);
  }
};

Drawn scenes_of(const nlohmann::json& entry) {
  const auto kind = find_scene_kind(entry["scene"].get<std::string>());
  REQUIRE(kind.has_value());
  return {**kind, entry["input"]["width"]};
}

std::vector<float> probabilities(Classifier& classifier, const Image& image) {
  auto prediction = classifier.predict(image);
  REQUIRE(prediction.has_value());
  return std::move(prediction->probabilities);
}

int largest(const std::vector<float>& values) { return int(std::ranges::max_element(values) - values.begin()); }

}  // namespace

TEST_CASE("every shipped file is as the manifest says and carries its own labels and normalisation") {
  const auto shipped = manifest();
  REQUIRE_FALSE(shipped["models"].empty());
  for (const auto& entry : shipped["models"])
    for (const auto& [variant, facts] : entry["files"].items()) {
      CAPTURE(entry["id"].get<std::string>(), variant);
      CHECK(std::filesystem::file_size(models_folder() / facts["file"].get<std::string>()) == facts["bytes"].get<std::size_t>());
      const ModelBundle model = read_shipped(facts["file"]);
      CHECK(model.labels == entry["classes"].get<std::vector<std::string>>());
      CHECK(model.label_source == "metadata");
      CHECK(model.labels == read_lines(models_folder() / entry["labels"].get<std::string>()));
      CHECK(std::abs(model.normalization.mean[0] - 127.5f) <= 0.5f);
      CHECK(std::filesystem::exists(models_folder() / entry["card"].get<std::string>()));
    }
}

TEST_CASE("every shipped network names at least 97 percent of fresh scenes") {
  // 97 % less three standard errors of 300 draws, sqrt(0.97 * 0.03 / 300) = 1 %: the truth may be 97 % and the sample 94 %.
  constexpr double kWanted = 0.97 - 3 * 0.0099;
  for (const auto& entry : manifest()["models"]) {
    CAPTURE(entry["id"].get<std::string>());
    Classifier classifier = classifier_of(entry, "int8");
    const Drawn draw = scenes_of(entry);
    int right = 0;
    for (int i = 0; i < kScenes; ++i) {
      const Scene scene = draw(kFreshSeed + std::uint64_t(i));
      right += largest(probabilities(classifier, scene.image)) == scene.label;
    }
    CHECK(double(right) / kScenes >= kWanted);
    // And the manifest's claim holds within the same slack, at the accuracy it claims.
    const double claimed = entry["files"]["int8"]["accuracy"];
    CHECK(double(right) / kScenes >= claimed - 3 * std::sqrt(claimed * (1 - claimed) / kScenes) - 1.0 / kScenes);
  }
}

TEST_CASE("a shipped network answers alike in int8 and in float") {
  for (const auto& entry : manifest()["models"]) {
    CAPTURE(entry["id"].get<std::string>());
    Classifier int8 = classifier_of(entry, "int8"), twin = classifier_of(entry, "float");
    const Drawn draw = scenes_of(entry);
    int agree = 0;
    double difference = 0;
    for (int i = 0; i < kScenes; ++i) {
      const Scene scene = draw(kFreshSeed + std::uint64_t(i));
      const auto a = probabilities(int8, scene.image), b = probabilities(twin, scene.image);
      agree += largest(a) == largest(b);
      difference += std::abs(a[1] - b[1]) / kScenes;
    }
    CHECK(agree >= kScenes * 98 / 100);  // they may differ on scenes at the border between the classes only
    CHECK(difference < 0.02);            // an int8 probability alone comes in steps of 0.004
  }
}

TEST_CASE("taking the triangle out of a scene changes a shipped network's mind") {
  for (const auto& entry : manifest()["models"]) {
    CAPTURE(entry["id"].get<std::string>());
    Classifier classifier = classifier_of(entry, "int8");
    const Drawn draw = scenes_of(entry);
    double fall = 0;
    constexpr int kPairs = 50;
    for (std::uint64_t seed = kFreshSeed; seed < kFreshSeed + kPairs; ++seed) {
      const Scene with = draw(seed, {{"class", "triangle"}}), without = draw(seed, {{"class", "no triangle"}});
      fall += double(probabilities(classifier, with.image)[1] - probabilities(classifier, without.image)[1]) / kPairs;
    }
    CHECK(fall > 0.85);  // label smoothing alone keeps it from 1
  }
}
