#include "explainers/channels.h"

#include <catch2/catch_test_macros.hpp>

#include "support/tiny_networks.h"

using namespace whybox;
using namespace whybox::testing;

TEST_CASE("a pixel shows the largest size, the sum of sizes, or the signed sum of its channels") {
  const std::vector<float> attribution{1, -4, 2, -1, -1, 3};
  CHECK(collapse(attribution, 1, 2, ChannelView::max_abs).values == std::vector<float>{4, 3});
  CHECK(collapse(attribution, 1, 2, ChannelView::abs_sum).values == std::vector<float>{7, 5});
  CHECK(collapse(attribution, 1, 2, ChannelView::signed_sum).values == std::vector<float>{-1, 1});
}

TEST_CASE("of one channel all views are alike but for the sign") {
  const std::vector<float> attribution{-2, 3};
  CHECK(collapse(attribution, 2, 1, ChannelView::max_abs).values == std::vector<float>{2, 3});
  CHECK(collapse(attribution, 2, 1, ChannelView::abs_sum).values == std::vector<float>{2, 3});
  CHECK(collapse(attribution, 2, 1, ChannelView::signed_sum).values == attribution);
}

TEST_CASE("a map is signed exactly if its channels were added with their signs") {
  const auto network = network_of(gap_network(8, 8));
  for (const auto* id : {"gradient", "input-x-gradient", "integrated-gradients", "smoothgrad", "deconvnet", "guided-backprop",
                         "guided-grad-cam"})
    for (const auto* view : {"max-abs", "abs-sum", "signed-sum"}) {
      INFO(id << ", " << view);
      const auto explanation = start(id, *network, random_picture(8, 8), {.given = {{"channels", view}}});
      CHECK(explanation->map_kind() == (std::string_view(view) == "signed-sum" ? MapKind::signed_map : MapKind::unsigned_map));
    }
}
