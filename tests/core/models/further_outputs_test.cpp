// What the networks under models/ give besides the classes' probabilities, and what the manifest says of it.
#include <algorithm>
#include <format>

#include "core/models/shipped.h"

using namespace whybox;
using namespace whybox::test;

namespace {

std::vector<nlohmann::json> entries_with(const std::string& key) {
  std::vector<nlohmann::json> found;
  for (const auto& entry : manifest()["models"])
    if (entry.contains(key)) found.push_back(entry);
  return found;
}

TensorId output_named(const Graph& graph, const std::string& name) {
  const auto found = std::ranges::find(graph.outputs, name, [&](TensorId id) { return graph.tensor(id).name; });
  INFO(name);
  REQUIRE(found != graph.outputs.end());
  return *found;
}

bool fits(const std::string& kind, const Shape& shape, const nlohmann::json& entry) {
  const int height = entry["input"]["height"], width = entry["input"]["width"];
  if (kind == "map") return shape == Shape{1, height, width, 1};
  if (kind == "concepts") return shape.size() == 2;
  return kind == "similarities" && shape.size() == 4 && height % shape[1] == 0 && width % shape[2] == 0;
}

std::vector<float> read(Classifier& classifier, const Image& image, TensorId tensor) {
  auto values = classifier.activation(image, tensor);
  REQUIRE(values.has_value());
  return std::move(values->values);
}

/// Probabilities once `values` stand where a tensor's own were.
std::vector<float> with(Classifier& classifier, const Image& image, TensorId tensor, std::span<const float> values) {
  Engine& engine = classifier.engine();
  REQUIRE(engine.plan(1, {.everything = true}).has_value());
  const auto encoded = classifier.encoder().encode(image);
  std::ranges::copy(encoded, engine.input(0).begin());
  REQUIRE(engine.run().has_value());
  REQUIRE(engine.run_after(tensor, values).has_value());
  auto answer = engine.read(classifier.scores().output);
  REQUIRE(answer.has_value());
  return std::move(answer->values);
}

int largest(std::span<const float> values) { return int(std::ranges::max_element(values) - values.begin()); }

}  // namespace

TEST_CASE("every further output that the manifest names is there, in its shape, between 0 and 1") {
  for (const auto& entry : entries_with("outputs"))
    for (const std::string variant : {"int8", "float"}) {
      CAPTURE(entry["id"].get<std::string>(), variant);
      Classifier classifier = classifier_of(entry, variant);
      const Graph& graph = classifier.model().graph;
      CHECK(graph.outputs.size() == 1 + entry["outputs"].size());
      CHECK(classifier.scores().output == graph.outputs[0]);
      const Scene scene = scenes_of(entry)(kFreshSeed);
      for (const auto& [name, kind] : entry["outputs"].items()) {
        const TensorId id = output_named(graph, name);
        CHECK(fits(kind, graph.tensor(id).shape, entry));
        const auto [low, high] = std::ranges::minmax(read(classifier, scene.image, id));
        CHECK(low >= 0);
        CHECK(high <= 1);
        CHECK(high > low);
      }
    }
}

TEST_CASE("a network's concepts are attributes of its scenes, side by side, and each one's values share a probability of 1") {
  for (const auto& entry : entries_with("concepts")) {
    CAPTURE(entry["id"].get<std::string>());
    Classifier classifier = classifier_of(entry, "int8");
    const Drawn draw = scenes_of(entry);
    const std::vector<float> values = read(classifier, draw(kFreshSeed).image, output_named(classifier.model().graph, "concepts"));
    std::size_t next = 0;
    for (const auto& concept_ : entry["concepts"]) {
      const std::string id = concept_["id"];
      CAPTURE(id);
      const auto spec = std::ranges::find(draw.kind.attributes, id, [](const AttributeSpec& each) { return std::string(each.id); });
      REQUIRE(spec != draw.kind.attributes.end());
      CHECK(concept_["name"] == std::string(spec->name));
      CHECK(concept_["values"].get<std::vector<std::string>>() == std::vector<std::string>(spec->values.begin(), spec->values.end()));
      CHECK(concept_["first"] == next);
      float sum = 0;
      for (std::size_t i = next; i < next + spec->values.size(); ++i) sum += values[i];
      CHECK(std::abs(sum - 1) <= 0.5f / 256 * float(spec->values.size()));  // each is rounded to a step of 1/256
      next += spec->values.size();
    }
    CHECK(next == values.size());
  }
}

TEST_CASE("setting the concepts of a scene by hand makes the class that they name, whatever the picture shows") {
  constexpr int kPairs = 50;
  for (const auto& entry : entries_with("concepts")) {
    CAPTURE(entry["id"].get<std::string>());
    Classifier classifier = classifier_of(entry, "int8");
    const Drawn draw = scenes_of(entry);
    const TensorId tensor = output_named(classifier.model().graph, "concepts");
    int followed = 0;
    for (std::uint64_t seed = kFreshSeed; seed < kFreshSeed + kPairs; ++seed) {
      const Scene shown = draw(seed), said = draw(seed + kPairs);
      std::vector<float> values;
      for (std::size_t i = 0; i < draw.kind.attributes.size(); ++i) {
        values.resize(values.size() + draw.kind.attributes[i].values.size(), 0.0f);
        values[values.size() - draw.kind.attributes[i].values.size() + std::size_t(said.attributes[i].value)] = 1;
      }
      followed += largest(with(classifier, shown.image, tensor, values)) == said.label;
    }
    CHECK(followed >= kPairs - 1);
  }
}

TEST_CASE("a joint network sees nothing where its explanation is 0") {
  for (const auto& entry : entries_with("joint")) {
    CAPTURE(entry["id"].get<std::string>());
    Classifier classifier = classifier_of(entry, "int8");
    const Drawn draw = scenes_of(entry);
    const TensorId tensor = output_named(classifier.model().graph, "explanation");
    const std::vector<float> nothing(element_count(classifier.model().graph.tensor(tensor).shape), 0.0f);
    const auto first = with(classifier, draw(kFreshSeed, {{"class", "triangle"}}).image, tensor, nothing);
    const auto second = with(classifier, draw(kFreshSeed + 1, {{"class", "no triangle"}}).image, tensor, nothing);
    CHECK(first == second);
  }
}

TEST_CASE("every prototype is the patch of the training scene that it is said to be") {
  constexpr double kCropBytes = 100'000;
  for (const auto& entry : entries_with("prototypes")) {
    CAPTURE(entry["id"].get<std::string>());
    const auto bytes = read_file(models_folder() / entry["prototypes"].get<std::string>());
    const auto* text = reinterpret_cast<const char*>(bytes.data());
    const auto told = nlohmann::json::parse(text, text + bytes.size());
    Classifier classifier = classifier_of(entry, "int8");
    const Graph& graph = classifier.model().graph;
    const TensorId tensor = output_named(graph, told["tensor"]);
    const Shape shape = graph.tensor(tensor).shape;
    REQUIRE(told["prototypes"].size() == std::size_t(shape[3]));
    double crops = 0;
    for (const auto& prototype : told["prototypes"]) {
      const int index = prototype["index"], row = prototype["cell"]["row"], column = prototype["cell"]["column"];
      CAPTURE(index);
      const Scene scene = scenes_of(entry)(prototype["scene"]["seed"]);
      CHECK(scene.label == prototype["class"]);
      const std::vector<float> maps = read(classifier, scene.image, tensor);
      const auto at = [&](int y, int x) { return maps[std::size_t((y * shape[2] + x) * shape[3] + index)]; };
      float most = 0;
      for (int y = 0; y < shape[1]; ++y)
        for (int x = 0; x < shape[2]; ++x) most = std::max(most, at(y, x));
      // int8 steps of the features move a distance of 0 a little.
      CHECK(at(row, column) >= prototype["similarity"].get<float>() - 0.1f);
      CHECK(at(row, column) >= most - 0.02f);
      CHECK(prototype["weights"].size() == entry["classes"].size());
      crops += double(std::filesystem::file_size(models_folder() / prototype["file"].get<std::string>()));
    }
    CHECK(crops < kCropBytes);
  }
}
