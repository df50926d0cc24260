// The int8 networks that ship, tensor by tensor, against the reference kernels (tests/golden/make_shipped.py).
#include <algorithm>
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

/// The vectors of a large network leave out tensors of more elements (LARGEST in make_shipped.py).
constexpr std::int64_t kLargestRecorded = 60'000;

bool may_be_left_out(const Graph& graph, TensorId id) { return element_count(graph.tensor(id).shape) > kLargestRecorded; }

/// Whether a node's result or an operand is too large to be recorded.
bool may_be_left_out(const Graph& graph, const Node& node) {
  return may_be_left_out(graph, node.output) || std::ranges::any_of(node.inputs, [&](TensorId id) { return id >= 0 && may_be_left_out(graph, id); });
}

/// In quantisation steps. Single steps meet later weights and add up in any two implementations, the more the deeper a network is; operands
/// mixed up would differ by tens of steps on average.
struct Drift {
  double mean;   ///< of a tensor on average
  double logit;  ///< of one logit at most
};

Drift allowed_drift(const Graph& graph) {
  constexpr std::size_t kDeep = 24;  // nodes; MobileNetV2 has 65, one network behind another 24
  // One step before the similarity, some 0.14, is worth up to nine of its own 1/256 where the sigmoid is steepest.
  const bool steep = std::ranges::any_of(graph.outputs, [&](TensorId id) { return graph.tensor(id).name == "similarities"; });
  if (steep) return {3, 8};
  return graph.nodes.size() < kDeep ? Drift{0.5, 1} : Drift{1.5, 3};
}

/// By how many of its steps of 1/256 a probability may move when each logit moves by `moved` steps of its own: softmax changes by at
/// most a quarter of the difference between two logits' moves, and is rounded once more.
double steps_of_probability(const Graph& graph, TensorId logits, double moved) {
  return 0.25 * 2 * moved * graph.tensor(logits).quantization->scales[0] * 256 + 1;
}

}  // namespace

TEST_CASE("every tensor of the shipped int8 networks is the reference interpreter's to one step, from the same operands") {
  for (const std::string& name : shipped_models()) {
    DYNAMIC_SECTION(name) {
      const auto graph = read_graph(model_file(name));
      const auto vectors = shipped_vectors(name);
      const Activations reference = reference_activations(*graph, vectors);
      std::size_t compared = 0;
      for (std::size_t i = 0; i < graph->nodes.size(); ++i) {
        const auto alone = node_distance(*graph, graph->nodes[i], reference);
        if (!alone && may_be_left_out(*graph, graph->nodes[i])) continue;
        REQUIRE(alone.has_value());
        INFO(std::format("{}: {} steps", place(*graph, i), alone->largest));
        CHECK(alone->largest <= 1);
        ++compared;
      }
      CHECK(2 * compared >= graph->nodes.size());
    }
  }
}

TEST_CASE("the shipped int8 networks' logits are the reference interpreter's to one step (three in a deep one), the probabilities to what that makes") {
  for (const std::string& name : shipped_models()) {
    DYNAMIC_SECTION(name) {
      const auto graph = read_graph(model_file(name));
      const auto vectors = shipped_vectors(name);
      const Engine engine = run_batch(graph, vectors.at("input"));
      const TensorId logits = find_scores(*graph)->logits;
      const Drift allowed = allowed_drift(*graph);
      for (std::size_t i = 0; i < graph->nodes.size(); ++i) {
        const TensorId output = graph->nodes[i].output;
        const auto recorded = vectors.find("tensor/" + graph->tensor(output).name);
        if (recorded == vectors.end() && may_be_left_out(*graph, output)) continue;
        REQUIRE(recorded != vectors.end());
        const auto wanted = recorded->second.floats();
        const Distance whole = distance(first_values(engine, output, wanted.size()), wanted);
        INFO(std::format("{}: {} steps, {} on average", place(*graph, i), whole.largest, whole.mean));
        if (output == logits)
          CHECK(whole.largest <= allowed.logit);
        else if (output == graph->outputs[0])
          CHECK(whole.largest <= steps_of_probability(*graph, logits, allowed.logit));
        else
          CHECK(whole.mean <= allowed.mean);
      }
    }
  }
}
