#include "engine/updater.h"

#include <catch2/catch_test_macros.hpp>
#include <cstring>
#include <format>

#include "base/rng.h"
#include "support/golden.h"
#include "support/tiny_networks.h"

using namespace whybox;
using namespace whybox::test;
using whybox::testing::must;

namespace {

using Picture = std::vector<std::byte>;

/// Fills an area of a picture with random elements of its tensor's type; floats in -1 .. 1.
void scribble(const TensorInfo& tensor, const Area& area, Rng& rng, Picture& picture) {
  const Plane plane = plane_of(tensor);
  const std::size_t size = byte_size(tensor.type);
  for (int y = area.top; y < area.bottom; ++y)
    for (std::size_t i = plane.offset(y, area.left); i < plane.offset(y, area.left) + plane.pixel_bytes * std::size_t(area.width()); i += size) {
      const float value = rng.uniform(-1, 1);
      if (size == sizeof value)
        std::memcpy(&picture[i], &value, sizeof value);
      else
        picture[i] = std::byte(rng.below(256));
    }
}

Area random_area(const Plane& plane, Rng& rng) {
  const int height = 1 + rng.below(std::max(1, plane.height / 3)), width = 1 + rng.below(std::max(1, plane.width / 3));
  const int top = rng.below(plane.height - height + 1), left = rng.below(plane.width - width + 1);
  return {top, left, top + height, left + width};
}

/// Pictures as methods show them: one after another and each from the first, corners, the same one again, quite another one.
std::vector<Picture> sequence(const TensorInfo& input, std::uint64_t seed) {
  const Plane plane = plane_of(input);
  Rng rng(seed);
  std::vector<Picture> pictures{Picture(plane.bytes())};
  scribble(input, plane.whole(), rng, pictures[0]);
  const auto next = [&](const Picture& from, const Area& area) {
    pictures.push_back(from);
    scribble(input, area, rng, pictures.back());
  };
  for (int i = 0; i < 3; ++i) next(Picture(pictures.back()), random_area(plane, rng));
  for (int i = 0; i < 3; ++i) next(Picture(pictures.front()), random_area(plane, rng));
  next(Picture(pictures.back()), {0, 0, 1, 1});
  next(Picture(pictures.back()), {plane.height - 1, plane.width - 1, plane.height, plane.width});
  pictures.push_back(Picture(pictures.back()));
  next(Picture(pictures.back()), plane.whole());
  next(Picture(pictures.back()), random_area(plane, rng));
  return pictures;
}

/// Every activation after every picture. @returns the part of all pixels that was computed, on average
double walk(const std::shared_ptr<const Graph>& graph, std::uint64_t seed) {
  const auto threads = std::make_shared<ThreadPool>(1);
  Engine updated = must(Engine::create(graph, threads)), whole = must(Engine::create(graph, threads));
  REQUIRE(whole.plan(1, {.everything = true}).has_value());
  Updater updater;
  double recomputed = 0;
  const auto pictures = sequence(graph->tensor(graph->input), seed);
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    INFO(std::format("picture {}", i));
    REQUIRE(updater.show(updated, pictures[i]).has_value());
    std::ranges::copy(pictures[i], whole.input(0).begin());
    REQUIRE(whole.run().has_value());
    for (const Node& node : graph->nodes) check_same(updated, whole, node.output);
    recomputed += updater.recomputed() / double(pictures.size());
  }
  return recomputed;
}

}  // namespace

TEST_CASE("an updated network of any operators is one that was run whole, bit for bit in 8 bits") {
  for (const auto& file : networks_below(golden_folder() / "operators"))
    DYNAMIC_SECTION(file.parent_path().filename().string()) {
      const auto graph = read_graph(file);
      for (std::uint64_t seed = 0; seed < 3; ++seed) walk(graph, seed);
    }
}

TEST_CASE("the shipped networks, updated, are those run whole") {
  for (const auto& file : networks_below(std::filesystem::path(WHYBOX_SOURCE_DIR) / "models"))
    DYNAMIC_SECTION(file.filename().string()) { walk(read_graph(file), 1); }
}

TEST_CASE("real networks, updated, are those run whole") {
  const auto files = real_networks();
  if (files.empty()) SKIP("no real networks here");
  for (const auto& file : files) DYNAMIC_SECTION(file.filename().string()) { walk(read_graph(file), 1); }
}

TEST_CASE("a small change of a plain network costs a small part of its pixels, none costs nothing") {
  const auto graph = read_graph(std::filesystem::path(WHYBOX_SOURCE_DIR) / "models/triangle/triangle_int8.tflite");
  Engine engine = must(Engine::create(graph, std::make_shared<ThreadPool>(1)));
  Updater updater;
  const TensorInfo& input = graph->tensor(graph->input);
  Picture picture = sequence(input, 1)[0];
  REQUIRE(updater.show(engine, picture).has_value());
  CHECK(updater.recomputed() == 1);
  Rng rng(5);
  scribble(input, {40, 40, 54, 54}, rng, picture);
  REQUIRE(updater.show(engine, picture).has_value());
  CHECK(updater.recomputed() > 0);
  CHECK(updater.recomputed() < 0.1);  // 14 x 14 of 96 x 96 pixels are 0.02
  REQUIRE(updater.show(engine, picture).has_value());
  CHECK(updater.recomputed() == 0);
}

TEST_CASE("whatever else used the engine in between, an update starts from what is true") {
  const auto graph = read_graph(std::filesystem::path(WHYBOX_SOURCE_DIR) / "models/triangle/triangle_int8.tflite");
  Engine engine = must(Engine::create(graph, std::make_shared<ThreadPool>(1)));
  Updater updater;
  const auto pictures = sequence(graph->tensor(graph->input), 2);
  REQUIRE(updater.show(engine, pictures[0]).has_value());
  REQUIRE(engine.plan(4).has_value());
  std::ranges::fill(engine.input(0), std::byte{0});
  REQUIRE(engine.run().has_value());
  REQUIRE(updater.show(engine, pictures[1]).has_value());
  const auto updated = must(engine.read(graph->outputs[0])).values;
  Updater afresh;
  Engine other = must(Engine::create(graph, std::make_shared<ThreadPool>(1)));
  REQUIRE(afresh.show(other, pictures[1]).has_value());
  CHECK(must(other.read(graph->outputs[0])).values == updated);
}
