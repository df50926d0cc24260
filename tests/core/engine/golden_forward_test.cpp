// Whole forward passes against the TensorFlow Lite interpreter's reference kernels (tests/golden/make_operators.py).
#include <catch2/catch_test_macros.hpp>
#include <cstring>
#include <format>
#include <memory>

#include "engine/engine.h"
#include "support/golden.h"

using namespace whybox;
using namespace whybox::test;

namespace {

/// An engine that has run every example of `input` as one batch.
Engine run_batch(std::shared_ptr<const Graph> graph, const Array& input) {
  auto engine = Engine::create(std::move(graph), std::make_shared<ThreadPool>(1));
  INFO((engine ? std::string() : engine.error().message));
  REQUIRE(engine.has_value());
  const int batch = input.shape[0];
  REQUIRE(engine->plan(batch, Retention{.taps = {}, .everything = true}).has_value());
  const std::size_t size = input.bytes.size() / std::size_t(batch);
  for (int i = 0; i < batch; ++i) {
    REQUIRE(engine->input(i).size() == size);
    std::memcpy(engine->input(i).data(), input.bytes.data() + size * std::size_t(i), size);
  }
  REQUIRE(engine->run().has_value());
  return *std::move(engine);
}

/// The first `count` stored values of an activation.
std::vector<float> first_values(const Engine& engine, TensorId tensor, std::size_t count) {
  const auto raw = engine.raw(tensor);
  REQUIRE(raw.has_value());
  std::vector<float> values = stored_values(engine.graph().tensor(tensor).type, *raw);
  REQUIRE(values.size() >= count);
  values.resize(count);
  return values;
}

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
