// Each node alone, fed what the TensorFlow Lite interpreter's reference kernels fed it (tests/golden/make_operators.py):
// nothing adds up along the network, so one step is one step.
#include <catch2/catch_test_macros.hpp>
#include <format>
#include <map>

#include "ops/op.h"
#include "support/golden.h"

using namespace whybox;
using namespace whybox::test;

namespace {

/// XNNPACK may read this far past the end of an operand.
constexpr std::size_t kReadPast = 256;

/// Reference values by tensor, of one example, with room behind them; activations that the file names only.
std::map<TensorId, std::vector<std::byte>> reference_activations(const Graph& graph,
                                                                 const std::map<std::string, Array>& vectors) {
  std::map<TensorId, std::vector<std::byte>> found;
  for (const auto& [key, array] : vectors)
    if (const auto tensor = key.starts_with("tensor/") ? find_tensor(graph, key.substr(7)) : std::nullopt)
      found[*tensor] = array.bytes;
  const Array& input = vectors.at("input");
  found[graph.input].assign(input.bytes.begin(),
                            input.bytes.begin() + std::ptrdiff_t(input.bytes.size() / std::size_t(input.shape[0])));
  for (auto& [tensor, bytes] : found) bytes.resize(bytes.size() + kReadPast);
  return found;
}

std::vector<std::byte> run_node(const Graph& graph, const Node& node, const std::vector<const std::byte*>& inputs) {
  auto kernel = operator_of(node.kind).lower(graph, node);
  INFO((kernel ? std::string() : kernel.error().message));
  REQUIRE(kernel.has_value());
  const auto scratch = (*kernel)->reshape(1, nullptr);
  REQUIRE(scratch.has_value());
  const TensorInfo& output = graph.tensor(node.output);
  const std::size_t size = std::size_t(element_count(output.shape)) * byte_size(output.type);
  std::vector<std::byte> workspace(*scratch + kReadPast), values(size + kReadPast);
  REQUIRE((*kernel)->bind({inputs, values.data(), workspace.data()}).has_value());
  REQUIRE((*kernel)->run(nullptr).has_value());
  values.resize(size);
  return values;
}

/// Checks the nodes whose operands and result the reference gave; returns how many there were.
int check_nodes(const Graph& graph, const std::map<TensorId, std::vector<std::byte>>& reference) {
  int checked = 0;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const Node& node = graph.nodes[i];
    std::vector<const std::byte*> inputs;
    bool known = reference.contains(node.output);
    for (const TensorId id : node.inputs) {
      if (id == kNoTensor || graph.tensor(id).is_constant()) continue;
      known = known && reference.contains(id);
      if (known) inputs.push_back(reference.at(id).data());
    }
    if (!known) continue;
    const ElementType type = graph.tensor(node.output).type;
    const std::span<const std::byte> expected(reference.at(node.output));
    const auto wanted = stored_values(type, expected.first(expected.size() - kReadPast));
    const Distance found = distance(stored_values(type, run_node(graph, node, inputs)), wanted);
    INFO(std::format("{}: differs by {} at {}", place(graph, i), found.largest, found.at));
    CHECK(found.largest <= tolerance(graph, node.output, wanted));
    ++checked;
  }
  return checked;
}

}  // namespace

TEST_CASE("every quantised kernel gives the reference kernel's values to one step, from the same operands") {
  const auto folder = golden_folder() / "operators";
  int checked = 0;
  for (const std::string& name : read_lines(folder / "cases.txt")) {
    DYNAMIC_SECTION(name) {
      const auto graph = read_graph(folder / name / "model.tflite");
      checked = check_nodes(*graph, reference_activations(*graph, read_npz(folder / name / "vectors.npz")));
      const bool has_taps = name.find("int8") != std::string::npos || name.ends_with("uint8");
      if (has_taps) CHECK(checked == int(graph->nodes.size()));
    }
  }
}
