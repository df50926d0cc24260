#include "engine/mosaic.h"

#include <catch2/catch_test_macros.hpp>
#include <cstring>
#include <format>

#include "base/rng.h"
#include "engine/updater.h"
#include "support/golden.h"
#include "support/tiny_networks.h"

using namespace whybox;
using namespace whybox::test;
using whybox::testing::must;

namespace {

using Picture = std::vector<std::byte>;

/// Random elements of a tensor's type; floats in -1 .. 1.
Picture random_elements(const TensorInfo& tensor, Rng& rng) {
  Picture picture(plane_of(tensor).bytes());
  const std::size_t size = byte_size(tensor.type);
  for (std::size_t i = 0; i < picture.size(); i += size) {
    const float value = rng.uniform(-1, 1);
    if (size == sizeof value)
      std::memcpy(&picture[i], &value, sizeof value);
    else
      picture[i] = std::byte(rng.below(256));
  }
  return picture;
}

/// Bands of slanting borders, so that tiles see different numbers of superpixels.
std::vector<std::int32_t> slanting_superpixels(const Plane& plane, int across, int& count) {
  const int rows = std::min(across, plane.height), columns = std::min(across, plane.width);
  count = rows * columns;
  std::vector<std::int32_t> labels;
  for (int y = 0; y < plane.height; ++y)
    for (int x = 0; x < plane.width; ++x) {
      const int row = std::min(rows - 1, y * rows / plane.height), column = (x + y / 3) % plane.width * columns / plane.width;
      labels.push_back(row * columns + std::min(columns - 1, column));
    }
  return labels;
}

struct Walk {
  std::int64_t computed, shown;
  std::size_t first_whole_step;
};

/// Random coalitions, each compared with a full pass from where the mosaic says that everything is there.
Walk walk(const std::shared_ptr<const Graph>& graph, int across, int pictures, std::uint64_t seed) {
  const TensorInfo& input = graph->tensor(graph->input);
  const Plane plane = plane_of(input);
  Rng rng(seed);
  const Picture on_picture = random_elements(input, rng), off_picture = random_elements(input, rng);
  int count = 0;
  const auto labels = slanting_superpixels(plane, across, count);
  const auto threads = std::make_shared<ThreadPool>(1);
  Engine tiled = must(Engine::create(graph, threads)), whole = must(Engine::create(graph, threads));
  REQUIRE(whole.plan(1, {.everything = true}).has_value());
  // Many more are announced than shown, so that small networks are worth it too.
  Mosaic mosaic = must(Mosaic::create(*graph, labels, 100'000));
  std::vector<std::uint8_t> on(static_cast<std::size_t>(count));
  for (int i = 0; i < pictures; ++i) {
    INFO(std::format("picture {}", i));
    for (auto& flag : on) flag = rng.bernoulli(0.5f);
    Picture picture = on_picture;
    for (std::size_t p = 0; p < labels.size(); ++p)
      if (!on[std::size_t(labels[p])]) std::copy_n(&off_picture[p * plane.pixel_bytes], plane.pixel_bytes, &picture[p * plane.pixel_bytes]);
    REQUIRE(mosaic.show(tiled, picture, on).has_value());
    std::ranges::copy(picture, whole.input(0).begin());
    REQUIRE(whole.run().has_value());
    for (std::size_t step = mosaic.first_whole_step(); step < graph->nodes.size(); ++step) check_same(tiled, whole, graph->nodes[step].output);
  }
  return {mosaic.computed(), mosaic.shown(), mosaic.first_whole_step()};
}

}  // namespace

TEST_CASE("a network of any operators, put together from tiles, is one that was run whole, bit for bit in 8 bits") {
  for (const auto& file : networks_below(golden_folder() / "operators"))
    DYNAMIC_SECTION(file.parent_path().filename().string()) { walk(read_graph(file), 3, 6, 1); }
}

TEST_CASE("the shipped networks, put together from tiles, are those run whole") {
  for (const auto& file : networks_below(std::filesystem::path(WHYBOX_SOURCE_DIR) / "models"))
    DYNAMIC_SECTION(file.filename().string()) {
      walk(read_graph(file), 5, 12, 2);
    }
}

TEST_CASE("of the tiles of 150 pictures most have been computed before") {
  const Walk walked = walk(read_graph(std::filesystem::path(WHYBOX_SOURCE_DIR) / "models/triangle/triangle_int8.tflite"), 5, 150, 2);
  CHECK(walked.first_whole_step > 0);
  CHECK(walked.computed < walked.shown / 4);
}

TEST_CASE("real networks, put together from tiles, are those run whole") {
  const auto files = real_networks();
  if (files.empty()) SKIP("no real networks here");
  for (const auto& file : files) DYNAMIC_SECTION(file.filename().string()) { walk(read_graph(file), 7, 6, 3); }
}

TEST_CASE("an update after a mosaic starts from what is true") {
  const auto graph = read_graph(std::filesystem::path(WHYBOX_SOURCE_DIR) / "models/triangle/triangle_int8.tflite");
  const TensorInfo& input = graph->tensor(graph->input);
  const auto threads = std::make_shared<ThreadPool>(1);
  Engine engine = must(Engine::create(graph, threads)), whole = must(Engine::create(graph, threads));
  REQUIRE(whole.plan(1, {.everything = true}).has_value());
  Rng rng(4);
  const Picture first = random_elements(input, rng), other = random_elements(input, rng);
  int count = 0;
  const auto labels = slanting_superpixels(plane_of(input), 5, count);
  Mosaic mosaic = must(Mosaic::create(*graph, labels, 1000));
  REQUIRE(mosaic.first_whole_step() > 0);
  const std::vector<std::uint8_t> all_on(std::size_t(count), 1);
  Updater updater;
  REQUIRE(updater.show(engine, first).has_value());
  // Twice, so that every tile is known and early activations are not written.
  REQUIRE(mosaic.show(engine, other, all_on).has_value());
  REQUIRE(mosaic.show(engine, other, all_on).has_value());
  Picture next = other;
  next[0] ^= std::byte{1};
  for (const Picture& shown : {next, first}) {
    REQUIRE(updater.show(engine, shown).has_value());
    std::ranges::copy(shown, whole.input(0).begin());
    REQUIRE(whole.run().has_value());
    for (const Node& node : graph->nodes) check_same(engine, whole, node.output);
  }
}

TEST_CASE("a mosaic wants one superpixel for each pixel") {
  const auto graph = read_graph(std::filesystem::path(WHYBOX_SOURCE_DIR) / "models/triangle/triangle_int8.tflite");
  const auto refused = Mosaic::create(*graph, std::vector<std::int32_t>(10), 100);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::shape_mismatch);
}
