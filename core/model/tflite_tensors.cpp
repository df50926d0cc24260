// Tensors of a .tflite file: types, shapes, quantisation and constants, each checked before it is used.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "model/text.h"
#include "model/tflite_file.h"

namespace whybox {
namespace {

Result<ElementType> element_type(tflite::TensorType type, const std::string& name) {
  switch (type) {
    case tflite::TensorType::FLOAT32: return ElementType::f32;
    case tflite::TensorType::FLOAT16: return ElementType::f16;
    case tflite::TensorType::INT32: return ElementType::i32;
    case tflite::TensorType::INT64: return ElementType::i64;
    case tflite::TensorType::INT8: return ElementType::i8;
    case tflite::TensorType::UINT8: return ElementType::u8;
    default: break;
  }
  const char* known = tflite::EnumNameTensorType(type);
  const std::string got = *known ? known : std::format("type {}", static_cast<int>(type));
  return fail(ErrorCode::unsupported_type,
              "tensor \"{}\" is {}; supported are FLOAT32, FLOAT16, INT32, INT64, INT8 and UINT8", name, got);
}

bool is_activation_type(ElementType type) {
  return type == ElementType::f32 || type == ElementType::i8 || type == ElementType::u8;
}

std::pair<std::int64_t, std::int64_t> stored_range(ElementType type) {
  if (type == ElementType::i8) return {-128, 127};
  if (type == ElementType::u8) return {0, 255};
  return {0, 0};  // int32 and int64 are only ever quantised around 0
}

bool all_finite(const TensorInfo& tensor) {
  const std::size_t count = tensor.constant.size() / byte_size(tensor.type);
  const std::byte* at = tensor.constant.data();
  for (std::size_t i = 0; i < count; ++i) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, at + i * byte_size(tensor.type), byte_size(tensor.type));
    const std::uint32_t exponent = tensor.type == ElementType::f32 ? 0x7f800000u : 0x7c00u;
    if ((bits & exponent) == exponent) return false;  // all exponent bits set: infinite or not a number
  }
  return true;
}

/// Element i, wherever it lies: the verifier sees to a vector's own alignment of 4, not to that of 8-byte elements.
std::int64_t element(const flatbuffers::Vector<std::int64_t>& vector, flatbuffers::uoffset_t i) {
  std::int64_t value;
  std::memcpy(&value, vector.Data() + i * sizeof(value), sizeof(value));
  return flatbuffers::EndianScalar(value);
}

/// One scale for all, or one per slice; a zero point for each, one for all, or none.
Result<void> check_counts(const tflite::QuantizationParameters& q, const TensorInfo& tensor) {
  const std::size_t scales = size_of(q.scale()), zero_points = size_of(q.zero_point());
  const int axis = q.quantized_dimension();
  const bool fits = scales == 1 || (axis >= 0 && static_cast<std::size_t>(axis) < tensor.shape.size() &&
                                    tensor.shape[static_cast<std::size_t>(axis)] == static_cast<std::int64_t>(scales));
  if (!fits)
    return fail(ErrorCode::bad_model, "tensor \"{}\" has {} scales along axis {}, which do not fit its shape {}",
                tensor.name, scales, axis, to_string(tensor.shape));
  if (zero_points > 1 && zero_points != scales)
    return fail(ErrorCode::bad_model, "tensor \"{}\" has {} scales and {} zero points", tensor.name, scales, zero_points);
  return {};
}

Result<void> check_values(const Quantization& q, const TensorInfo& tensor) {
  const auto [low, high] = stored_range(tensor.type);
  for (std::size_t i = 0; i < q.scales.size(); ++i) {
    if (!(q.scales[i] > 0) || !std::isfinite(q.scales[i]))
      return fail(ErrorCode::bad_model, "tensor \"{}\": scale {} is {}, must be positive and finite", tensor.name, i,
                  q.scales[i]);
    if (q.zero_points[i] < low || q.zero_points[i] > high)
      return fail(ErrorCode::bad_model, "tensor \"{}\": zero point {} is {}, must be in [{}, {}] for {}", tensor.name, i,
                  q.zero_points[i], low, high, to_string(tensor.type));
  }
  return {};
}

}  // namespace

bool has_data(const tflite::Model& model, const tflite::Tensor& tensor) {
  if (tensor.buffer() == 0 || tensor.buffer() >= size_of(model.buffers())) return false;
  const tflite::Buffer& buffer = *model.buffers()->Get(tensor.buffer());
  return size_of(buffer.data()) > 0 || buffer.size() > 0;
}

std::string describe(const tflite::SubGraph& network, TensorId id) {
  const auto* name = network.tensors()->Get(static_cast<flatbuffers::uoffset_t>(id))->name();
  return std::format("tensor \"{}\"",
                     name && name->size() > 0 ? printable(name->string_view()) : std::format("#{}", id));
}

Result<void> TensorReader::read(TensorId id) {
  if (!read_.insert(id).second) return {};
  const tflite::Tensor& from = *network_.tensors()->Get(static_cast<flatbuffers::uoffset_t>(id));
  TensorInfo& to = graph_.tensor(id);
  WHYBOX_TRY(to.type, element_type(from.type(), to.name));
  if (from.sparsity())
    return fail(ErrorCode::unsupported_type, "tensor \"{}\" is stored sparse; export the model with dense weights",
                to.name);
  WHYBOX_CHECK(read_shape(from, to));
  WHYBOX_CHECK(read_quantization(from, to));
  WHYBOX_CHECK(read_constant(from, to));
  if (!to.is_constant() && !is_activation_type(to.type))
    return fail(ErrorCode::unsupported_type, "tensor \"{}\" is {}; an activation is float32, int8 or uint8", to.name,
                to_string(to.type));
  if (!to.is_constant() && to.quantization && to.quantization->per_channel())
    return fail(ErrorCode::bad_model, "tensor \"{}\" has {} scales; an activation has one", to.name,
                to.quantization->scales.size());
  return {};
}

Result<void> TensorReader::read_shape(const tflite::Tensor& from, TensorInfo& to) const {
  const std::size_t rank = size_of(from.shape());
  if (rank > kMaxRank)
    return fail(ErrorCode::bad_model, "tensor \"{}\" has rank {}, at most {} is allowed", to.name, rank, kMaxRank);
  if (const std::size_t signed_rank = size_of(from.shape_signature()); signed_rank != 0 && signed_rank != rank)
    return fail(ErrorCode::bad_model, "tensor \"{}\" has a shape of rank {} and a shape signature of rank {}", to.name,
                rank, signed_rank);
  for (flatbuffers::uoffset_t i = 0; i < rank; ++i) {
    const int extent = from.shape()->Get(i);
    to.shape.push_back(i == 0 && extent == -1 ? 1 : extent);  // an open batch
  }
  if (std::ranges::any_of(to.shape, [](int extent) { return extent < 1; }))
    return fail(ErrorCode::bad_model, "tensor \"{}\" has shape {}; every extent must be at least 1", to.name,
                to_string(to.shape));
  if (const std::int64_t count = element_count(to.shape); count > kMaxElements)
    return fail(ErrorCode::bad_model, "tensor \"{}\" has shape {}, that is {} elements, at most {} are allowed",
                to.name, to_string(to.shape), count, kMaxElements);
  return {};
}

Result<void> TensorReader::read_quantization(const tflite::Tensor& from, TensorInfo& to) {
  const tflite::QuantizationParameters* q = from.quantization();
  const bool byte_sized = to.type == ElementType::i8 || to.type == ElementType::u8;
  if (q && q->details_type() != tflite::QuantizationDetails::NONE)
    return fail(ErrorCode::unsupported_type, "tensor \"{}\" is quantised in blocks or by a custom scheme", to.name);
  const std::size_t count = q ? size_of(q->scale()) : 0;
  if (count == 0 && byte_sized)
    return fail(ErrorCode::bad_model, "tensor \"{}\" is {} but has no scale", to.name, to_string(to.type));
  // A float's scale means nothing.
  if (count == 0 || to.type == ElementType::f32 || to.type == ElementType::f16) return {};
  if ((scales_ += count) > file_bytes())
    return fail(ErrorCode::bad_model, "tensor \"{}\": more scales than the file has bytes", to.name);
  WHYBOX_CHECK(check_counts(*q, to));
  Quantization& read = to.quantization.emplace();
  read.axis = count > 1 ? q->quantized_dimension() : 0;
  for (flatbuffers::uoffset_t i = 0; i < count; ++i) {
    const std::size_t zero_points = size_of(q->zero_point());
    read.scales.push_back(q->scale()->Get(i));
    read.zero_points.push_back(zero_points == 0 ? 0 : element(*q->zero_point(), zero_points == 1 ? 0 : i));
  }
  return check_values(read, to);
}

Result<void> TensorReader::read_constant(const tflite::Tensor& from, TensorInfo& to) {
  if (from.buffer() != 0 && from.buffer() >= size_of(model_.buffers()))
    return fail(ErrorCode::bad_model, "tensor \"{}\" wants buffer {}, the file has {}", to.name, from.buffer(),
                size_of(model_.buffers()));
  if (from.external_buffer() != 0)
    return fail(ErrorCode::bad_model, "tensor \"{}\" keeps its values in another file", to.name);
  if (!has_data(model_, from)) return {};
  const tflite::Buffer& buffer = *model_.buffers()->Get(from.buffer());
  if (size_of(buffer.data()) == 0)
    return fail(ErrorCode::bad_model, "tensor \"{}\" keeps its values behind the model, as files above 2 GB do",
                to.name);

  const auto wanted = static_cast<std::uint64_t>(element_count(to.shape)) * byte_size(to.type);
  if (buffer.data()->size() != wanted)
    return fail(ErrorCode::bad_model, "tensor \"{}\" of shape {} and type {} has {} bytes of data, wanted {}", to.name,
                to_string(to.shape), to_string(to.type), buffer.data()->size(), wanted);
  to.constant = std::as_bytes(std::span(buffer.data()->data(), buffer.data()->size()));
  if (reinterpret_cast<std::uintptr_t>(to.constant.data()) % byte_size(to.type) != 0) {
    auto& copy = aligned_[from.buffer()];
    if (copy.empty()) copy = store(graph_, to.constant);
    to.constant = copy;
  }
  return check_finite(from.buffer(), to);
}

Result<void> TensorReader::check_finite(std::uint32_t buffer, const TensorInfo& tensor) {
  if (tensor.type != ElementType::f32 && tensor.type != ElementType::f16) return {};
  if (!finite_.emplace(buffer, tensor.type).second || all_finite(tensor)) return {};
  return fail(ErrorCode::not_finite, "tensor \"{}\" holds values that are infinite or not a number", tensor.name);
}

Result<void> TensorReader::dequantize(TensorId source, TensorId target) {
  const TensorInfo& from = graph_.tensor(source);
  TensorInfo& to = graph_.tensor(target);
  if (to.type != ElementType::f32 || to.is_constant())
    return fail(ErrorCode::bad_model, "tensor \"{}\" is {}; what DEQUANTIZE writes is a float32 activation", to.name,
                to.is_constant() ? "a constant" : to_string(to.type));
  // An int8 weight becomes four bytes; beyond twice that, the file names the same bytes over and over.
  if ((dequantized_bytes_ += from.constant.size() / byte_size(from.type) * sizeof(float)) > 8 * file_bytes())
    return fail(ErrorCode::bad_model, "tensor \"{}\": the constants unpack to more than 8 times the file", to.name);
  WHYBOX_TRY(const auto values, constant_as_floats(from));
  if (!std::ranges::all_of(values, [](float value) { return std::isfinite(value); }))
    return fail(ErrorCode::not_finite, "tensor \"{}\" holds values that are infinite or not a number", to.name);
  to.shape = from.shape;
  to.quantization.reset();
  to.constant = store(graph_, std::as_bytes(std::span(values)));
  return {};
}

}  // namespace whybox
