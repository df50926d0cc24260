// A tool for looking at one network: WHYBOX_REFERENCE names a folder made by tests/golden/make_reference.py.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <format>
#include <iostream>
#include <ranges>

#include "support/golden.h"
#include "support/one_node.h"

using namespace whybox;
using namespace whybox::test;

TEST_CASE("the engine's activations differ from a reference archive's as the printed table says", "[.][reference]") {
  const char* const folder = std::getenv("WHYBOX_REFERENCE");
  if (folder == nullptr) SKIP("WHYBOX_REFERENCE is not set");
  const auto vectors = read_npz(std::filesystem::path(folder) / "vectors.npz");
  const auto graph = read_graph(std::filesystem::path(folder) / "model.tflite");
  const Engine engine = run_batch(graph, vectors.at("input"));
  const Activations reference = reference_activations(*graph, vectors);
  std::cout << "largest difference: node alone, whole network | share of values that differ in the whole network\n";
  for (std::size_t i = 0; i < graph->nodes.size(); ++i) {
    const TensorId output = graph->nodes[i].output;
    const auto wanted = vectors.find("tensor/" + graph->tensor(output).name);
    if (wanted == vectors.end()) continue;
    const auto alone = node_distance(*graph, graph->nodes[i], reference);
    const auto expected = wanted->second.floats();
    const auto got = first_values(engine, output, expected.size());
    const auto differing = std::ranges::count_if(std::views::iota(std::size_t{0}, got.size()),
                                                 [&](std::size_t at) { return got[at] != expected[at]; });
    std::cout << std::format("{:28} {:>12.4g} {:>12.4g} | {:.4f}\n", place(*graph, i), alone ? alone->largest : -1.0,
                             distance(got, expected).largest, double(differing) / double(got.size()));
    if (alone) CHECK(alone->largest <= alone->tolerance);
  }
}
