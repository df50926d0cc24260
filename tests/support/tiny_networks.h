#pragma once
// Networks small enough to be computed by hand, and what tests of explainers need to run them.
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/rng.h"
#include "explainers/explainer.h"
#include "grad/network.h"
#include "model/bundle.h"
#include "support/tflite_builder.h"

namespace whybox::testing {

/// The value of a result; the running test fails with the message if there is none.
template <class T>
T must(Result<T> result) {
  INFO((result ? std::string() : result.error().message));
  REQUIRE(result.has_value());
  return *std::move(result);
}

inline std::vector<float> random_values(std::size_t count, float largest, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<float> values(count);
  for (float& value : values) value = rng.uniform(-largest, largest);
  return values;
}

inline std::unique_ptr<Network> network_of(const std::vector<std::byte>& file, int threads = 1) {
  return must(Network::create(std::make_shared<const ModelBundle>(must(read_model(file, "test"))), threads));
}

/// Two classes, logits (w.x, 0): p^0 = 1 / (1 + exp(-w.x)), x in -1..1.
/// @param weights  w, [H, W, C]
inline std::vector<std::byte> linear_network(int height, int width, int channels, std::vector<float> weights) {
  TfliteBuilder b;
  const int image = b.input({1, height, width, channels});
  const int count = height * width * channels;
  weights.resize(2 * weights.size());
  const int scores = b.fully_connected(b.reshape(image, {1, count}), b.constant(Shape{2, count}, weights));
  b.output(b.softmax(scores));
  return b.build();
}

struct GapWeights {
  std::vector<float> convolution;  ///< [4, 3, 3, C]
  std::vector<float> dense;        ///< [3, 4]
};
inline GapWeights gap_weights(int channels, std::uint64_t seed = 1) {
  return {random_values(std::size_t(4 * 9 * channels), 0.7f, seed), random_values(12, 3, seed + 1)};
}

/// Three classes: a 3x3 convolution with ReLU and four feature maps ("features"), their mean over the picture, a dense layer
/// ("scores"), softmax.
inline std::vector<std::byte> gap_network(int height, int width, int channels, const GapWeights& weights) {
  TfliteBuilder b;
  const int image = b.input({1, height, width, channels});
  ConvAttributes a = TfliteBuilder::same_padding();
  a.activation = Activation::relu;
  const int features = b.conv_2d(image, b.constant(Shape{4, 3, 3, channels}, weights.convolution),
                                 b.constant(Shape{4}, std::vector<float>(4, 0.1f)), a, {.name = "features"});
  const int mean = b.mean(features, {1, 2}, false, {.name = "mean"});
  const int scores = b.fully_connected(mean, b.constant(Shape{3, 4}, weights.dense), kNoTensor, Activation::none,
                                       {.name = "scores"});
  b.output(b.softmax(scores));
  return b.build();
}
inline std::vector<std::byte> gap_network(int height, int width, int channels = 3) {
  return gap_network(height, width, channels, gap_weights(channels));
}

/// A network whose weights are finite and whose answer is not: inf - inf.
inline std::vector<std::byte> overflowing_network(int height, int width) {
  return linear_network(height, width, 3, std::vector<float>(std::size_t(height * width * 3), 3e38f));
}

inline Image random_picture(int height, int width, std::uint64_t seed = 3) {
  Rng rng(seed);
  Image image{height, width, {}};
  for (int i = 0; i < height * width * 3; ++i) image.pixels.push_back(std::uint8_t(rng.below(256)));
  return image;
}

using Given = std::map<std::string, std::string>;

struct Question {
  Target target = 0;
  Given given = {};
  std::uint64_t seed = 0;
  std::vector<Image> probe = {};
  std::optional<Segmentation> segmentation = {};
};

inline Result<std::unique_ptr<Explanation>> try_start(std::string_view id, Network& network, const Image& image,
                                                      const Question& question = {}) {
  WHYBOX_TRY(const Method* method, find_method(id));
  WHYBOX_TRY(Params params, resolve(method->params, question.given));
  Target target = question.target;
  if (target.unit) {
    WHYBOX_TRY(target, network.located(target, image));
  }
  return method->start({.network = network,
                        .image = image,
                        .target = target,
                        .params = std::move(params),
                        .seed = question.seed,
                        .probe = question.probe,
                        .segmentation = question.segmentation});
}

inline std::unique_ptr<Explanation> start(std::string_view id, Network& network, const Image& image,
                                          const Question& question = {}) {
  return must(try_start(id, network, image, question));
}

/// Runs all steps; the running test fails if one does.
inline std::unique_ptr<Explanation> finish(std::unique_ptr<Explanation> explanation) {
  while (explanation->progress() < 1) {
    const auto step = explanation->step();
    INFO((step ? std::string() : step.error().message));
    REQUIRE(step.has_value());
  }
  return explanation;
}

inline std::unique_ptr<Explanation> explain(std::string_view id, Network& network, const Image& image,
                                            const Question& question = {}) {
  return finish(start(id, network, image, question));
}

inline double finding(const Explanation& explanation, std::string_view id) {
  for (const Finding& each : explanation.findings())
    if (each.id == id) return each.value;
  FAIL("no finding " << id);
  return 0;
}

/// p^c of a picture, by a forward pass of its own.
inline double probability(Network& network, const Image& image, int target = 0) {
  return must(network.classifier().predict(image)).probabilities[std::size_t(target)];
}

}  // namespace whybox::testing
