#include "engine/preprocess.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

using namespace whybox;

namespace {

Graph graph_with_input(Shape shape, ElementType type = ElementType::f32, float scale = 1, int zero_point = 0) {
  TensorInfo input{"image", type, std::move(shape), {}, {}};
  if (type != ElementType::f32) input.quantization = Quantization{{scale}, {zero_point}, 0};
  Graph graph;
  graph.tensors.push_back(std::move(input));
  graph.input = 0;
  return graph;
}

Image ramp(int height, int width) {
  Image image{height, width, {}};
  for (int i = 0; i < height * width * 3; ++i) image.pixels.push_back(std::uint8_t(i * 7 % 256));
  return image;
}

template <class Stored>
std::vector<int> stored(const std::vector<std::byte>& bytes) {
  std::vector<int> values;
  for (const std::byte byte : bytes) values.push_back(static_cast<Stored>(byte));
  return values;
}

}  // namespace

TEST_CASE("fits are read back from their names") {
  for (const Fit fit : {Fit::stretch, Fit::centre_crop, Fit::letterbox}) CHECK(parse_fit(to_string(fit)) == fit);
}

TEST_CASE("an unknown fit is refused with the ones there are") {
  const auto fit = parse_fit("tile");
  REQUIRE_FALSE(fit);
  CHECK(fit.error().code == ErrorCode::invalid_argument);
  CHECK(fit.error().message == "fit: got \"tile\", wanted stretch, centre-crop or letterbox");
}

TEST_CASE("a centre crop is the largest centred part of the network's proportions") {
  const Placement wide = place_picture(100, 200, 50, 50, Fit::centre_crop);
  CHECK((wide.picture.top == 0 && wide.picture.left == 50 && wide.picture.height == 100 && wide.picture.width == 100));
  const Placement tall = place_picture(300, 100, 32, 64, Fit::centre_crop);
  CHECK((tall.picture.top == 125 && tall.picture.left == 0 && tall.picture.height == 50 && tall.picture.width == 100));
}

TEST_CASE("a letterbox holds the whole picture in proportion") {
  const Placement wide = place_picture(100, 200, 50, 50, Fit::letterbox);
  CHECK((wide.input.top == 12 && wide.input.left == 0 && wide.input.height == 25 && wide.input.width == 50));
  CHECK((wide.picture.height == 100 && wide.picture.width == 200));
}

TEST_CASE("a picture of the network's size is not touched by any fit") {
  const Image image = ramp(20, 33);
  for (const Fit fit : {Fit::stretch, Fit::centre_crop, Fit::letterbox})
    CHECK(fit_image(image, 20, 33, fit).pixels == image.pixels);
}

TEST_CASE("bars of a letterbox are mid-grey") {
  const Image black{10, 40, std::vector<std::uint8_t>(10 * 40 * 3)};
  const Image seen = fit_image(black, 20, 20, Fit::letterbox);
  CHECK(*seen.at(0, 0) == 128);
  CHECK(*seen.at(19, 19) == 128);
  CHECK(*seen.at(10, 10) == 0);
  CHECK(std::ranges::count(seen.pixels, 0) == 5 * 20 * 3);
}

TEST_CASE("any picture fits any network, down to a single pixel") {
  const Fit fit = GENERATE(Fit::stretch, Fit::centre_crop, Fit::letterbox);
  const int height = GENERATE(1, 3, 400), width = GENERATE(1, 20, 301);
  const Image seen = fit_image(ramp(height, width), 20, 24, fit);
  CHECK(validate(seen).has_value());
  CHECK((seen.height == 20 && seen.width == 24));
  const Heatmap map = unfit_heatmap({20, 24, std::vector<float>(20 * 24, 0.5f)}, height, width, fit);
  CHECK((map.height == height && map.width == width));
  CHECK(map.values.size() == std::size_t(height) * std::size_t(width));
}

TEST_CASE("a stretched map covers the whole picture") {
  const Heatmap map = unfit_heatmap({4, 4, std::vector<float>(16, 2)}, 10, 30, Fit::stretch);
  CHECK(std::ranges::all_of(map.values, [](float v) { return std::abs(v - 2) < 1e-6f; }));
}

TEST_CASE("a map of a cropped picture is 0 where the network saw nothing") {
  const Heatmap map = unfit_heatmap({4, 4, std::vector<float>(16, 2)}, 10, 30, Fit::centre_crop);
  CHECK(map.values[9] == 0);
  CHECK(map.values[10] == Catch::Approx(2));
  CHECK(map.values[19] == Catch::Approx(2));
  CHECK(map.values[20] == 0);
}

TEST_CASE("what a map says of a letterbox's bars is dropped") {
  Heatmap map{8, 8, std::vector<float>(64, 9)};
  for (std::size_t i = 16; i < 48; ++i) map.values[i] = 1;  // rows 2 to 5 hold the picture
  const Heatmap back = unfit_heatmap(map, 20, 40, Fit::letterbox);
  CHECK(std::ranges::all_of(back.values, [](float v) { return std::abs(v - 1) < 1e-6f; }));
}

TEST_CASE("normalisation takes the mean off and divides by the deviation, per channel") {
  const Graph graph = graph_with_input({1, 1, 1, 3});
  const auto encoder = Encoder::create(graph, {{10, 20, 30}, {2, 4, 5}, "user"});
  REQUIRE(encoder);
  CHECK(encoder->normalize({1, 1, {14, 12, 255}}) == std::vector<float>{2, -2, 45});
}

TEST_CASE("a network with one channel gets the luma") {
  const Graph graph = graph_with_input({1, 1, 2, 1});
  const auto encoder = Encoder::create(graph, {{0, 0, 0}, {1, 1, 1}, "user"});
  REQUIRE(encoder);
  const auto values = encoder->normalize({1, 2, {100, 100, 100, 255, 0, 0}});
  CHECK(values[0] == Catch::Approx(100));  // a grey pixel keeps its value
  CHECK(values[1] == Catch::Approx(0.299 * 255));
}

TEST_CASE("a uint8 network whose quantisation undoes the normalisation gets the pixels themselves") {
  const auto encoder = Encoder::create(graph_with_input({1, 16, 16, 3}, ElementType::u8, 1 / 127.5f, 128),
                                       {{128, 128, 128}, {127.5f, 127.5f, 127.5f}, "quantization"});
  REQUIRE(encoder);
  Image all{16, 16, {}};
  for (int v = 0; v < 256; ++v) all.pixels.insert(all.pixels.end(), 3, std::uint8_t(v));
  const auto bytes = encoder->encode(all);
  REQUIRE(bytes.size() == all.pixels.size());
  CHECK(std::memcmp(bytes.data(), all.pixels.data(), bytes.size()) == 0);
}

TEST_CASE("an int8 network with scale 1/255 gets pixel - 128 for pictures in 0..1") {
  const auto encoder =
      Encoder::create(graph_with_input({1, 1, 1, 3}, ElementType::i8, 1 / 255.0f, -128), {{0, 0, 0}, {255, 255, 255}, "user"});
  REQUIRE(encoder);
  CHECK(stored<std::int8_t>(encoder->encode(Image{1, 1, {0, 77, 255}})) == std::vector<int>{-128, -51, 127});
}

TEST_CASE("quantisation rounds to nearest and saturates") {
  const auto encoder = Encoder::create(graph_with_input({1, 1, 2, 3}, ElementType::i8, 0.5f, 3), {});
  REQUIRE(encoder);
  std::vector<std::byte> bytes(6);
  encoder->encode(std::vector<float>{0.24f, 0.26f, -0.24f, -0.26f, 1e9f, -1e9f}, bytes);
  CHECK(stored<std::int8_t>(bytes) == std::vector<int>{3, 4, 3, 2, 127, -128});
}

TEST_CASE("a value that is not a number is stored as some value, not as undefined behaviour") {
  const auto encoder = Encoder::create(graph_with_input({1, 1, 1, 1}, ElementType::u8, 0.5f, 3), {});
  REQUIRE(encoder);
  std::vector<std::byte> bytes(1);
  encoder->encode(std::vector{std::numeric_limits<float>::quiet_NaN()}, bytes);
  CHECK(stored<std::uint8_t>(bytes) == std::vector<int>{0});
}

TEST_CASE("a float network gets the normalised values as they are") {
  const auto encoder = Encoder::create(graph_with_input({1, 3, 4, 3}), {});
  REQUIRE(encoder);
  const Image image = ramp(3, 4);
  const auto values = encoder->normalize(image);
  const auto bytes = encoder->encode(image);
  REQUIRE(bytes.size() == values.size() * 4);
  CHECK(std::memcmp(bytes.data(), values.data(), bytes.size()) == 0);
}

TEST_CASE("an example may be encoded piece by piece") {
  const auto encoder = Encoder::create(graph_with_input({1, 4, 5, 3}, ElementType::u8, 1 / 127.5f, 128), {});
  REQUIRE(encoder);
  const Image image = ramp(4, 5);
  const auto values = encoder->normalize(image);
  std::vector<std::byte> pieces(encoder->example_bytes());
  for (std::size_t row = 0; row < 4; ++row)
    encoder->encode(std::span(values).subspan(row * 15, 15), std::span(pieces).subspan(row * 15, 15));
  CHECK(pieces == encoder->encode(image));
}

TEST_CASE("an input that is no picture is refused") {
  const auto encoder = Encoder::create(graph_with_input({1, 8, 8, 4}), {});
  REQUIRE_FALSE(encoder);
  CHECK(encoder.error().code == ErrorCode::shape_mismatch);
  CHECK(encoder.error().message == "network input \"image\": shape is [1, 8, 8, 4], wanted [1, height, width, 1 or 3]");
}

TEST_CASE("an input of another element type is refused") {
  const auto encoder = Encoder::create(graph_with_input({1, 8, 8, 3}, ElementType::i32), {});
  REQUIRE_FALSE(encoder);
  CHECK(encoder.error().code == ErrorCode::unsupported_type);
  CHECK(encoder.error().message == "network input \"image\": type is int32, wanted float32, int8 or uint8");
}

TEST_CASE("a quantised input without a scale is refused") {
  const auto encoder = Encoder::create(graph_with_input({1, 8, 8, 3}, ElementType::u8, 0), {});
  REQUIRE_FALSE(encoder);
  CHECK(encoder.error().code == ErrorCode::bad_model);
  CHECK(encoder.error().message == "network input \"image\": type is uint8 without one positive scale and one zero point");
}

TEST_CASE("a normalisation that cannot be divided by is refused") {
  const auto encoder = Encoder::create(graph_with_input({1, 8, 8, 3}), {{0, 0, 0}, {1, 0, 1}, "user"});
  REQUIRE_FALSE(encoder);
  CHECK(encoder.error().code == ErrorCode::invalid_argument);
  CHECK(encoder.error().message ==
        "normalization, channel 1: got mean 0 and std 0, wanted a finite mean and a positive std");
}
