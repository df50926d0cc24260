#include "decomposition/composite.h"

#include <catch2/catch_test_macros.hpp>

#include "support/tiny_networks.h"

using namespace whybox;
using namespace whybox::testing;

namespace {

/// stem (convolution), block/depth (depthwise), block/point (convolution), head (dense).
std::vector<ProductLayer> layers() {
  TfliteBuilder b;
  ConvAttributes relu = TfliteBuilder::same_padding();
  relu.activation = Activation::relu;
  const auto weights = [&](Shape shape) { return b.constant(shape, random_values(std::size_t(element_count(shape)), 1, 3)); };
  const int image = b.input({1, 6, 6, 3});
  const int stem = b.conv_2d(b.pad(image, {{0, 0}, {1, 1}, {1, 1}, {0, 0}}), weights({4, 3, 3, 3}), kNoTensor, relu, {.name = "stem"});
  const int depth = b.depthwise_conv_2d(stem, weights({1, 3, 3, 4}), kNoTensor, relu, {.name = "block/depth"});
  const int point = b.conv_2d(depth, weights({5, 1, 1, 4}), kNoTensor, relu, {.name = "block/point"});
  const int head = b.fully_connected(b.mean(point, {1, 2}), weights({2, 5}), kNoTensor, Activation::none, {.name = "head"});
  b.output(b.softmax(head));
  const auto network = network_of(b.build());
  return product_layers(must(network->reverse())->graph());
}

std::vector<std::string> names(const Composite& composite) {
  std::vector<std::string> result;
  for (const auto& [node, rule] : composite) result.push_back(rule.name);
  return result;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("product layers are found in order, by the names they have in the file") {
  const auto found = layers();
  REQUIRE(found.size() == 4);
  CHECK(found[0].name == "stem");
  CHECK(found[1].name == "block/depth");
  CHECK(found[3].name == "head");
  CHECK(found[3].position == 4);
  CHECK(found[3].kind == OpKind::fully_connected);
  CHECK(found[0].first);  // padding lies between it and the picture, but no weights
  for (std::size_t i = 1; i < 4; ++i) CHECK_FALSE(found[i].first);
}

TEST_CASE("the named composites give the first layer, convolutions and dense layers their rules") {
  const auto of = [](const char* name) { return names(must(named_composite(name, 0.01f, 0.25f, layers()))); };
  CHECK(of("epsilon") == Names{"epsilon 0.01", "epsilon 0.01", "epsilon 0.01", "epsilon 0.01"});
  CHECK(of("epsilon-plus-flat") == Names{"flat", "z-plus", "z-plus", "epsilon 0.01"});
  CHECK(of("epsilon-gamma-box") == Names{"z-box", "gamma 0.25", "gamma 0.25", "epsilon 0.01"});
  CHECK(of("epsilon-alpha2-beta1-flat") == Names{"flat", "alpha 2 beta 1", "alpha 2 beta 1", "epsilon 0.01"});
  CHECK(names(deep_taylor_composite(layers())) == Names{"z-box", "z-plus", "z-plus", "z-plus"});
  CHECK_FALSE(named_composite("best", 0, 0, layers()));
}

TEST_CASE("a composite in words names layers by kind, place and name, and the last word holds") {
  const auto of = [](const char* text) { return names(must(parse_composite(text, 0, layers()))); };
  CHECK(of("") == Names{"zero", "zero", "zero", "zero"});
  CHECK(of("all=flat, conv_2d=gamma 0.5") == Names{"gamma 0.5", "flat", "gamma 0.5", "flat"});
  CHECK(of("block/*=z-plus, last=epsilon 1") == Names{"zero", "z-plus", "z-plus", "epsilon 1"});
  CHECK(of("*po*=flat") == Names{"zero", "zero", "flat", "zero"});
  CHECK(of(" #2 = flat , #3-4=w-square ") == Names{"zero", "flat", "w-square", "w-square"});
  CHECK(of("first=z-box, all=flat") == Names{"flat", "flat", "flat", "flat"});
}

TEST_CASE("words that fit no layer, or ask for bounds where there are none, are refused") {
  const auto message = [](const char* text) {
    const auto composite = parse_composite(text, 0, layers());
    REQUIRE_FALSE(composite);
    CHECK(composite.error().code == ErrorCode::invalid_argument);
    return composite.error().message;
  };
  CHECK(message("flat").find("where=rule") != std::string::npos);
  CHECK(message("transpose_conv=flat").find("fits none of the 4 layers") != std::string::npos);
  CHECK(message("#9=flat").find("#9") != std::string::npos);
  CHECK(message("#1-=flat").find("#1-") != std::string::npos);
  CHECK(message("last=z-box").find("reads the picture") != std::string::npos);
  CHECK(message("all=magic").find("magic") != std::string::npos);
}
