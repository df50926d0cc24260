#pragma once
#include <vector>

namespace whybox {

/// The integral of f over [0, 1] is about sum_i weight_i f(position_i).
struct QuadratureNode {
  double position;
  double weight;
};

/// Gauss-Legendre quadrature with n >= 1 nodes in rising order: exact for polynomials of degree 2n - 1.
/// The positions are the roots of the Legendre polynomial P_n, found by Newton's method; O(n^2).
std::vector<QuadratureNode> gauss_legendre(int n);

}  // namespace whybox
