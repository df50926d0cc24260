#include "explainers/quadrature.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

using namespace whybox;
using Catch::Approx;

TEST_CASE("n nodes integrate polynomials up to degree 2n - 1 exactly") {
  for (const int n : {1, 2, 3, 10, 50})
    for (const int degree : {0, 1, n, 2 * n - 1}) {
      if (degree > 2 * n - 1) continue;
      double sum = 0;
      for (const auto& [position, weight] : gauss_legendre(n)) sum += weight * std::pow(position, degree);
      INFO(n << " nodes, degree " << degree);
      CHECK(sum == Approx(1.0 / (degree + 1)).epsilon(1e-12));
    }
}

TEST_CASE("nodes rise, lie inside and are symmetric") {
  for (const int n : {1, 2, 7, 50, 1000}) {
    const auto nodes = gauss_legendre(n);
    REQUIRE(nodes.size() == std::size_t(n));
    double before = 0;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      CHECK(nodes[i].position > before);
      before = nodes[i].position;
      CHECK(nodes[i].weight > 0);
      const auto& mirrored = nodes[nodes.size() - 1 - i];
      CHECK(nodes[i].position + mirrored.position == Approx(1).epsilon(1e-12));
      CHECK(nodes[i].weight == Approx(mirrored.weight).epsilon(1e-9));
    }
    CHECK(before < 1);
  }
}

TEST_CASE("three nodes are those of the tables") {
  const auto nodes = gauss_legendre(3);  // Abramowitz & Stegun, table 25.4: 0.774596669241483, weights 5/9 and 8/9 on [-1, 1]
  CHECK(nodes[0].position == Approx((1 - 0.774596669241483) / 2).epsilon(1e-14));
  CHECK(nodes[0].weight == Approx(5.0 / 18).epsilon(1e-14));
  CHECK(nodes[1].weight == Approx(8.0 / 18).epsilon(1e-14));
}
