// The fuzzer's seeds: `whybox_tests "[seeds]"` writes them anew, every ordinary run reads them.
#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/model/networks.h"
#include "model/bundle.h"
#include "model/text.h"
#include "support/zip_builder.h"

namespace whybox {
namespace {

using namespace testing;

std::filesystem::path seeds() {
  return std::filesystem::path(WHYBOX_SOURCE_DIR) / "tests" / "fuzz" / "corpus" / "reader";
}

void write(const std::string& name, const std::vector<std::byte>& bytes) {
  std::ofstream(seeds() / name, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

/// Every kind of operator that the float network has not, in one graph.
std::vector<std::byte> every_operator() {
  TfliteBuilder b;
  int x = b.input({1, 6, 6, 2});
  x = b.depthwise_conv_2d(x, b.constant({1, 3, 3, 2}, ramp(18)), b.constant({2}, ramp(2)));
  x = b.pad(x, {{0, 0}, {1, 1}, {1, 1}, {0, 0}});
  x = b.max_pool_2d(x, {Padding::valid, {2, 2}, {2, 2}, Activation::relu});
  x = b.average_pool_2d(x, {Padding::same, {1, 1}, {3, 3}, Activation::none});
  x = b.resize_bilinear(x, {6, 6, false, true});
  x = b.resize_nearest(x, {4, 4, false, false});
  ConvAttributes doubled = TfliteBuilder::same_padding();
  doubled.stride = {2, 2};
  x = b.transpose_conv(x, b.constant({2, 3, 3, 2}, ramp(36)), {8, 8}, kNoTensor, doubled);
  const int half = b.dequantize(b.half_constant({2, 1, 1, 2}, {0.5f, -1, 2, 0.25f}));
  x = b.mul(b.conv_2d(x, half), b.logistic(x));
  x = b.sub(b.prelu(x, b.constant({1, 1, 2}, ramp(2))), b.leaky_relu(x, 0.1f));
  x = b.concatenation(
      {b.relu6(x), b.unary(tflite::BuiltinOperator::HARD_SWISH, x), b.unary(tflite::BuiltinOperator::TANH, x)}, 3);
  x = b.add(b.unary(tflite::BuiltinOperator::RELU_N1_TO_1, x), x, Activation::relu_n1_to_1);
  x = b.dequantize(b.quantize(x, ElementType::i8, quant(0.05f, 3)));
  b.output(b.softmax(b.squeeze(b.mean(x, {1, 2}, true), {1, 2})));
  return b.build();
}

std::vector<std::byte> unsupported_operator() {
  TfliteBuilder b;
  b.output(b.op(tflite::BuiltinOperator::STRIDED_SLICE, {b.input({1, 4, 4, 1})}, {1, 2, 2, 1}));
  return b.build();
}

TEST_CASE("the fuzzer's seeds are written", "[.][seeds]") {
  write("float.tflite", float_network().build());
  write("int8.tflite", int8_network().build());
  write("uint8.tflite", uint8_network().build());
  write("metadata.tflite", with_metadata(float_network(), metadata({0}, {255}, "labels.txt"), "cat\ndog\n"));
  write("every_operator.tflite", every_operator());
  write("unsupported_operator.tflite", unsupported_operator());
  write("teachable_machine.zip",
        make_zip({{"model_unquant.tflite", as_string(float_network().build())}, {"labels.txt", "0 Cat\n1 Dog\n"}}));
  write("no_model.zip", make_zip({{"cat.jpg", "no picture"}}));
}

TEST_CASE("every seed and every file that once broke the reader is read or refused with a sentence") {
  if (!std::filesystem::exists(seeds())) SKIP("no corpus");
  int files = 0, read = 0;
  for (const auto& entry : std::filesystem::directory_iterator(seeds())) {
    INFO(entry.path().filename().string());
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto model = read_model(std::as_bytes(std::span(text)), "seed");
    ++files;
    read += model.has_value();
    if (!model) CHECK((!model.error().message.empty() && is_text(model.error().message)));
  }
  CHECK(files >= 8);
  CHECK(read >= 6);
}

}  // namespace
}  // namespace whybox
