#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "explainers/channels.h"

namespace whybox {

/// A method that learns from input gradients at one or many points: samples 0 .. samples - 1, a batch per step. Sample 0 is
/// the picture itself. What sample i is and what is learnt from it must depend on i alone, never on its batch.
/// The method must have the parameter "channels".
class GradientSampling : public Explanation {
 public:
  /// Errors: those of the network; not_finite, naming the sample, when a gradient is NaN or infinite.
  Result<void> step() final;
  double progress() const final { return double(done_) / samples_; }
  /// The attribution so far, its channels collapsed.
  Heatmap heatmap() const final;
  std::optional<MapKind> map_kind() const final { return whybox::map_kind(view_); }
  /// The twin's distance first; then the method's own.
  std::vector<Finding> findings() const final;

 protected:
  /// @param rule  what rectifiers let back through
  GradientSampling(Task task, std::string_view method, int samples, ReluRule rule = ReluRule::gradient);

  /// Writes sample i >= 1, normalised values [H, W, C].
  virtual Result<void> compose(int, std::span<float>) { return {}; }
  /// Learns from d y^c / d x at sample i, [H, W, C], and y^c there; called once for each, in order.
  virtual void absorb(int sample, std::span<const float> gradient, double score) = 0;
  /// The best estimate so far, [H, W, C].
  virtual std::vector<float> attribution() const = 0;
  virtual std::vector<Finding> own_findings() const { return {}; }
  /// Called once, after the last sample.
  virtual Result<void> conclude() { return {}; }

  Task& task() { return task_; }
  const Task& task() const { return task_; }
  /// The picture's normalised values, [H, W, C].
  std::span<const float> picture() const { return picture_; }
  int done() const { return done_; }

 private:
  Result<void> absorb_batch(std::span<const float> gradients, std::span<const float> scores);

  Task task_;
  std::string_view method_;
  int samples_;
  ReluRule rule_;
  ChannelView view_;
  std::vector<float> picture_;
  std::vector<Finding> twin_;
  int done_ = 0;
};

}  // namespace whybox
