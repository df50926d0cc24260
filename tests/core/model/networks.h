#pragma once
// Small networks for the reader's tests and for the fuzzer's seeds.
#include "metadata_generated.h"
#include "support/tflite_builder.h"
#include "support/zip_builder.h"

namespace whybox::testing {

/// 0, 0.01, 0.02, ...: distinct, so that a swapped operand shows.
inline std::vector<float> ramp(std::size_t count) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = 0.01f * static_cast<float>(i);
  return values;
}

/// conv_2d -> mean -> fully_connected -> softmax in float32, two classes.
inline TfliteBuilder float_network() {
  TfliteBuilder b;
  const int x = b.input({1, 8, 6, 3});
  const int y = b.conv_2d(x, b.constant({4, 3, 3, 3}, ramp(108), {}, "kernel"), b.constant({4}, ramp(4), {}, "bias"),
                          TfliteBuilder::same_padding(), {.name = "features"});
  const int dense = b.fully_connected(b.mean(y, {1, 2}), b.constant({2, 4}, ramp(8), {}, "dense"));
  b.output(b.softmax(dense, 1, {.name = "scores"}));
  return b;
}

/// conv_2d (weights per channel) -> reshape -> fully_connected in int8, as the post-training converter writes it.
inline TfliteBuilder int8_network() {
  TfliteBuilder b;
  const int x = b.input({1, 4, 4, 3}, ElementType::i8, quant(1 / 127.5f, -1));
  const int kernel =
      b.constant({2, 1, 1, 3}, std::vector<std::int8_t>{1, -2, 3, -4, 5, -6}, {{0.5f, 0.25f}, {0, 0}, 0}, "kernel");
  const int bias = b.constant({2}, std::vector<std::int32_t>{100, -100}, {{0.004f, 0.002f}, {0, 0}, 0}, "bias");
  const int y =
      b.conv_2d(x, kernel, bias, TfliteBuilder::same_padding(), {.name = "features", .quantization = quant(0.1f, 3)});
  const int flat = b.reshape(y, {-1, 32});
  const int dense = b.constant({2, 32}, std::vector<std::int8_t>(64, 7), quant(0.02f, 0), "dense");
  b.output(
      b.fully_connected(flat, dense, kNoTensor, Activation::none, {.name = "scores", .quantization = quant(0.2f, 0)}));
  return b;
}

/// quantize -> depthwise -> average pool -> dequantize in uint8, float at both ends.
inline TfliteBuilder uint8_network() {
  TfliteBuilder b;
  const int x = b.input({1, 4, 4, 3});
  const int q = b.quantize(x, ElementType::u8, quant(1 / 128.0f, 128));
  const int kernel = b.constant({1, 3, 3, 3}, std::vector<std::uint8_t>(27, 130), quant(0.02f, 127), "kernel");
  const int y =
      b.depthwise_conv_2d(q, kernel, kNoTensor, TfliteBuilder::same_padding(), {.quantization = quant(0.05f, 100)});
  const int pooled =
      b.average_pool_2d(y, {.padding = Padding::valid, .stride = {4, 4}, .filter = {4, 4}, .activation = {}});
  b.output(b.dequantize(b.squeeze(pooled, {1, 2})));
  return b;
}

/// Metadata as TensorFlow's own writer lays it out: one normalisation for the input, one label file for the output.
inline std::vector<std::byte> metadata(const std::vector<float>& mean, const std::vector<float>& std,
                                       const std::string& label_file) {
  namespace tm = tflite_metadata;
  flatbuffers::FlatBufferBuilder b;
  const auto options = tm::CreateNormalizationOptions(b, b.CreateVector(mean), b.CreateVector(std)).Union();
  const auto units =
      b.CreateVector(std::vector{tm::CreateProcessUnit(b, tm::ProcessUnitOptions::NormalizationOptions, options)});
  const auto file =
      tm::CreateAssociatedFile(b, b.CreateString(label_file), 0, tm::AssociatedFileType::TENSOR_AXIS_LABELS);
  const auto files = b.CreateVector(std::vector{file});
  const auto input = b.CreateVector(std::vector{tm::CreateTensorMetadata(b, 0, 0, units)});
  const auto output = b.CreateVector(std::vector{tm::CreateTensorMetadata(b, 0, 0, 0, files)});
  const auto subgraphs = b.CreateVector(std::vector{tm::CreateSubGraphMetadata(b, 0, 0, input, output)});
  tm::FinishModelMetadataBuffer(b, tm::CreateModelMetadata(b, 0, 0, 0, subgraphs));
  const auto bytes = std::as_bytes(std::span(b.GetBufferPointer(), b.GetSize()));
  return {bytes.begin(), bytes.end()};
}

/// A network whose file says how it is normalised, with a packed labels.txt.
inline std::vector<std::byte> with_metadata(TfliteBuilder network, std::vector<std::byte> data,
                                            const std::string& labels) {
  network.metadata.push_back({"min_runtime_version", as_bytes("1.5.0")});
  network.metadata.push_back({"TFLITE_METADATA", std::move(data)});
  auto file = network.build();
  const auto zip = make_zip({{"labels.txt", labels}});
  file.insert(file.end(), zip.begin(), zip.end());
  return file;
}

}  // namespace whybox::testing
