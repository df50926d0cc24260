#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/bundle.h"

namespace whybox {

/// What a .tflite file says about its use.
struct ModelMetadata {
  std::optional<Normalization> normalization;
  std::vector<std::string> labels;  ///< empty: none
};

/// Reads the metadata of a file that `read_tflite` has accepted. Metadata is advice: where it is missing, damaged or makes
/// no sense (a deviation of 0), the field stays empty.
ModelMetadata read_metadata(std::span<const std::byte> file);

/// How the pixels reach an input that nothing is said about. A quantised one takes the byte itself, which the scale s and zero
/// point z of the input turn into (v - mean) / std with mean = z and std = 1/s (uint8; z + 128 for int8, whose stored value is
/// v - 128); a float one takes -1..1.
Normalization default_normalization(const TensorInfo& input);

/// True if normalising and then quantising a byte gives that byte again, to one step: converters round 127.5 to 128, and the
/// byte itself is what such a network was measured with.
bool passes_bytes_through(const Normalization& normalization, const TensorInfo& input);

}  // namespace whybox
