// Gradients and Grad-CAM against TensorFlow's GradientTape (tests/golden/make_gradients.py).
#include <catch2/catch_test_macros.hpp>
#include <format>
#include <map>
#include <memory>

#include "engine/classifier.h"
#include "explainers/cam_layer.h"
#include "grad/reverse.h"
#include "support/golden.h"

using namespace whybox;
using namespace whybox::test;

namespace {

/// Of the map's largest value: float32 sums of some hundred terms through up to twenty layers, in two orders.
constexpr double kTolerance = 1e-4;

struct Twin {
  Reverse reverse;
  TensorId input;
  TensorId logits;
  std::vector<float> seed;  ///< one-hot row per example
  int batch;
};

Twin forward_twin(const Graph& graph, const std::map<std::string, Array>& vectors) {
  const auto scores = find_scores(graph);
  REQUIRE(scores.has_value());
  auto twin = float_twin(graph, scores->logits);
  INFO((twin ? std::string() : twin.error().message));
  REQUIRE(twin.has_value());
  auto reverse = Reverse::create(std::make_shared<const Graph>(*std::move(twin)), std::make_shared<ThreadPool>(1));
  INFO((reverse ? std::string() : reverse.error().message));
  REQUIRE(reverse.has_value());
  const Array& input = vectors.at("input");
  const int batch = input.shape[0];
  REQUIRE(reverse->forward(input.as<float>(), batch).has_value());
  std::vector<float> seed(std::size_t(batch) * std::size_t(scores->classes));
  for (int i = 0; i < batch; ++i)
    seed[std::size_t(i * scores->classes) + std::size_t(vectors.at("target").as<float>()[std::size_t(i)])] = 1;
  return {*std::move(reverse), graph.input, scores->logits, std::move(seed), batch};
}

void check(std::string_view what, std::span<const float> got, const Array& wanted) {
  const Distance found = distance(got, wanted.as<float>());
  const double largest = magnitude(wanted.as<float>());
  INFO(std::format("{}: differs by {} at {}, largest {}", what, found.largest, found.at, largest));
  REQUIRE(largest > 0);
  CHECK(found.largest <= kTolerance * largest);
}

Tensor gradient(Twin& twin, TensorId to) {
  auto found = twin.reverse.gradient(twin.logits, twin.seed, to);
  INFO((found ? std::string() : found.error().message));
  REQUIRE(found.has_value());
  return *std::move(found);
}

/// Example n of a batch.
Tensor example(const Tensor& batch, int n) {
  const std::size_t size = batch.values.size() / std::size_t(batch.shape[0]);
  const auto begin = batch.values.begin() + std::ptrdiff_t(size) * n;
  Tensor one{batch.shape, {begin, begin + std::ptrdiff_t(size)}};
  one.shape[0] = 1;
  return one;
}

/// The project's Grad-CAM at the layer's own size, every example.
std::vector<float> grad_cam(const Tensor& activation, const Tensor& slope) {
  std::vector<float> maps;
  for (int n = 0; n < activation.shape[0]; ++n)
    maps.append_range(weighted_sum(example(activation, n), grad_cam_weights(example(slope, n))).values);
  return maps;
}

}  // namespace

TEST_CASE("gradients and Grad-CAM of float and int8 networks are TensorFlow's") {
  const auto folder = golden_folder();
  for (const std::string& name : read_lines(folder / "gradients" / "cases.txt")) {
    DYNAMIC_SECTION(name) {
      const auto vectors = read_npz(folder / "gradients" / (name + ".npz"));
      const auto graph = read_graph(folder / "operators" / name / "model.tflite");
      Twin twin = forward_twin(*graph, vectors);
      check("logits", twin.reverse.activation(twin.logits)->values, vectors.at("logits"));
      check("gradient/input", gradient(twin, twin.input).values, vectors.at("gradient/input"));
      for (const auto& [key, wanted] : vectors) {
        if (!key.starts_with("cam/")) continue;
        const auto tensor = find_tensor(*graph, key.substr(4));
        INFO(key);
        REQUIRE(tensor.has_value());
        const Tensor slope = gradient(twin, *tensor);
        check(key, slope.values, vectors.at("gradient/" + key.substr(4)));
        check(key, grad_cam(*twin.reverse.activation(*tensor), slope), wanted);
      }
    }
  }
}
