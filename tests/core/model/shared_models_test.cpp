// Real models, where they lie beside the checkout or where WHYBOX_SHARED says.
#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "model/bundle.h"

namespace whybox {
namespace {

std::vector<std::byte> shared_model(const std::string& name) {
  const char* given = std::getenv("WHYBOX_SHARED");
  const auto folder = given ? std::filesystem::path(given) : std::filesystem::path(WHYBOX_SOURCE_DIR) / ".." / "shared";
  std::ifstream file(folder / "models" / name, std::ios::binary);
  if (!file) SKIP("no " << name);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

struct Known {
  std::string file;
  std::size_t nodes;
  Shape input;
  ElementType type;
  std::size_t classes;
  std::string labels, normalization;
};

void check(const Known& known) {
  const auto bundle = read_model(shared_model(known.file), known.file);
  if (!bundle) FAIL(bundle.error().message);
  CHECK(bundle->graph.nodes.size() == known.nodes);
  CHECK(bundle->graph.tensor(bundle->graph.input).shape == known.input);
  CHECK(bundle->graph.tensor(bundle->graph.input).type == known.type);
  CHECK(bundle->labels.size() == known.classes);
  CHECK(bundle->label_source == known.labels);
  CHECK(bundle->normalization.source == known.normalization);
}

TEST_CASE("MobileNetV2 in uint8 is read with its labels") {
  check({"mobilenet_v2_1.0_224_quant.tflite", 66, {1, 224, 224, 3}, ElementType::u8, 1001, "metadata", "quantization"});
}
TEST_CASE("MobileNetV2 in int8 per channel is read with its labels") {
  check(
      {"tf2_mobilenet_v2_1.0_224_ptq.tflite", 68, {1, 224, 224, 3}, ElementType::u8, 1001, "metadata", "quantization"});
}
TEST_CASE("a Teachable Machine export is read") {
  check({"teachable_mobilenet_v2_0.35_224_float.tflite", 71, {1, 224, 224, 3}, ElementType::f32, 2, "none", "default"});
}
TEST_CASE("Visual Wake Words in float32 is read") {
  check({"vww_96_float.tflite", 31, {1, 96, 96, 3}, ElementType::f32, 2, "none", "default"});
}
TEST_CASE("Visual Wake Words in int8 is read") {
  check({"vww_96_int8.tflite", 31, {1, 96, 96, 3}, ElementType::i8, 2, "none", "quantization"});
}

}  // namespace
}  // namespace whybox
