#pragma once
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/intervention.h"
#include "explainers/explainer.h"
#include "scenes/scene.h"
#include "session/runs.h"

namespace whybox {

struct ClassScore {
  int index;
  std::string label;
  float probability;
  float logit;
};

/// What a network says of a picture.
struct Ranking {
  std::vector<ClassScore> classes;  ///< all of them, the most probable first
  double forward_ms;                ///< encoding and one forward pass
};

/// What the network answers when some superpixels are switched off (their fill shown).
struct Switched {
  std::vector<float> probabilities;  ///< of every class
  float surrogate;                   ///< the surrogate's word on the target: intercept + sum of the weights that are on
};

/// Most threads a session takes: beyond this, image networks of batch 1 have no work to share.
inline constexpr int kMaxThreads = 64;

/// A seed as a person types it. Errors: invalid_argument unless it is a whole number 0 .. 2^64 - 1.
Result<std::uint64_t> parse_seed(std::string_view text);

/// One person's work: a model, a picture and a running explanation. The one surface that the command line and the
/// WebAssembly binding share, so that the two cannot drift apart. Not thread-safe.
///
/// A failed call leaves everything as it was. A new model, normalisation, picture or fit drops the running explanation.
class Session {
 public:
  /// @param threads  clamped to 1 .. the machine's cores, at most kMaxThreads
  explicit Session(int threads);

  /// Errors: those of read_model, and of building the engine.
  Result<void> load_model(std::span<const std::byte> file, std::string name, std::string_view labels_text = {});
  /// Errors: bad_labels (not text, or another count than the network's classes), invalid_argument without a model.
  Result<void> set_labels(std::string_view labels_text);
  /// Errors: invalid_argument unless every mean is finite and every std finite and positive.
  Result<void> set_normalization(const Normalization& normalization);
  /// Errors: bad_image.
  Result<void> set_image(Image image);
  void set_fit(Fit fit);
  /// Pictures, of any size, that stand for what the network usually sees; without them methods that need some generate scenes.
  /// Errors: bad_image.
  Result<void> set_probe(std::vector<Image> pictures);

  /// Whether the model updates pictures that are alike (Classifier::set_updates). Errors: invalid_argument without a model.
  Result<void> set_updates(bool on);

  /// Superpixels of the person's own: a picture of the present one's proportions in which pixels of one colour are one segment; methods on
  /// superpixels take them where their parameter "segmentation" is "own". Another picture drops them. They are taken to the network's
  /// input as the picture is; bars of a letterbox belong to the segment beside them.
  /// Errors: those of segments_of_colours and segments_at; invalid_argument without a picture.
  Result<void> set_segments(const Image& label_image);
  void clear_segments();
  /// At the picture's size; none: nullptr.
  const Segmentation* segments() const { return segments_ ? &*segments_ : nullptr; }

  bool has_model() const { return network_ != nullptr; }
  bool has_image() const { return image_.has_value(); }
  int threads() const { return threads_->threads(); }
  /// Both only where there is one.
  Network& network() { return *network_; }
  const Network& network() const { return *network_; }
  const Image& image() const { return *image_; }
  Fit fit() const { return fit_; }
  const std::vector<std::string>& labels() const { return labels_; }
  const std::string& label_source() const { return label_source_; }
  /// The picture as the network sees it, at its input size. Errors: invalid_argument without model or picture.
  Result<const Image*> fitted();

  /// One forward pass. Errors: invalid_argument without model or picture, not_finite when the network answers NaN.
  Result<Ranking> predict();
  /// One of the network's tensors for the present picture, dequantised, [1, ...]; costs one forward pass.
  /// Errors: those of fitted, invalid_argument for a name that no tensor has.
  Result<Tensor> output(std::string_view name);
  /// One channel of such a tensor [1, H, W, C] as a map in the picture's own shape, interpolated linearly; 0 where the network saw nothing.
  /// Errors: those of output, shape_mismatch unless it has a height and a width, out_of_range for a channel that is not there.
  Result<Heatmap> output_map(std::string_view name, int channel);
  /// What the network would say if that tensor held other values; only what follows it is computed. The prediction stays what it was.
  /// Errors: those of output and predict, shape_mismatch for another number of values.
  Result<Ranking> predict_with(std::string_view name, std::span<const float> values);
  /// Class by index ("282") or label ("tabby"), see find_label; empty: the most probable, by a forward pass unless one was made.
  Result<int> find_class(std::string_view text);
  /// The score of one class in the present picture. Errors: those of predict, out_of_range.
  Result<ClassScore> score(int index);

  /// Begins an explanation; the one before it is dropped.
  /// Errors: invalid_argument (method, parameter), out_of_range (target, parameter), those of the method.
  Result<void> start(std::string_view method, Target target, const std::map<std::string, std::string>& params,
                     std::uint64_t seed);
  /// One step of the running explanation; nothing when it is finished. An explanation whose step fails is dropped.
  Result<void> step();
  void cancel();
  const Explanation* explanation() const { return explanation_.get(); }
  bool finished() const { return explanation_ && explanation_->progress() >= 1; }
  /// Of the running explanation only.
  const Method* method() const { return method_; }
  /// How the running explanation's map is to be read: as a parameter says, else as its method.
  MapKind map_kind() const { return explanation_->map_kind().value_or(method_->map); }
  const Params& params() const { return params_; }
  /// Of the running explanation, a unit's position filled in.
  const Target& target() const { return target_; }
  std::uint64_t seed() const { return seed_; }

  /// Asks the running explanation's question with `count` seeds: its own, whose answer is there, and those that follow. The
  /// explanation itself stays as it is; whatever drops it ends this, too.
  /// Errors: invalid_argument unless there is one and it is finished, out_of_range unless 2 <= count <= kMaxRuns.
  Result<void> begin_runs(int count);
  /// The next step of the run that is on, or of the next one; nothing when all are done. A failure ends the runs.
  Result<void> step_runs();
  void cancel_runs();
  /// Those that are done; nullptr before the first begin_runs.
  const Runs* runs() const { return runs_ ? &*runs_ : nullptr; }
  double runs_progress() const;

  /// The running explanation's map in the picture's own shape. Errors: invalid_argument without one, not_finite.
  Result<Heatmap> heatmap() const;
  /// The standard error of every pixel of it, in the picture's own shape; none where the method knows none.
  std::optional<Heatmap> errors() const;
  /// @param on  one flag per superpixel of the running explanation; costs what changes since the last switch
  /// Errors: invalid_argument without superpixels, shape_mismatch for another number of flags, not_finite.
  Result<Switched> switch_superpixels(std::span<const std::uint8_t> on);
  /// The picture the network sees with those superpixels off, at the network's size.
  Result<Image> switched_image(std::span<const std::uint8_t> on) const;
  /// The running explanation's superpixels in the picture's own shape, [H, W]; -1 where the network saw nothing.
  Result<Segmentation> superpixels_in_image() const;

 private:
  Result<void> need_model() const;
  Result<TensorId> need_tensor(std::string_view name) const;
  Ranking ranked(const Prediction& prediction) const;
  Result<void> need_explanation() const;
  Result<const SuperpixelFindings*> need_superpixels() const;
  /// The present question, with that seed.
  Result<std::unique_ptr<Explanation>> ask(const Method& method, const Target& target, const Params& params, std::uint64_t seed);
  Result<void> keep_run(const Explanation& explanation);
  /// What the network says of the picture: asked once.
  Result<const Prediction*> prediction();
  /// What every change of model, picture or fit makes stale.
  void forget_answers();

  std::shared_ptr<ThreadPool> threads_;  // one team for every model that comes
  std::unique_ptr<Network> network_;
  std::vector<std::string> labels_;
  std::string label_source_;
  std::optional<Image> image_;
  Fit fit_ = Fit::stretch;
  std::vector<Image> probe_;
  std::optional<Segmentation> segments_;  // at the picture's size
  std::optional<Image> fitted_;          // image_ at the network's size, made when first asked for
  std::optional<Prediction> prediction_;  // of fitted_
  Intervention intervention_;
  std::unique_ptr<Explanation> explanation_;  // declared after network_, which it refers to
  std::optional<Runs> runs_;
  std::unique_ptr<Explanation> run_;  // with another seed than explanation_
  const Method* method_ = nullptr;
  Params params_;
  Target target_;
  std::uint64_t seed_ = 0;
};

}  // namespace whybox
