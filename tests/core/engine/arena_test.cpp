#include "engine/arena.h"

#include <catch2/catch_test_macros.hpp>

#include "base/rng.h"

using namespace whybox;

TEST_CASE("pieces alive at the same time never overlap") {
  Rng rng(3);
  std::vector<Lifetime> pieces;
  for (int i = 0; i < 200; ++i) {
    const int first = rng.below(100);
    pieces.push_back({std::size_t(1 + rng.below(5000)), first, first + rng.below(20)});
  }
  const std::size_t total = place_lifetimes(pieces);
  for (std::size_t a = 0; a < pieces.size(); ++a) {
    CHECK(pieces[a].offset + pieces[a].bytes <= total);
    CHECK(pieces[a].offset % 64 == 0);
    for (std::size_t b = 0; b < a; ++b) {
      const bool together = pieces[a].first <= pieces[b].last && pieces[b].first <= pieces[a].last;
      const bool overlap = pieces[a].offset < pieces[b].offset + pieces[b].bytes &&
                           pieces[b].offset < pieces[a].offset + pieces[a].bytes;
      REQUIRE(!(together && overlap));
    }
  }
}

TEST_CASE("a chain of equal activations needs room for two") {
  std::vector<Lifetime> chain;
  for (int i = 0; i < 10; ++i) chain.push_back({64 * 1000, i, i + 1});
  std::vector<Lifetime> one{{64 * 1000, 0, 0}};
  CHECK(place_lifetimes(chain) == 2 * place_lifetimes(one));
}

TEST_CASE("a plan beyond 32 bits is counted, not wrapped around") {
  std::vector<Lifetime> pieces(5, Lifetime{std::uint64_t{1} << 30, 0, 1});
  CHECK(place_lifetimes(pieces) > std::uint64_t{5} << 30);
}
