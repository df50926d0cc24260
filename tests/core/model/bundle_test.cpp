#include "model/bundle.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "core/model/networks.h"
#include "support/zip_builder.h"

namespace whybox {
namespace {

using namespace testing;
using Labels = std::vector<std::string>;

ModelBundle read(const std::vector<std::byte>& file, std::string_view labels = {}) {
  auto bundle = read_model(file, "network", labels);
  if (!bundle) FAIL(bundle.error().message);
  return *std::move(bundle);
}
Error refusal(const std::vector<std::byte>& file, std::string_view labels = {}) {
  auto bundle = read_model(file, "network", labels);
  REQUIRE_FALSE(bundle);
  return std::move(bundle).error();
}

// ---- labels --------------------------------------------------------------------------------------------------------------

TEST_CASE("without labels, classes are numbered") {
  const auto bundle = read(float_network().build());
  CHECK(bundle.name == "network");
  CHECK(bundle.labels == Labels{"class 0", "class 1"});
  CHECK(bundle.label_source == "none");
}

TEST_CASE("labels come from the metadata, and those given go before") {
  const auto file = with_metadata(float_network(), metadata({0}, {255}, "labels.txt"), "cat\ndog\n");
  CHECK(read(file).labels == Labels{"cat", "dog"});
  CHECK(read(file).label_source == "metadata");
  CHECK(read(file, "Katze\nHund").labels == Labels{"Katze", "Hund"});
  CHECK(read(file, "Katze\nHund").label_source == "labels.txt");
}

TEST_CASE("labels of the wrong number are refused, those of the metadata ignored") {
  const Error error = refusal(float_network().build(), "cat\ndog\nbird\n");
  CHECK(error.code == ErrorCode::bad_labels);
  CHECK(error.message == "labels.txt has 3 lines, the network \"network\" has 2 classes");
  const auto bundle = read(with_metadata(float_network(), metadata({0}, {255}, "labels.txt"), "cat\n"));
  CHECK(bundle.labels == Labels{"class 0", "class 1"});
}

TEST_CASE("metadata that names a file that is not packed gives no labels") {
  CHECK(read(with_metadata(float_network(), metadata({0}, {255}, "names.txt"), "cat\ndog\n")).label_source == "none");
}

TEST_CASE("labels can be replaced later, and checked against a class count that is found later") {
  auto bundle = read(float_network().build());
  REQUIRE(apply_labels(bundle, {"a", "b"}, "labels.txt"));
  CHECK(bundle.labels == Labels{"a", "b"});
  const auto refused = apply_labels(bundle, {"a"}, "labels.txt");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::bad_labels);
  CHECK(bundle.labels == Labels{"a", "b"});
  CHECK(complete_labels(bundle, 2).has_value());
  CHECK_FALSE(complete_labels(bundle, 3).has_value());
  bundle.labels.clear();
  REQUIRE(complete_labels(bundle, 3).has_value());
  CHECK(bundle.labels == Labels{"class 0", "class 1", "class 2"});
  bundle.labels.clear();
  const auto endless = complete_labels(bundle, 1 << 30);
  REQUIRE_FALSE(endless);
  CHECK(endless.error().code == ErrorCode::bad_model);
}

TEST_CASE("labels belong to the output that is a vector of scores") {
  TfliteBuilder b;
  const int features = b.relu(b.input({1, 4, 4, 3}));
  b.output(features);
  b.output(b.softmax(b.mean(features, {1, 2})));
  CHECK(read(b.build()).labels.size() == 3);
  CHECK(read(b.build(), "red\ngreen\nblue").labels == Labels{"red", "green", "blue"});
}

// ---- normalisation -------------------------------------------------------------------------------------------------------

TEST_CASE("a float input without metadata is normalised to -1..1") {
  const auto bundle = read(float_network().build());
  CHECK(bundle.normalization.source == "default");
  CHECK(bundle.normalization.mean == std::array{127.5f, 127.5f, 127.5f});
  CHECK(bundle.normalization.std == std::array{127.5f, 127.5f, 127.5f});
}

TEST_CASE("the metadata's normalisation is one for all channels or one for each") {
  const auto one = read(with_metadata(float_network(), metadata({0}, {255}, ""), "")).normalization;
  CHECK(one.source == "metadata");
  CHECK(one.mean == std::array{0.0f, 0.0f, 0.0f});
  CHECK(one.std == std::array{255.0f, 255.0f, 255.0f});
  const auto each = read(with_metadata(float_network(), metadata({124, 117, 104}, {58, 57, 56}, ""), "")).normalization;
  CHECK(each.mean == std::array{124.0f, 117.0f, 104.0f});
  CHECK(each.std == std::array{58.0f, 57.0f, 56.0f});
}

TEST_CASE("a normalisation that makes no sense is ignored") {
  CHECK(read(with_metadata(float_network(), metadata({0}, {0}, ""), "")).normalization.source == "default");
  CHECK(read(with_metadata(float_network(), metadata({0, 1}, {1, 1}, ""), "")).normalization.source == "default");
  CHECK(read(with_metadata(float_network(), metadata({std::nanf("")}, {1}, ""), "")).normalization.source == "default");
  CHECK(read(with_metadata(float_network(), as_bytes("no metadata at all"), "")).normalization.source == "default");
}

/// The byte that reaches a quantised input: normalise, quantise, store.
int stored(const ModelBundle& bundle, int byte) {
  const Quantization& q = *bundle.graph.tensor(bundle.graph.input).quantization;
  const float real = (static_cast<float>(byte) - bundle.normalization.mean[0]) / bundle.normalization.std[0];
  return static_cast<int>(std::lround(real / q.scales[0])) + static_cast<int>(q.zero_points[0]);
}

TEST_CASE("a quantised input without metadata takes every byte as it is") {
  for (const float scale : {1 / 127.5f, 1 / 128.0f, 0.003921569f, 0.0186584f})
    for (const int zero_point : {-128, -1, 0, 14}) {
      TfliteBuilder b = int8_network();
      b.tensor(b.inputs[0]).quantization = quant(scale, zero_point);
      const auto bundle = read(b.build());
      CHECK(bundle.normalization.source == "quantization");
      for (int byte = 0; byte < 256; ++byte) REQUIRE(stored(bundle, byte) == byte - 128);
    }
}

TEST_CASE("metadata goes before quantisation unless both mean the byte itself, to one step") {
  TfliteBuilder rounded = int8_network();
  rounded.tensor(rounded.inputs[0]).quantization = quant(1 / 128.0f, 0);
  const auto same =
      read(with_metadata(rounded, metadata({127.5f}, {127.5f}, ""), ""));  // 127.5 rounded to 128 by the converter
  CHECK(same.normalization.source == "quantization");
  for (int byte = 0; byte < 256; ++byte) REQUIRE(stored(same, byte) == byte - 128);
  const auto other = read(with_metadata(rounded, metadata({0}, {255}, ""), ""));
  CHECK(other.normalization.source == "metadata");
  CHECK(other.normalization.std[0] == 255);
}

// ---- zip archives --------------------------------------------------------------------------------------------------------

TEST_CASE("a Teachable Machine archive is a model with its labels") {
  const std::string model = as_string(float_network().build());
  for (const std::string name : {"model.tflite", "model_unquant.tflite", "converted_tflite/model_unquant.tflite"}) {
    const std::string folder = name.find('/') == std::string::npos ? "" : "converted_tflite/";
    const auto bundle = read(
        make_zip({{"__MACOSX/._model.tflite", "rubbish"}, {folder + "labels.txt", "0 Cat\n1 Dog\n"}, {name, model}}));
    CHECK(bundle.labels == Labels{"Cat", "Dog"});
    CHECK(bundle.label_source == "labels.txt");
    CHECK(bundle.graph.nodes.size() == 4);
  }
}

TEST_CASE("of several models in an archive, Teachable Machine's quantised one is taken, else the first by name") {
  const std::string quantised = as_string(int8_network().build()), plain = as_string(float_network().build());
  CHECK(read(make_zip({{"model_unquant.tflite", plain}, {"model.tflite", quantised}})).graph.nodes.size() == 3);
  CHECK(read(make_zip({{"a.tflite", quantised}, {"model_unquant.tflite", plain}})).graph.nodes.size() == 4);
  CHECK(read(make_zip({{"b.tflite", plain}, {"a.tflite", quantised}})).graph.nodes.size() == 3);
}

TEST_CASE("an archive's labels must be right, unless others are given") {
  const auto zip =
      make_zip({{"model.tflite", as_string(float_network().build())}, {"labels.txt", "0 Cat\n1 Dog\n2 Bird\n"}});
  CHECK(refusal(zip).message == "labels.txt has 3 lines, the network \"network\" has 2 classes");
  CHECK(read(zip, "a\nb").labels == Labels{"a", "b"});
  CHECK(refusal(make_zip({{"model.tflite", as_string(float_network().build())}, {"labels.txt", ""}})).message ==
        "the label file is empty");
}

TEST_CASE("an archive without a model says what it holds instead") {
  const Error empty = refusal(make_zip({}));
  CHECK(empty.code == ErrorCode::bad_archive);
  CHECK(empty.message == "the zip holds no .tflite model; it holds nothing");
  CHECK(refusal(make_zip({{"cat.jpg", "x"}, {"dog.jpg", "y"}})).message ==
        "the zip holds no .tflite model; it holds cat.jpg, dog.jpg");
  CHECK(refusal(make_zip({{"model.json", "{}"}, {"weights.bin", "w"}})).message ==
        "the zip holds no .tflite model but a TensorFlow.js one; export it again as TensorFlow Lite; it holds "
        "model.json, weights.bin");
}

TEST_CASE("what is wrong with a model in an archive is said as for one outside") {
  CHECK(refusal(make_zip({{"model.tflite", "background\n"}})).message ==
        "not a TensorFlow Lite file: identifier \"grou\" at byte 4, wanted \"TFL3\"");
}

}  // namespace
}  // namespace whybox
