#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "explainers/explainer.h"

namespace whybox {

/// Checks a task against its network. Errors: those of Network::check; invalid_argument for a unit where the method needs a
/// class; shape_mismatch unless the picture has the network's input size.
Result<void> check(const Task& task, std::string_view method);

/// A method that shows the network many altered pictures and learns from its answers: samples 0 .. samples - 1, a batch per
/// step. What sample i shows and what is learnt from it must depend on i alone, never on the batch it came in.
class SamplingExplanation : public Explanation {
 public:
  /// Errors: those of the network; not_finite, naming the sample, when it answers NaN or infinity.
  Result<void> step() final;
  double progress() const final { return settled_ ? 1 : double(done_) / samples_; }

 protected:
  /// @param pictures  whether sample i differs from sample i - 1, or from the first one, in a small region only
  SamplingExplanation(Task task, std::string_view method, int samples, Pictures pictures = Pictures::unrelated);

  /// Says, before the first step, that samples are made of superpixels: parts of the network then run once for all samples that have
  /// the same superpixels on there. Both stay where they are; `on`, [segmentation.count], holds the switches of the sample composed last.
  void made_of(const Segmentation& segmentation, std::span<const std::uint8_t> on) { superpixels_ = {&segmentation, on}; }

  /// Writes sample i as the network's input elements (see Encoder).
  virtual void compose(int sample, std::span<std::byte> example) = 0;
  /// Learns from p^c, or p^c - p^v against class v, of sample i; called once for each, in order.
  virtual void absorb(int sample, float probability) = 0;
  /// Asked after every sample that was absorbed: whether that is enough. The rest of its batch is not looked at, so that the end does
  /// not depend on how large batches are.
  virtual bool enough() { return false; }
  /// Called at the end of every step.
  virtual void refine() {}

  const Task& task() const { return task_; }
  const Encoder& encoder() const { return task_.network.classifier().encoder(); }
  int samples() const { return samples_; }
  /// How many have been absorbed.
  int done() const { return done_; }

 private:
  struct Superpixels {
    const Segmentation* segmentation = nullptr;
    std::span<const std::uint8_t> on;
  };
  Result<void> ask(int count);

  Task task_;
  std::string_view method_;
  int samples_;
  Pictures pictures_;
  Superpixels superpixels_;
  std::optional<Mosaic> mosaic_;
  int done_ = 0;
  bool settled_ = false;
  std::vector<float> scores_;
};

}  // namespace whybox
