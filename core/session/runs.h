#pragma once
#include <span>
#include <vector>

#include "base/image.h"

namespace whybox {

/// How many seeds a question can be asked with.
inline constexpr int kMaxRuns = 100;

/// One question answered with several seeds: what the answers have in common and how far they are apart. One answer after the
/// other, none of them kept but the first; memory O(pixels).
class Runs {
 public:
  explicit Runs(int wanted) : wanted_(wanted) {}

  /// @param map      of the same size each time
  /// @param weights  of superpixels, as many each time; empty where the method has none
  void add(const Heatmap& map, std::span<const float> weights);

  int wanted() const { return wanted_; }
  int done() const { return done_; }
  /// Whether nothing differs so far: a method that draws nothing at random answers the same to every seed.
  bool identical() const { return identical_; }
  /// Also when the second answer was the first once more: the others would be, too.
  bool finished() const { return done_ >= wanted_ || (done_ >= 2 && identical_); }
  /// Mean correlation of two runs, over superpixels or, without them, pixels: 1 for answers that differ in scale at most, 0 for
  /// answers that have nothing to do with each other.
  double agreement() const;
  Heatmap mean() const;
  /// Standard deviation of every pixel over the runs; 0 for a single one.
  Heatmap spread() const;

  struct Weight {
    double mean = 0, spread = 0;  ///< and standard deviation over the runs
    int positive = 0, negative = 0;  ///< in how many runs it spoke for the class, and against it
    bool flips() const { return positive > 0 && negative > 0; }
  };
  /// Per superpixel; empty without them.
  std::vector<Weight> weights() const;

 private:
  /// Welford's recurrence (1962), per element.
  struct Moments {
    std::vector<double> mean, squares;
    void add(std::span<const float> values, int count);
    double spread(std::size_t i, int count) const;
  };

  int wanted_, done_ = 0;
  int height_ = 0, width_ = 0;
  bool identical_ = true;
  std::vector<float> first_;
  Moments pixels_, weights_;
  std::vector<int> positive_, negative_;
  std::vector<double> directions_;  // sum of the runs, each of mean 0 and length 1
};

}  // namespace whybox
