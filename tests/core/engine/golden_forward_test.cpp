// Whole forward passes against the TensorFlow Lite interpreter's reference kernels (tests/golden/make_operators.py).
#include <catch2/catch_test_macros.hpp>
#include <format>
#include <memory>

#include "support/golden.h"

using namespace whybox;
using namespace whybox::test;

namespace {

/// How far quantised activations may drift apart over a whole network. Each node alone is held to one step
/// (golden_kernels_test.cpp); a step at a node's input is scaled by its weights and by the ratio of the two tensors' steps, up
/// to 8 where these networks follow a wide range by a narrow one (tanh, a clamp to -1..1), and there are up to 20 nodes.
/// Operands mixed up, or an example in another's place, differ by tens of steps on average.
constexpr double kDriftSteps = 12, kMeanDriftSteps = 1;

void check_tensor(const Engine& engine, TensorId tensor, const Array& wanted, bool quantised) {
  const std::vector<float> reference = wanted.floats();
  const Distance found = distance(first_values(engine, tensor, reference.size()), reference);
  const double allowed = tolerance(engine.graph(), tensor, reference);
  INFO(std::format("{}: differs by {} at {}, {} on average", engine.graph().tensor(tensor).name, found.largest, found.at,
                   found.mean));
  CHECK(found.largest <= (quantised ? kDriftSteps : 1) * allowed);
  if (quantised) CHECK(found.mean <= kMeanDriftSteps * allowed);
}

}  // namespace

TEST_CASE("every operator's forward pass is the reference kernels', for every element type and a batch of two") {
  const auto folder = golden_folder() / "operators";
  for (const std::string& name : read_lines(folder / "cases.txt")) {
    DYNAMIC_SECTION(name) {
      const auto vectors = read_npz(folder / name / "vectors.npz");
      const bool quantised = name.contains("int8");
      const Engine engine = run_batch(read_graph(folder / name / "model.tflite"), vectors.at("input"));
      check_tensor(engine, engine.graph().outputs[0], vectors.at("output"), quantised);
      for (const auto& [key, wanted] : vectors)
        if (const auto tensor = key.starts_with("tensor/") ? find_tensor(engine.graph(), key.substr(7)) : std::nullopt)
          check_tensor(engine, *tensor, wanted, quantised);
    }
  }
}
