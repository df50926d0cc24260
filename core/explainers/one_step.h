#pragma once
#include <vector>

#include "explainers/explainer.h"

namespace whybox {

/// An explanation whose whole work is one pass or two, done in a single step.
class OneStep : public Explanation {
 public:
  Result<void> step() final {
    WHYBOX_CHECK(compute());
    finished_ = true;
    return {};
  }
  double progress() const final { return finished_ ? 1 : 0; }
  Heatmap heatmap() const final { return map_; }
  std::vector<Finding> findings() const final { return findings_; }

 protected:
  explicit OneStep(Task task)
      : task_(std::move(task)),
        map_{task_.image.height, task_.image.width, std::vector<float>(std::size_t(task_.image.height) * std::size_t(task_.image.width))} {}

  /// Fills in the map and the findings, or leaves both as they were.
  virtual Result<void> compute() = 0;

  /// The picture's normalised values, [H, W, C].
  std::vector<float> picture() const { return task_.network.classifier().encoder().normalize(task_.image); }

  Task task_;
  Heatmap map_;  ///< zeros until then
  std::vector<Finding> findings_;

 private:
  bool finished_ = false;
};

}  // namespace whybox
