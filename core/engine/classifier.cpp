#include "engine/classifier.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "engine/answer.h"
#include "ops/quantized.h"

namespace whybox {
namespace {

// A batch whose activations take no more than this stays near a desktop processor's last-level cache. An estimate, not yet tuned.
constexpr std::size_t kBatchBytes = 8u << 20;
constexpr int kMaxPreferredBatch = 16;

const Node* writer(const Graph& graph, TensorId tensor) {
  const auto found = std::ranges::find(graph.nodes, tensor, &Node::output);
  return found == graph.nodes.end() ? nullptr : &*found;
}

/// Follows conversions and reshapes back to the node that computes.
TensorId skip_conversions(const Graph& graph, TensorId tensor) {
  for (const Node* node = writer(graph, tensor); node; node = writer(graph, tensor)) {
    if (node->kind != OpKind::quantize && node->kind != OpKind::dequantize && node->kind != OpKind::reshape) break;
    tensor = node->inputs[0];
  }
  return tensor;
}

bool is_score_vector(const TensorInfo& tensor) {
  return !tensor.shape.empty() && element_count(tensor.shape) == tensor.shape.back();
}

}  // namespace

std::string_view to_string(Head head) {
  switch (head) {
    case Head::softmax: return "softmax";
    case Head::logistic: return "logistic";
    case Head::logits: return "logits";
  }
  return "";
}

Result<ScorePlace> find_scores(const Graph& graph) {
  const auto found = std::ranges::find_if(graph.outputs, [&](TensorId id) { return is_score_vector(graph.tensor(id)); });
  if (found == graph.outputs.end())
    return fail(ErrorCode::bad_model, "output \"{}\" is {}, wanted one score per class [1, C]: only classifiers can be explained",
                graph.tensor(graph.outputs[0]).name, to_string(graph.tensor(graph.outputs[0]).shape));
  const int classes = graph.tensor(*found).shape.back();
  const Node* last = writer(graph, skip_conversions(graph, *found));
  if (last && last->kind == OpKind::softmax) return ScorePlace{*found, last->inputs[0], Head::softmax, classes};
  if (last && last->kind == OpKind::logistic) return ScorePlace{*found, last->inputs[0], Head::logistic, classes};
  return ScorePlace{*found, *found, Head::logits, classes};
}

Classifier::Classifier(std::shared_ptr<const ModelBundle> model, Engine engine, Encoder encoder, ScorePlace scores)
    : model_(std::move(model)),
      engine_(std::move(engine)),
      encoder_(std::move(encoder)),
      normalization_(model_->normalization),
      scores_(scores) {}

Result<Classifier> Classifier::create(std::shared_ptr<const ModelBundle> model, std::shared_ptr<ThreadPool> threads) {
  const auto graph = std::shared_ptr<const Graph>(model, &model->graph);
  WHYBOX_TRY(const auto scores, find_scores(*graph));
  WHYBOX_TRY(auto encoder, Encoder::create(*graph, model->normalization));
  WHYBOX_TRY(auto engine, Engine::create(graph, std::move(threads)));
  WHYBOX_CHECK(engine.plan(1, {.taps = {scores.logits}}));
  Classifier classifier(std::move(model), std::move(engine), std::move(encoder), scores);
  const std::size_t one = std::max<std::size_t>(classifier.engine_.activation_bytes(), 1);
  classifier.preferred_batch_ = static_cast<int>(std::clamp<std::size_t>(kBatchBytes / one, 1, kMaxPreferredBatch));
  return classifier;
}

Result<void> Classifier::check(const Image& image) const {
  if (image.height != encoder_.height() || image.width != encoder_.width())
    return fail(ErrorCode::shape_mismatch, "picture is {}x{}, the network wants {}x{}", image.height, image.width,
                encoder_.height(), encoder_.width());
  return {};
}

Result<void> Classifier::run(const Image& image, TensorId tap) {
  WHYBOX_CHECK(check(image));
  WHYBOX_CHECK(engine_.plan(1, {.taps = {tap}}));
  const auto encoded = encoder_.encode(image);
  std::memcpy(engine_.input(0).data(), encoded.data(), encoded.size());
  return engine_.run();
}

Result<Tensor> Classifier::activation(const Image& image, TensorId tensor) {
  WHYBOX_CHECK(run(image, tensor));
  return engine_.read(tensor);
}

Result<void> Classifier::update(const Image& image) {
  WHYBOX_CHECK(check(image));
  return updater_.show(engine_, encoder_.encode(image));
}

Result<Prediction> Classifier::predict(const Image& image, Pictures pictures) {
  WHYBOX_CHECK(updates_ && pictures == Pictures::alike ? update(image) : run(image, scores_.logits));
  return read_answer(engine_, scores_);
}

Result<void> Classifier::check(const Target& target) const {
  if (target.unit) return fail(ErrorCode::invalid_argument, "a unit has no probability, wanted a class");
  for (const int index : {target.index, target.versus.value_or(target.index)})
    if (index < 0 || index >= scores_.classes)
      return fail(ErrorCode::out_of_range, "class {} of a network with {}", index, scores_.classes);
  return {};
}

Result<void> Classifier::probabilities(int count, const Target& target, const Compose& compose, std::span<float> scores,
                                       Pictures pictures) {
  WHYBOX_CHECK(check(target));
  if (!updates_ || pictures == Pictures::unrelated) return in_batches(count, compose, target, scores);
  return one_by_one(count, compose, target, scores, [&](std::span<const std::byte> picture) { return updater_.show(engine_, picture); });
}

Result<void> Classifier::probabilities(int count, const Target& target, const Compose& compose, std::span<float> scores, Mosaic& mosaic,
                                       std::span<const std::uint8_t> on) {
  WHYBOX_CHECK(check(target));
  if (!updates_ || mosaic.first_whole_step() == 0) return in_batches(count, compose, target, scores);
  return one_by_one(count, compose, target, scores, [&](std::span<const std::byte> picture) { return mosaic.show(engine_, picture, on); });
}

Result<void> Classifier::in_batches(int count, const Compose& compose, const Target& target, std::span<float> scores) {
  if (count < 1) return {};
  const int batch = std::min(count, preferred_batch_);
  WHYBOX_CHECK(engine_.plan(batch, {.taps = {scores_.logits}}));
  for (int first = 0; first < count; first += batch) {
    // A last batch that is not full runs with what the one before left in its tail; nobody reads those results.
    const int used = std::min(batch, count - first);
    for (int i = 0; i < used; ++i) compose(first + i, engine_.input(i));
    WHYBOX_CHECK(engine_.run());
    WHYBOX_CHECK(read_scores(target, scores.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(used))));
  }
  return {};
}

Result<void> Classifier::one_by_one(int count, const Compose& compose, const Target& target, std::span<float> scores,
                                    const std::function<Result<void>(std::span<const std::byte> picture)>& show) {
  std::vector<std::byte> picture(encoder_.example_bytes());
  for (int i = 0; i < count; ++i) {
    compose(i, picture);
    WHYBOX_CHECK(show(picture));
    WHYBOX_CHECK(read_scores(target, scores.subspan(static_cast<std::size_t>(i), 1)));
  }
  return {};
}

Result<void> Classifier::read_scores(const Target& target, std::span<float> scores) {
  WHYBOX_TRY(auto output, engine_.read(scores_.output));
  const auto classes = static_cast<std::size_t>(scores_.classes);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const std::span row(output.values.data() + i * classes, classes);
    if (scores_.head == Head::logits) softmax(row);
    const float rival = target.versus ? row[static_cast<std::size_t>(*target.versus)] : 0.0f;
    scores[i] = row[static_cast<std::size_t>(target.index)] - rival;
  }
  return {};
}

Result<void> Classifier::set_normalization(const Normalization& normalization) {
  WHYBOX_TRY(encoder_, Encoder::create(engine_.graph(), normalization));
  normalization_ = normalization;
  return {};
}

}  // namespace whybox
