#include "session/runs.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace whybox {
namespace {

/// Adds the values, moved to mean 0 and scaled to length 1; a flat answer points nowhere and adds nothing.
void add_direction(std::vector<double>& sum, std::span<const float> values) {
  sum.resize(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
  double squared = 0;
  for (const float value : values) squared += (value - mean) * (value - mean);
  if (squared == 0) return;
  const double length = std::sqrt(squared);
  for (std::size_t i = 0; i < values.size(); ++i) sum[i] += (values[i] - mean) / length;
}

}  // namespace

void Runs::Moments::add(std::span<const float> values, int count) {
  mean.resize(values.size());
  squares.resize(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double before = values[i] - mean[i];
    mean[i] += before / count;
    squares[i] += before * (values[i] - mean[i]);
  }
}

double Runs::Moments::spread(std::size_t i, int count) const { return count < 2 ? 0 : std::sqrt(squares[i] / (count - 1)); }

void Runs::add(const Heatmap& map, std::span<const float> weights) {
  ++done_;
  if (done_ == 1) first_ = map.values;
  identical_ = identical_ && map.values == first_;
  height_ = map.height, width_ = map.width;
  pixels_.add(map.values, done_);
  weights_.add(weights, done_);
  positive_.resize(weights.size());
  negative_.resize(weights.size());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    positive_[i] += weights[i] > 0;
    negative_[i] += weights[i] < 0;
  }
  // With a single superpixel there is nothing that could agree: then pixels, which are all alike, say so too.
  add_direction(directions_, weights.empty() ? std::span<const float>(map.values) : weights);
}

/// |sum u|^2 = n + sum over pairs of 2 u_i . u_j.
double Runs::agreement() const {
  if (done_ < 2 || identical_) return 1;
  const double squared = std::inner_product(directions_.begin(), directions_.end(), directions_.begin(), 0.0);
  return (squared - done_) / (double(done_) * (done_ - 1));
}

Heatmap Runs::mean() const { return {height_, width_, {pixels_.mean.begin(), pixels_.mean.end()}}; }

Heatmap Runs::spread() const {
  Heatmap map{height_, width_, std::vector<float>(pixels_.mean.size())};
  for (std::size_t i = 0; i < map.values.size(); ++i) map.values[i] = float(pixels_.spread(i, done_));
  return map;
}

std::vector<Runs::Weight> Runs::weights() const {
  std::vector<Weight> all;
  for (std::size_t i = 0; i < weights_.mean.size(); ++i) all.push_back({weights_.mean[i], weights_.spread(i, done_), positive_[i], negative_[i]});
  return all;
}

}  // namespace whybox
