#include "support/golden.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "model/bundle.h"
#include "ops/validate.h"

namespace whybox::test {

std::filesystem::path golden_folder() { return std::filesystem::path(WHYBOX_SOURCE_DIR) / "tests" / "golden"; }

std::shared_ptr<const Graph> read_graph(const std::filesystem::path& tflite) {
  auto graph = read_tflite(read_file(tflite));
  INFO((graph ? std::string() : graph.error().message));
  REQUIRE(graph.has_value());
  const auto valid = validate(*graph);
  INFO((valid ? std::string() : valid.error().message));
  REQUIRE(valid.has_value());
  return std::make_shared<const Graph>(*std::move(graph));
}

std::optional<TensorId> find_tensor(const Graph& graph, std::string_view name) {
  for (std::size_t i = 0; i < graph.tensors.size(); ++i)
    if (graph.tensors[i].name == name && !graph.tensors[i].is_constant()) return TensorId(i);
  return std::nullopt;
}

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

std::vector<float> first_values(const Engine& engine, TensorId tensor, std::size_t count) {
  const auto raw = engine.raw(tensor);
  REQUIRE(raw.has_value());
  std::vector<float> values = stored_values(engine.graph().tensor(tensor).type, *raw);
  REQUIRE(values.size() >= count);
  values.resize(count);
  return values;
}

Distance distance(std::span<const float> got, std::span<const float> wanted) {
  REQUIRE(got.size() == wanted.size());
  Distance found;
  for (std::size_t i = 0; i < got.size(); ++i) {
    const double difference = std::abs(double(got[i]) - double(wanted[i]));
    found.mean += difference / double(got.size());
    if (!(difference <= found.largest)) found.largest = difference, found.at = i;  // negated, so that a NaN counts
  }
  return found;
}

double magnitude(std::span<const float> values) {
  double largest = 0;
  for (const float value : values) largest = std::max(largest, std::abs(double(value)));
  return largest;
}

std::vector<float> stored_values(ElementType type, std::span<const std::byte> bytes) {
  const Array array{{}, type == ElementType::f32 ? "<f4" : type == ElementType::i8 ? "|i1" : "|u1",
                    {bytes.begin(), bytes.end()}};
  return array.floats();
}

double tolerance(const Graph& graph, TensorId tensor, std::span<const float> wanted) {
  constexpr double kFloatTolerance = 1e-5;
  if (graph.tensor(tensor).type != ElementType::f32) return 1;
  double allowed = kFloatTolerance * magnitude(wanted);
  for (const Node& node : graph.nodes)
    if (node.output == tensor && node.kind == OpKind::dequantize)
      if (const auto& quantization = graph.tensor(node.inputs[0]).quantization)
        allowed += double(quantization->scales[0]);
  return allowed;
}

std::vector<std::filesystem::path> networks_below(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> found;
  if (std::filesystem::exists(folder))
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
      if (entry.path().extension() == ".tflite") found.push_back(entry.path());
  std::ranges::sort(found);
  return found;
}

std::vector<std::filesystem::path> real_networks() {
  const char* const given = std::getenv("WHYBOX_SHARED");
  return networks_below((given ? std::filesystem::path(given) : std::filesystem::path(WHYBOX_SOURCE_DIR) / ".." / "shared") / "models");
}

void check_same(const Engine& got, const Engine& wanted, TensorId tensor) {
  constexpr double kFloatTolerance = 1e-5;
  const TensorInfo& info = got.graph().tensor(tensor);
  const auto bytes = got.raw(tensor), reference = wanted.raw(tensor);
  INFO(info.name);
  REQUIRE(bytes.has_value());
  REQUIRE(reference.has_value());
  if (info.type != ElementType::f32) {
    REQUIRE(std::ranges::equal(*bytes, *reference));
    return;
  }
  const auto values = stored_values(info.type, *reference);
  REQUIRE(distance(stored_values(info.type, *bytes), values).largest <= kFloatTolerance * magnitude(values));
}

}  // namespace whybox::test
