#pragma once
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "engine/engine.h"
#include "engine/mosaic.h"
#include "engine/preprocess.h"
#include "engine/target.h"
#include "engine/updater.h"
#include "model/bundle.h"

namespace whybox {

/// How a network's output becomes probabilities.
enum class Head {
  softmax,   ///< the graph ends in softmax: its input are the logits
  logistic,  ///< the graph ends in a sigmoid: one probability per class, not exclusive
  logits,    ///< the graph ends before the softmax: whybox applies it
};
std::string_view to_string(Head head);

/// Where the class scores are in a graph: the output, and the logits y^c before softmax or sigmoid.
struct ScorePlace {
  TensorId output;
  TensorId logits;
  Head head;
  int classes;
};
Result<ScorePlace> find_scores(const Graph& graph);

struct Prediction {
  std::vector<float> probabilities;  ///< p^c, [classes]
  std::vector<float> logits;         ///< y^c, [classes]
};

/// What is known of pictures that are shown one after another.
enum class Pictures {
  unrelated,
  alike,  ///< each differs in a small region from the one before it, or from the first: only what changes is computed
};

/// An image classifier: encoder, engine and labels together. Not thread-safe.
class Classifier {
 public:
  static Result<Classifier> create(std::shared_ptr<const ModelBundle> model, std::shared_ptr<ThreadPool> threads);

  /// One picture of the network's size.
  Result<Prediction> predict(const Image& image, Pictures pictures = Pictures::unrelated);

  /// Any tensor of the network as it runs, for one picture; dequantised, [1, ...].
  Result<Tensor> activation(const Image& image, TensorId tensor);

  /// Runs `count` examples in batches and hands out the probability of the target for each: p^c, or p^c - p^v against
  /// another class v. Errors: out_of_range for classes that are not there, invalid_argument for a unit.
  /// `compose(i, example)` writes example i (bytes in the input's element type, see Encoder) straight into the network's
  /// input. `scores` has room for `count`.
  using Compose = std::function<void(int index, std::span<std::byte> example)>;
  Result<void> probabilities(int count, const Target& target, const Compose& compose, std::span<float> scores,
                             Pictures pictures = Pictures::unrelated);
  /// The same for pictures that are made of superpixels.
  /// @param on  [superpixels], the switches of the picture that was composed last
  Result<void> probabilities(int count, const Target& target, const Compose& compose, std::span<float> scores, Mosaic& mosaic,
                             std::span<const std::uint8_t> on);

  /// Whether pictures that are alike are updated (the default) or computed whole each, which benchmarks compare with.
  void set_updates(bool on) { updates_ = on; }

  /// Replaces the normalisation (a person's choice in the page).
  Result<void> set_normalization(const Normalization& normalization);

  const ModelBundle& model() const { return *model_; }
  const std::shared_ptr<const ModelBundle>& shared_model() const { return model_; }
  const Encoder& encoder() const { return encoder_; }
  const Normalization& normalization() const { return normalization_; }
  const ScorePlace& scores() const { return scores_; }
  Engine& engine() { return engine_; }
  const Engine& engine() const { return engine_; }
  /// Batch size that `probabilities` uses, sized so that a batch's activations stay near the caches.
  int preferred_batch() const { return preferred_batch_; }

 private:
  Result<void> check(const Image& image) const;
  Result<void> run(const Image& image, TensorId tap);
  Result<void> update(const Image& image);
  Result<void> check(const Target& target) const;
  Result<void> in_batches(int count, const Compose& compose, const Target& target, std::span<float> scores);
  /// @param show  makes the engine's activations those of a picture
  Result<void> one_by_one(int count, const Compose& compose, const Target& target, std::span<float> scores,
                          const std::function<Result<void>(std::span<const std::byte> picture)>& show);
  /// Of the first `count` examples of the engine's last run.
  Result<void> read_scores(const Target& target, std::span<float> scores);

  Classifier(std::shared_ptr<const ModelBundle> model, Engine engine, Encoder encoder, ScorePlace scores);
  std::shared_ptr<const ModelBundle> model_;
  Engine engine_;
  Updater updater_;
  Encoder encoder_;
  Normalization normalization_;
  ScorePlace scores_;
  int preferred_batch_ = 1;
  bool updates_ = true;
};

}  // namespace whybox
