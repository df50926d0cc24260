#include "explainers/compose.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "base/rng.h"
#include "explainers/coalition.h"

using namespace whybox;

namespace {

Encoder encoder_of(int height, int width, int channels, ElementType type) {
  Graph graph;
  graph.input = 0;
  graph.tensors.push_back({"image", type, {1, height, width, channels}, {}, {}});
  if (type != ElementType::f32) graph.tensors[0].quantization = Quantization{{1 / 127.5f}, {type == ElementType::u8 ? 128 : 0}, 0};
  auto encoder = Encoder::create(graph, {});
  REQUIRE(encoder);
  return *encoder;
}

Image random_image(int height, int width, std::uint64_t seed) {
  Rng rng(seed);
  Image image{height, width, {}};
  for (int i = 0; i < height * width * 3; ++i) image.pixels.push_back(std::uint8_t(rng.below(256)));
  return image;
}

}  // namespace

TEST_CASE("mixtures have the bytes of the encoded mixed picture") {
  const auto type = GENERATE(ElementType::f32, ElementType::i8, ElementType::u8);
  const int channels = GENERATE(1, 3);
  const Encoder encoder = encoder_of(13, 22, channels, type);
  const Image picture = random_image(13, 22, 1), fill = random_image(13, 22, 2);
  const Segmentation cut = slic_superpixels(picture, {.count = 12});
  Mixture mixture(encoder, picture, fill);
  mixture.cut(cut);
  std::vector<std::byte> example(encoder.example_bytes());

  SECTION("of a coalition") {
    std::vector<std::uint8_t> on(std::size_t(cut.count));
    draw_coalition(0, 5, on);
    Image mixed = picture;
    for (std::size_t i = 0; i < cut.labels.size(); ++i)
      if (!on[std::size_t(cut.labels[i])]) std::copy_n(&fill.pixels[i * 3], 3, &mixed.pixels[i * 3]);
    mixture.coalition(on, example);
    CHECK(example == encoder.encode(mixed));
  }
  SECTION("of a patch in the far corner") {
    const Rect patch{6, 15, 7, 7};
    Image mixed = picture;
    for (int y = 6; y < 13; ++y)
      for (int x = 15; x < 22; ++x) std::copy_n(fill.at(y, x), 3, mixed.at(y, x));
    mixture.patch(patch, example);
    CHECK(example == encoder.encode(mixed));
  }
  SECTION("of an empty patch: the picture") {
    mixture.patch({}, example);
    CHECK(example == encoder.encode(picture));
  }
}
