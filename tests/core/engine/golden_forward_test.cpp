// Whole forward passes against the TensorFlow Lite interpreter's reference kernels (tests/golden/make_operators.py).
#include <catch2/catch_test_macros.hpp>
#include <format>
#include <memory>

#include "support/golden.h"

using namespace whybox;
using namespace whybox::test;

namespace {

void check_tensor(const Engine& engine, TensorId tensor, const Array& wanted) {
  const std::vector<float> reference = wanted.floats();
  const Distance found = distance(first_values(engine, tensor, reference.size()), reference);
  INFO(std::format("{}: differs by {} at {}", engine.graph().tensor(tensor).name, found.largest, found.at));
  CHECK(found.largest <= tolerance(engine.graph(), tensor, reference));
}

}  // namespace

TEST_CASE("every operator's forward pass is the reference kernels', for every element type and a batch of two") {
  const auto folder = golden_folder() / "operators";
  for (const std::string& name : read_lines(folder / "cases.txt")) {
    DYNAMIC_SECTION(name) {
      const auto vectors = read_npz(folder / name / "vectors.npz");
      const Engine engine = run_batch(read_graph(folder / name / "model.tflite"), vectors.at("input"));
      check_tensor(engine, engine.graph().outputs[0], vectors.at("output"));
      for (const auto& [key, wanted] : vectors)
        if (const auto tensor = key.starts_with("tensor/") ? find_tensor(engine.graph(), key.substr(7)) : std::nullopt)
          check_tensor(engine, *tensor, wanted);
    }
  }
}
