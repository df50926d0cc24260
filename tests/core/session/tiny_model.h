#pragma once
#include "session/session.h"
#include "support/tflite_builder.h"

namespace whybox::testing {

/// How much a unit of mean colour moves a logit of the colour network.
inline constexpr float kColourGain = 4;

/// A network that names the colour of a picture: a 1x1 convolution that passes colours through, their mean over the picture,
/// a dense layer `gain` times the identity, softmax. Classes 0, 1, 2 are red, green, blue.
inline std::vector<std::byte> colour_network(int size = 8, float gain = kColourGain) {
  TfliteBuilder b;
  const auto identity = [](float scale) { return std::vector<float>{scale, 0, 0, 0, scale, 0, 0, 0, scale}; };
  const int image = b.input({1, size, size, 3});
  const int colours = b.conv_2d(image, b.constant(Shape{3, 1, 1, 3}, identity(1)), b.constant(Shape{3}, std::vector<float>(3)),
                                TfliteBuilder::same_padding(), {.name = "colours"});
  const int mean = b.mean(colours, {1, 2}, false, {.name = "mean"});
  const int dense = b.fully_connected(mean, b.constant(Shape{3, 3}, identity(gain)), b.constant(Shape{3}, std::vector<float>(3)),
                                      Activation::none, {.name = "logits"});
  b.output(b.softmax(dense));
  return b.build();
}

/// A picture of one colour, but for its left half, which has another.
inline Image two_colours(int height, int width, std::array<std::uint8_t, 3> left, std::array<std::uint8_t, 3> right) {
  Image image{height, width, {}};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (const auto value : x < width / 2 ? left : right) image.pixels.push_back(value);
  return image;
}

inline constexpr std::array<std::uint8_t, 3> kRed{255, 0, 0}, kGreen{0, 255, 0}, kBlue{0, 0, 255};
inline constexpr std::string_view kColourLabels = "red\ngreen\nblue\n";

/// A session that holds the colour network.
inline Session colour_session() {
  Session session(1);
  REQUIRE(session.load_model(colour_network(), "colours.tflite", kColourLabels).has_value());
  return session;
}

}  // namespace whybox::testing
