#pragma once
#include <cstdint>
#include <span>

namespace whybox {

/// A small seeded generator (PCG-XSH-RR 64/32, O'Neill 2014) whose numbers are the same with every compiler and library,
/// unlike std::*_distribution. `stream` gives different sequences under one seed; those of neighbouring streams are
/// correlated across streams, because their states differ by constants only. For many short sequences use `numbered`.
class Rng {
 public:
  explicit Rng(std::uint64_t seed, std::uint64_t stream = 0);
  /// The generator of item `index` under `seed`. Both are scrambled first, so that the numbers of one item look independent
  /// of its neighbours', and item i never depends on how the items before it were batched.
  static Rng numbered(std::uint64_t seed, std::uint64_t index);

  std::uint32_t next();
  /// Uniform in [0, 1), 24 bits.
  float uniform();
  /// Uniform in [low, high).
  float uniform(float low, float high);
  /// Uniform in {0, ..., count - 1}, without bias; count must be at least 1.
  int below(int count);
  bool bernoulli(float probability);
  /// Fills `values` with independent standard normal numbers, by Marsaglia's polar method (Marsaglia & Bray 1964).
  void normal(std::span<float> values);

 private:
  std::uint64_t state_;
  std::uint64_t increment_;
};

}  // namespace whybox
