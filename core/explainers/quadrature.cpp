#include "explainers/quadrature.h"

#include <cmath>
#include <numbers>

namespace whybox {
namespace {

struct Legendre {
  double value, slope;
};

/// P_n and its derivative at z in (-1, 1), by k P_k = (2k - 1) z P_{k-1} - (k - 1) P_{k-2} (Abramowitz & Stegun 1964,
/// 22.7.10).
Legendre legendre(int n, double z) {
  double before = 0, value = 1;
  for (int k = 1; k <= n; ++k) {
    const double next = ((2 * k - 1) * z * value - (k - 1) * before) / k;
    before = value;
    value = next;
  }
  return {value, n * (z * value - before) / (z * z - 1)};
}

/// Newton's method doubles the correct digits with each round and starts with three.
constexpr int kRounds = 8;

}  // namespace

std::vector<QuadratureNode> gauss_legendre(int n) {
  std::vector<QuadratureNode> nodes;
  for (int i = 0; i < n; ++i) {
    double z = -std::cos(std::numbers::pi * (i + 0.75) / (n + 0.5));
    for (int round = 0; round < kRounds; ++round) {
      const auto [value, slope] = legendre(n, z);
      z -= value / slope;
    }
    const double slope = legendre(n, z).slope;
    // [-1, 1] to [0, 1] halves the weight 2 / ((1 - z^2) P_n'(z)^2) of 25.4.29.
    nodes.push_back({(1 + z) / 2, 1 / ((1 - z * z) * slope * slope)});
  }
  return nodes;
}

}  // namespace whybox
