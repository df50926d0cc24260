#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/image.h"
#include "base/params.h"
#include "decomposition/relevance.h"
#include "grad/network.h"
#include "superpixels/segmentation.h"

namespace whybox {

/// One question: why this target, on this picture?
struct Task {
  Network& network;   ///< must outlive the explanation
  Image image;        ///< at the network's input size
  Target target = {};  ///< located, see Network::located
  Params params;      ///< resolved against the method's specs
  std::uint64_t seed = 0;
  std::vector<Image> probe = {};  ///< pictures of any size that stand for what the network usually sees; none: generated ones
  std::optional<Segmentation> segmentation = {};  ///< the person's own superpixels, at the network's input size
};

/// A number, list or text that a method knows besides its map: R^2, intercept, standard error ...
struct Finding {
  std::string id;
  std::string label;
  double value;
};

/// What a method on superpixels knows: enough to draw them, colour them and switch them.
struct SuperpixelFindings {
  Segmentation segmentation;
  Image fill;                  ///< what a switched-off superpixel shows
  std::vector<float> weights;  ///< per superpixel, in units of probability
  std::vector<float> errors = {};  ///< standard errors of the weights; empty where the method knows none
  double intercept = 0;        ///< the surrogate predicts intercept + sum of the weights that are on
};

/// How the numbers of a map are to be read.
enum class MapKind {
  signed_map,    ///< positive speaks for the class, negative against it: a diverging colour scale
  unsigned_map,  ///< how much a pixel matters: a sequential colour scale
};
std::string_view to_string(MapKind kind);

/// Work in steps of some 20-50 ms, with a picture to show after every one of them.
class Explanation {
 public:
  virtual ~Explanation() = default;
  /// Does the next piece of work; never called once finished.
  virtual Result<void> step() = 0;
  /// In [0, 1]; 1 means finished.
  virtual double progress() const = 0;
  /// The best estimate so far, at the network's input size; all finite.
  virtual Heatmap heatmap() const = 0;
  virtual std::vector<Finding> findings() const { return {}; }
  virtual const SuperpixelFindings* superpixels() const { return nullptr; }
  /// The standard error of every pixel of the map, of the map's size; none where the method knows none (yet).
  virtual std::optional<Heatmap> errors() const { return std::nullopt; }
  /// Of methods that hand the score down: how much of it is left below each layer, the output's first.
  virtual std::span<const LayerRelevance> layers() const { return {}; }
  /// How this map is to be read, where a parameter decides it; else as the method says.
  virtual std::optional<MapKind> map_kind() const { return std::nullopt; }
};

enum class Family { gradient, class_activation, decomposition, perturbation, surrogate };
std::string_view to_string(Family family);

/// What a method needs of a network beyond its probabilities.
struct Needs {
  bool gradients = false;
  bool classes = false;  ///< the target must be a class; always so for methods that read no gradients
};

/// One method of explaining, described well enough for every surface (page, command line, manual) to offer it.
struct Method {
  std::string_view id;
  std::string_view name;
  std::string_view summary;    ///< one sentence for the person who chooses
  std::string_view reference;  ///< authors, year, where
  Family family;
  MapKind map;
  std::string_view unit;       ///< of the map's numbers
  Needs needs;
  std::vector<ParamSpec> params;
  Result<std::unique_ptr<Explanation>> (*start)(Task task);
};

/// All methods, in the order of registry.def.
std::span<const Method* const> methods();
/// Errors: invalid_argument, naming the methods there are.
Result<const Method*> find_method(std::string_view id);

}  // namespace whybox
