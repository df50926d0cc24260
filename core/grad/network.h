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
  /// The layer of that name; empty: the last convolution-like activation with spatial extent.
  /// Errors: invalid_argument, naming the layers there are.
  Result<const Layer*> layer(const std::string& name) const;

 private:
  explicit Network(Classifier classifier);
  Classifier classifier_;
  std::optional<Reverse> reverse_;
  std::vector<Layer> layers_;
};

}  // namespace whybox
