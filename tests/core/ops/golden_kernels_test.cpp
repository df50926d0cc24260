// Each node alone, fed what the TensorFlow Lite interpreter's reference kernels fed it (tests/golden/make_operators.py):
// nothing adds up along the network, so one step is one step.
#include <catch2/catch_test_macros.hpp>
#include <format>

#include "support/golden.h"
#include "support/one_node.h"

using namespace whybox;
using namespace whybox::test;

namespace {

/// Checks the nodes whose operands and result the reference gave; returns how many there were.
int check_nodes(const Graph& graph, const Activations& reference) {
  int checked = 0;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const auto found = node_distance(graph, graph.nodes[i], reference);
    if (!found) continue;
    INFO(std::format("{}: differs by {} at {}", place(graph, i), found->largest, found->at));
    CHECK(found->largest <= found->tolerance);
    ++checked;
  }
  return checked;
}

}  // namespace

TEST_CASE("every quantised kernel gives the reference kernel's values to one step, from the same operands") {
  const auto folder = golden_folder() / "operators";
  for (const std::string& name : read_lines(folder / "cases.txt")) {
    if (!name.contains("int8")) continue;
    DYNAMIC_SECTION(name) {
      const auto graph = read_graph(folder / name / "model.tflite");
      const Activations reference = reference_activations(*graph, read_npz(folder / name / "vectors.npz"));
      CHECK(check_nodes(*graph, reference) == int(graph->nodes.size()));
    }
  }
}
