#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "support/tiny_networks.h"

using namespace whybox;
using namespace whybox::testing;
using Catch::Approx;

namespace {

enum class Tail { dense, two_dense, pointwise, none };

/// A convolution, average pooling over everything, and a tail.
std::vector<std::byte> pooled_network(Tail tail, Stride pooled) {
  TfliteBuilder b;
  const int image = b.input({1, 6, 8, 3});
  ConvAttributes a = TfliteBuilder::same_padding();
  a.activation = Activation::relu;
  int x = b.conv_2d(image, b.constant(Shape{4, 3, 3, 3}, random_values(108, 0.7f, 1)),
                    b.constant(Shape{4}, std::vector<float>(4, 0.1f)), a, {.name = "features"});
  x = b.average_pool_2d(x, {.padding = Padding::valid, .stride = {1, 1}, .filter = pooled}, {.name = "pooled"});
  if (tail == Tail::pointwise) x = b.conv_2d(x, b.constant(Shape{3, 1, 1, 4}, random_values(12, 3, 2)));
  const int count = pooled.height == 6 && pooled.width == 8 ? (tail == Tail::pointwise ? 3 : 4) : 4 * (7 - pooled.height) * (9 - pooled.width);
  x = b.reshape(x, {1, count});
  if (tail == Tail::two_dense) x = b.fully_connected(x, b.constant(Shape{4, 4}, random_values(16, 1, 3)), kNoTensor, Activation::none, {.name = "hidden"});
  if (tail == Tail::dense || tail == Tail::two_dense)
    x = b.fully_connected(x, b.constant(Shape{3, count}, random_values(std::size_t(3 * count), 3, 4)));
  b.output(b.softmax(x));
  return b.build();
}

void check_is_grad_cam(const std::vector<std::byte>& file, int classes) {
  const auto network = network_of(file);
  const Encoder& encoder = network->classifier().encoder();
  const Image image = random_picture(encoder.height(), encoder.width());
  const int positions = encoder.height() * encoder.width();
  for (int target = 0; target < classes; ++target) {
    const auto cam = explain("cam", *network, image, {.target = target})->heatmap().values;
    const auto grad_cam = explain("grad-cam", *network, image, {.target = target, .given = {{"layer", "features"}}})->heatmap().values;
    for (std::size_t i = 0; i < cam.size(); ++i) CHECK(cam[i] == Approx(positions * grad_cam[i]).epsilon(1e-5).margin(1e-6));
  }
}

void check_refused(const std::vector<std::byte>& file, std::string_view culprit) {
  const auto network = network_of(file);
  const Encoder& encoder = network->classifier().encoder();
  const auto started = try_start("cam", *network, random_picture(encoder.height(), encoder.width()));
  REQUIRE_FALSE(started);
  CHECK(started.error().code == ErrorCode::invalid_argument);
  CHECK(started.error().message == "cam: before its logits the network has " + std::string(culprit) +
                                       ", wanted global average pooling and at most one dense layer; grad-cam takes any network");
}

}  // namespace

TEST_CASE("CAM is Grad-CAM times the number of positions, on every form of a pooled head") {
  check_is_grad_cam(gap_network(9, 7), 3);
  check_is_grad_cam(pooled_network(Tail::dense, {6, 8}), 3);
  check_is_grad_cam(pooled_network(Tail::pointwise, {6, 8}), 3);
  check_is_grad_cam(pooled_network(Tail::none, {6, 8}), 4);
}

TEST_CASE("a head that is not global average pooling and one dense layer is refused with what was found") {
  check_refused(pooled_network(Tail::two_dense, {6, 8}), "FullyConnected \"hidden\"");
  check_refused(pooled_network(Tail::dense, {5, 8}), "AveragePool2D \"pooled\"");
  check_refused(linear_network(4, 4, 3, random_values(48, 1, 1)), "no pooling");
}
