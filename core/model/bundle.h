#pragma once
#include <array>
#include <string>
#include <vector>

#include "model/graph.h"

namespace whybox {

/// What a network expects of a pixel value v in 0..255: (v - mean) / std, per channel.
struct Normalization {
  std::array<float, 3> mean{127.5f, 127.5f, 127.5f};
  std::array<float, 3> std{127.5f, 127.5f, 127.5f};
  std::string source = "default";  ///< "metadata", "quantization", "default" or "user"
};

/// A network with what is known about its use.
struct ModelBundle {
  std::string name;
  Graph graph;
  /// One per class, "class 17" where nothing better is known; empty while the file does not say how many there are.
  std::vector<std::string> labels;
  std::string label_source = "none";  ///< "metadata", "labels.txt", "none"
  Normalization normalization;
};

/// Reads a `.tflite` file: FlatBuffers verifier, then every operator and tensor that the outputs depend on, checked.
/// Tensors keep the file's numbering; those that nothing uses have a name only. The file is copied once; constants are
/// views of that copy. Errors: bad_model, unsupported_operator, unsupported_type, not_finite.
Result<Graph> read_tflite(std::span<const std::byte> file);

/// Reads what a person drops on the page: a `.tflite` (labels and normalisation from its metadata, if it has any) or a zip
/// that holds one beside a `labels.txt`, as Teachable Machine exports it.
/// @param labels_text  contents of a label file that takes precedence; empty: none given
/// Errors: those of read_tflite, bad_archive, bad_labels (count differs from the network's classes).
Result<ModelBundle> read_model(std::span<const std::byte> file, std::string name, std::string_view labels_text = {});

/// Splits a label file into labels, one per line; a leading index ("0 Name", as Teachable Machine writes) is dropped when
/// every line has its own. Errors: bad_labels (not text, empty).
Result<std::vector<std::string>> parse_labels(std::string_view text);

/// Replaces the labels. `source` is what ModelBundle::label_source will say.
/// Errors: bad_labels if there are fewer or more than the network has classes (unchecked while that is not known).
Result<void> apply_labels(ModelBundle& bundle, std::vector<std::string> labels, std::string source);

/// Fills in "class 0", "class 1", ... where there are no labels. For networks whose file leaves the output's shape open, to be
/// called once `validate` has found it. Errors: bad_labels if there are labels, but not `classes` of them;
/// bad_model for more than 2^20.
Result<void> complete_labels(ModelBundle& bundle, int classes);

}  // namespace whybox
