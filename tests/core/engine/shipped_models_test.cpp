// The int8 networks that ship, tensor by tensor, against the reference kernels (tests/golden/make_shipped.py).
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <format>
#include <map>
#include <nlohmann/json.hpp>

#include "engine/classifier.h"
#include "support/golden.h"
#include "support/one_node.h"

using namespace whybox;
using namespace whybox::test;

namespace {

/// CRC-32 as in zip and PNG (polynomial 0xEDB88320).
std::uint32_t crc32(std::span<const std::byte> bytes) {
  std::uint32_t crc = ~0u;
  for (const std::byte byte : bytes) {
    crc ^= std::to_integer<std::uint32_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0u);
  }
  return ~crc;
}

std::filesystem::path model_file(const std::string& name) {
  return std::filesystem::path(WHYBOX_SOURCE_DIR) / "models" / name / (name + "_int8.tflite");
}

/// Every network of the manifest.
std::vector<std::string> shipped_models() {
  const auto bytes = read_file(std::filesystem::path(WHYBOX_SOURCE_DIR) / "models" / "manifest.json");
  const auto* text = reinterpret_cast<const char*>(bytes.data());
  std::vector<std::string> names;
  for (const auto& entry : nlohmann::json::parse(text, text + bytes.size())["models"]) names.push_back(entry["id"]);
  return names;
}

/// Fails the running test if the network is not the one that the vectors were made from.
std::map<std::string, Array> shipped_vectors(const std::string& name) {
  auto vectors = read_npz(golden_folder() / "shipped" / (name + ".npz"));
  std::uint32_t recorded = 0;
  for (std::size_t i = 4; i-- > 0;) recorded = recorded << 8 | vectors.at("crc32").as<std::uint8_t>()[i];
  INFO("the network has changed: run tests/golden/make_shipped.py");
  REQUIRE(crc32(read_file(model_file(name))) == recorded);
  return vectors;
}

/// By how many of its steps of 1/256 a probability may move when each logit moves by one step of its own: softmax changes by at
/// most a quarter of the difference between two logits' moves, and is rounded once more.
double steps_of_probability(const Graph& graph, TensorId logits) {
  return 0.25 * 2 * graph.tensor(logits).quantization->scales[0] * 256 + 1;
}

}  // namespace

TEST_CASE("every tensor of the shipped int8 networks is the reference interpreter's to one step, from the same operands") {
  for (const std::string& name : shipped_models()) {
    DYNAMIC_SECTION(name) {
      const auto graph = read_graph(model_file(name));
      const auto vectors = shipped_vectors(name);
      const Activations reference = reference_activations(*graph, vectors);
      for (std::size_t i = 0; i < graph->nodes.size(); ++i) {
        const auto alone = node_distance(*graph, graph->nodes[i], reference);
        REQUIRE(alone.has_value());
        INFO(std::format("{}: {} steps", place(*graph, i), alone->largest));
        CHECK(alone->largest <= 1);
      }
    }
  }
}

TEST_CASE("the shipped int8 networks' logits are the reference interpreter's to one step, the probabilities to what that makes") {
  // Before them, single steps meet later weights and add up in any two implementations; operands mixed up would differ by
  // tens of steps on average.
  constexpr double kMeanDriftSteps = 0.5;
  for (const std::string& name : shipped_models()) {
    DYNAMIC_SECTION(name) {
      const auto graph = read_graph(model_file(name));
      const auto vectors = shipped_vectors(name);
      const Engine engine = run_batch(graph, vectors.at("input"));
      const TensorId logits = find_scores(*graph)->logits;
      for (std::size_t i = 0; i < graph->nodes.size(); ++i) {
        const TensorId output = graph->nodes[i].output;
        const auto wanted = vectors.at("tensor/" + graph->tensor(output).name).floats();
        const Distance whole = distance(first_values(engine, output, wanted.size()), wanted);
        INFO(std::format("{}: {} steps, {} on average", place(*graph, i), whole.largest, whole.mean));
        if (output == logits)
          CHECK(whole.largest <= 1);
        else if (output == graph->outputs[0])
          CHECK(whole.largest <= steps_of_probability(*graph, logits));
        else
          CHECK(whole.mean <= kMeanDriftSteps);
      }
    }
  }
}
