#include "model/bundle.h"

#include <algorithm>

#include "model/archive.h"
#include "model/metadata.h"

namespace whybox {
namespace {

/// Longer vectors than this are no class scores.
constexpr std::int64_t kMaxClasses = 1 << 20;

/// Length of the first output that is declared as one score per class, [1, ..., C].
std::optional<int> class_count(const Graph& graph) {
  for (const TensorId id : graph.outputs) {
    const Shape& shape = graph.tensor(id).shape;
    if (!shape.empty() && shape.back() == element_count(shape))
      return shape.back() <= kMaxClasses ? std::optional(shape.back()) : std::nullopt;
  }
  return {};
}

Result<void> check_count(const ModelBundle& bundle, std::size_t labels, const std::string& source, int classes) {
  if (labels == static_cast<std::size_t>(classes)) return {};
  return fail(ErrorCode::bad_labels, "{} has {} {}, the network \"{}\" has {} classes", source, labels,
              source == "labels.txt" ? "lines" : "labels", bundle.name, classes);
}

std::optional<std::string_view> given(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

Normalization choose_normalization(const std::optional<Normalization>& given, const TensorInfo& input) {
  return given && !passes_bytes_through(*given, input) ? *given : default_normalization(input);
}

Result<ModelBundle> read_file(std::span<const std::byte> file, std::string name,
                              std::optional<std::string_view> labels_text) {
  ModelBundle bundle;
  bundle.name = std::move(name);
  WHYBOX_TRY(bundle.graph, read_tflite(file));
  ModelMetadata metadata = read_metadata(*bundle.graph.storage.front());
  bundle.normalization = choose_normalization(metadata.normalization, bundle.graph.tensor(bundle.graph.input));

  const auto classes = class_count(bundle.graph);
  if (labels_text) {
    WHYBOX_TRY(auto labels, parse_labels(*labels_text));
    WHYBOX_CHECK(apply_labels(bundle, std::move(labels), "labels.txt"));
  } else if (!metadata.labels.empty() && classes && metadata.labels.size() == static_cast<std::size_t>(*classes)) {
    bundle.labels = std::move(metadata.labels);
    bundle.label_source = "metadata";
  }
  if (classes) WHYBOX_CHECK(complete_labels(bundle, *classes));
  return bundle;
}

// ---- zip archives ------------------------------------------------------------------------------------------------------

std::string listing(const Archive& archive) {
  constexpr std::size_t kShown = 6;
  std::string text;
  for (std::size_t i = 0; i < std::min(archive.entries().size(), kShown); ++i)
    text += (i ? ", " : "") + archive.entries()[i].path;
  if (archive.entries().size() > kShown) text += std::format(" and {} more", archive.entries().size() - kShown);
  return text.empty() ? "nothing" : text;
}

/// Teachable Machine's names come first, then the alphabet.
int preference(const ArchiveEntry& entry) {
  return entry.name() == "model.tflite" ? 0 : entry.name() == "model_unquant.tflite" ? 1 : 2;
}

Result<ArchiveEntry> find_model(const Archive& archive) {
  std::vector<ArchiveEntry> models;
  std::ranges::copy_if(archive.entries(), std::back_inserter(models),
                       [](const ArchiveEntry& entry) { return entry.path.ends_with(".tflite"); });
  const auto order = [](const ArchiveEntry& entry) { return std::pair(preference(entry), entry.path); };
  if (!models.empty()) return *std::ranges::min_element(models, {}, order);
  const bool tfjs =
      std::ranges::any_of(archive.entries(), [](const ArchiveEntry& e) { return e.name() == "model.json"; });
  return fail(ErrorCode::bad_archive, "the zip holds no .tflite model{}; it holds {}",
              tfjs ? " but a TensorFlow.js one; export it again as TensorFlow Lite" : "", listing(archive));
}

/// `labels.txt`, beside the model if there are several; else the first text file with "label" in its name.
const ArchiveEntry* find_labels(const Archive& archive, const ArchiveEntry& model) {
  const std::string folder = model.path.substr(0, model.path.size() - model.name().size());
  const auto rank = [&](const ArchiveEntry& entry) {
    if (entry.path == folder + "labels.txt") return 0;
    if (entry.name() == "labels.txt") return 1;
    return entry.name().ends_with(".txt") && entry.name().find("label") != std::string_view::npos ? 2 : 3;
  };
  const auto found = std::ranges::min_element(archive.entries(), {}, rank);
  return rank(*found) < 3 ? &*found : nullptr;
}

Result<ModelBundle> read_zip(std::span<const std::byte> file, std::string name, std::string_view labels_text) {
  WHYBOX_TRY(const auto archive, Archive::open(file));
  WHYBOX_TRY(const auto entry, find_model(archive));
  WHYBOX_TRY(const auto model, archive.extract(entry));
  if (const ArchiveEntry* labels = find_labels(archive, entry); labels && labels_text.empty()) {
    WHYBOX_TRY(const auto text, archive.extract(*labels));
    return read_file(model, std::move(name), std::string_view(reinterpret_cast<const char*>(text.data()), text.size()));
  }
  return read_file(model, std::move(name), given(labels_text));
}

}  // namespace

Result<void> apply_labels(ModelBundle& bundle, std::vector<std::string> labels, std::string source) {
  if (const auto classes = class_count(bundle.graph))
    WHYBOX_CHECK(check_count(bundle, labels.size(), source, *classes));
  bundle.labels = std::move(labels);
  bundle.label_source = std::move(source);
  return {};
}

Result<void> complete_labels(ModelBundle& bundle, int classes) {
  if (!bundle.labels.empty()) return check_count(bundle, bundle.labels.size(), bundle.label_source, classes);
  if (classes > kMaxClasses)
    return fail(ErrorCode::bad_model, "the network \"{}\" has {} classes, at most {} are allowed", bundle.name, classes,
                kMaxClasses);
  for (int i = 0; i < classes; ++i) bundle.labels.push_back(std::format("class {}", i));
  return {};
}

Result<ModelBundle> read_model(std::span<const std::byte> file, std::string name, std::string_view labels_text) {
  return is_archive(file) ? read_zip(file, std::move(name), labels_text)
                          : read_file(file, std::move(name), given(labels_text));
}

}  // namespace whybox
