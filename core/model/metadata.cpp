#include "model/metadata.h"

#include <algorithm>
#include <cmath>

#include "metadata_generated.h"
#include "model/archive.h"
#include "model/tflite_file.h"

namespace whybox {
namespace {

constexpr std::string_view kEntryName = "TFLITE_METADATA";
/// Metadata is names and descriptions; more than this is something else.
constexpr std::size_t kMaxMetadataBytes = 1 << 20;
constexpr flatbuffers::uoffset_t kMaxTableDepth = 16, kMaxTables = 10'000;
/// One step of the input, and what float arithmetic adds to it.
constexpr float kByteTolerance = 1.01f;

template <class T>
const T* first_of(const flatbuffers::Vector<flatbuffers::Offset<T>>* vector) {
  return size_of(vector) > 0 ? vector->Get(0) : nullptr;
}

/// The metadata's bytes, in memory of their own so that they are aligned.
std::vector<std::byte> metadata_bytes(const tflite::Model& model) {
  for (flatbuffers::uoffset_t i = 0; i < size_of(model.metadata()); ++i) {
    const tflite::Metadata& entry = *model.metadata()->Get(i);
    if (!entry.name() || entry.name()->string_view() != kEntryName || entry.buffer() >= size_of(model.buffers()))
      continue;
    const auto* data = model.buffers()->Get(entry.buffer())->data();
    if (size_of(data) == 0 || data->size() > kMaxMetadataBytes) continue;
    const auto bytes = std::as_bytes(std::span(data->data(), data->size()));
    return {bytes.begin(), bytes.end()};
  }
  return {};
}

/// One number for all channels, or one for each.
bool fill(const flatbuffers::Vector<float>* from, std::array<float, 3>& to) {
  if (size_of(from) != 1 && size_of(from) != to.size()) return false;
  for (flatbuffers::uoffset_t i = 0; i < to.size(); ++i) to[i] = from->Get(from->size() == 1 ? 0 : i);
  return std::ranges::all_of(to, [](float value) { return std::isfinite(value); });
}

std::optional<Normalization> read_normalization(const tflite_metadata::TensorMetadata* input) {
  if (!input) return {};
  for (flatbuffers::uoffset_t i = 0; i < size_of(input->process_units()); ++i) {
    const auto* options = input->process_units()->Get(i)->options_as_NormalizationOptions();
    Normalization read{.source = "metadata"};
    if (!options || !fill(options->mean(), read.mean) || !fill(options->std(), read.std)) continue;
    if (std::ranges::all_of(read.std, [](float std) { return std > 0; })) return read;
  }
  return {};
}

std::optional<std::string> label_file(const tflite_metadata::TensorMetadata* output) {
  if (!output) return {};
  for (flatbuffers::uoffset_t i = 0; i < size_of(output->associated_files()); ++i) {
    const auto& file = *output->associated_files()->Get(i);
    if (file.name() && file.type() == tflite_metadata::AssociatedFileType::TENSOR_AXIS_LABELS)
      return file.name()->str();
  }
  return {};
}

std::vector<std::string> read_packed_labels(std::span<const std::byte> file, const std::string& name) {
  const auto archive = Archive::open(file);
  if (!archive) return {};
  const auto entry = std::ranges::find(archive->entries(), name, &ArchiveEntry::path);
  if (entry == archive->entries().end()) return {};
  const auto contents = archive->extract(*entry);
  if (!contents) return {};
  return parse_labels({reinterpret_cast<const char*>(contents->data()), contents->size()})
      .value_or(std::vector<std::string>{});
}

}  // namespace

ModelMetadata read_metadata(std::span<const std::byte> file) {
  const auto bytes = metadata_bytes(*tflite::GetModel(file.data()));
  flatbuffers::Verifier verifier(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), kMaxTableDepth,
                                 kMaxTables);
  // FlatBuffers' own check reads the identifier before it looks at the size.
  if (bytes.size() < 8 || !tflite_metadata::VerifyModelMetadataBuffer(verifier)) return {};
  const auto* subgraph = first_of(tflite_metadata::GetModelMetadata(bytes.data())->subgraph_metadata());
  if (!subgraph) return {};
  ModelMetadata metadata{read_normalization(first_of(subgraph->input_tensor_metadata())), {}};
  if (const auto name = label_file(first_of(subgraph->output_tensor_metadata())))
    metadata.labels = read_packed_labels(file, *name);
  return metadata;
}

Normalization default_normalization(const TensorInfo& input) {
  if (!input.quantization) return {};
  const float scale = input.quantization->scales[0];
  const auto zero_point =
      static_cast<float>(input.quantization->zero_points[0] + (input.type == ElementType::i8 ? 128 : 0));
  Normalization read{.source = "quantization"};
  read.mean.fill(zero_point);
  read.std.fill(1 / scale);
  return std::isfinite(1 / scale) ? read : Normalization{};
}

bool passes_bytes_through(const Normalization& normalization, const TensorInfo& input) {
  if (!input.quantization) return false;
  const Normalization direct = default_normalization(input);
  for (std::size_t channel = 0; channel < 3; ++channel)
    for (const float byte : {0.0f, 255.0f}) {  // the difference is linear in the byte, so its extremes are at the ends
      const float real = (byte - normalization.mean[channel]) / normalization.std[channel];
      const float back = real * direct.std[channel] + direct.mean[channel];
      if (!(std::abs(back - byte) <= kByteTolerance)) return false;
    }
  return true;
}

}  // namespace whybox
