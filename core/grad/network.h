#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/classifier.h"
#include "grad/reverse.h"

namespace whybox {

/// An activation that a person can pick as a layer.
struct Layer {
  TensorId tensor;
  std::string name;   ///< as in the file, unique
  std::string op;     ///< kind of the node that writes it
  Shape shape;        ///< [1, H, W, C] or [1, C]
  bool spatial;       ///< rank 4 with more than one position
};

/// A target y as a sum over one tensor of the float twin: y = sum_i factor_i value_i.
struct Score {
  struct Term {
    std::size_t index;  ///< into one example's elements
    float factor;
  };
  TensorId tensor;
  std::vector<Term> terms;

  /// y of one example. @param values  the tensor's, [1, ...]
  double of(std::span<const float> values) const;
  /// dy/dtensor of `batch` examples.
  std::vector<float> seed(std::size_t elements, int batch) const;
};

/// What explainers get: the classifier as it runs (black box), and its differentiable float twin, built on first use.
class Network {
 public:
  static Result<std::unique_ptr<Network>> create(std::shared_ptr<const ModelBundle> model, int threads);
  /// With a team that outlives the network. A browser has a fixed stock of threads, so that a session which changes models
  /// must not hold two teams at a time.
  static Result<std::unique_ptr<Network>> create(std::shared_ptr<const ModelBundle> model,
                                                 std::shared_ptr<ThreadPool> threads);

  Classifier& classifier() { return classifier_; }
  const Classifier& classifier() const { return classifier_; }
  const ModelBundle& model() const { return classifier_.model(); }
  /// The float twin up to the logits.
  Result<Reverse*> reverse();

  const std::vector<Layer>& layers() const { return layers_; }
  /// Errors: invalid_argument, naming the layers there are.
  Result<const Layer*> layer(const std::string& name) const;
  /// The last convolution-like layer with spatial extent before the target. Errors: invalid_argument when there is none.
  Result<const Layer*> default_layer(const Target& target = {}) const;
  /// Errors: invalid_argument for a layer that is not there, or a class set against itself; out_of_range for a class, channel
  /// or position that is not there.
  Result<void> check(const Target& target) const;
  /// The target with its unit's position filled in: where the channel answers most strongly to the picture, in the twin.
  Result<Target> located(Target target, const Image& image);
  /// Where y is in the twin. @param target  located
  Result<Score> score(const Target& target) const;
  /// Layers with spatial extent that a target depends on, and does not consist of.
  std::vector<const Layer*> spatial_layers(const Target& target) const;

 private:
  explicit Network(Classifier classifier);
  Classifier classifier_;
  std::optional<Reverse> reverse_;
  std::vector<Layer> layers_;
};

}  // namespace whybox
