#pragma once
// The networks under models/, and scenes of the sort that each was trained on.
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <nlohmann/json.hpp>

#include "engine/classifier.h"
#include "scenes/scene.h"
#include "support/npz.h"

namespace whybox::test {

inline constexpr std::uint64_t kFreshSeed = 2'000'000'000;  // training, validation and test sets lie below 1,000,000,000

inline std::filesystem::path models_folder() { return std::filesystem::path(WHYBOX_SOURCE_DIR) / "models"; }

inline nlohmann::json manifest() {
  const auto bytes = read_file(models_folder() / "manifest.json");
  return nlohmann::json::parse(reinterpret_cast<const char*>(bytes.data()),
                               reinterpret_cast<const char*>(bytes.data() + bytes.size()));
}

/// Those of its entries that know scenes.
inline nlohmann::json scene_networks() {
  nlohmann::json found = nlohmann::json::array();
  for (const auto& entry : manifest()["models"])
    if (entry.contains("scene")) found.push_back(entry);
  return found;
}

inline ModelBundle read_shipped(const std::string& path) {
  auto model = read_model(read_file(models_folder() / path), path);
  INFO((model ? std::string() : model.error().message));
  REQUIRE(model.has_value());
  return *std::move(model);
}

inline Classifier classifier_of(const nlohmann::json& entry, const std::string& variant) {
  auto model = std::make_shared<const ModelBundle>(read_shipped(entry["files"][variant]["file"]));
  auto classifier = Classifier::create(std::move(model), std::make_shared<ThreadPool>(1));
  INFO((classifier ? std::string() : classifier.error().message));
  REQUIRE(classifier.has_value());
  return *std::move(classifier);
}

using Given = std::map<std::string, std::string>;

/// Scenes of the sort that a network was trained on; for one that knows photographs, pictures that it can be asked about.
struct Drawn {
  const SceneKind& kind;
  int size;
  Given trained_on;
  Scene operator()(std::uint64_t seed, const Given& given = {}) const {
    Given all = given;
    all.insert(trained_on.begin(), trained_on.end());
    const auto params = resolve(kind.params, all);
    REQUIRE(params.has_value());
    auto scene = kind.draw(*params, seed, size);
    REQUIRE(scene.has_value());
    return *std::move(scene);
  }
};

inline Drawn scenes_of(const nlohmann::json& entry) {
  const auto kind = find_scene_kind(entry.value("scene", "triangle"));
  REQUIRE(kind.has_value());
  return {**kind, entry["input"]["width"], entry.value("params", Given())};
}

}  // namespace whybox::test
