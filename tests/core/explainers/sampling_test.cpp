#include "explainers/sampling.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "support/tiny_networks.h"

using namespace whybox;
using namespace whybox::testing;

TEST_CASE("a class that the network does not have is refused") {
  const auto network = network_of(gap_network(8, 8));
  const auto started = try_start("rise", *network, random_picture(8, 8), {.target = 3});
  REQUIRE_FALSE(started);
  CHECK(started.error().code == ErrorCode::out_of_range);
  CHECK(started.error().message == "rise: class 3: wanted an index 0 to 2");
}

TEST_CASE("a picture of another size than the network's input is refused") {
  const auto network = network_of(gap_network(8, 8));
  const auto started = try_start("lime", *network, random_picture(8, 9));
  REQUIRE_FALSE(started);
  CHECK(started.error().code == ErrorCode::shape_mismatch);
  CHECK(started.error().message == "lime: the picture is 8 x 9, the network's input 8 x 8");
}

TEST_CASE("an answer that is not a number is an error that names the sample") {
  const std::string method = GENERATE("occlusion", "rise", "lime");
  const auto network = network_of(overflowing_network(6, 6));
  const auto explanation = start(method, *network, {6, 6, std::vector<std::uint8_t>(108, 255)});
  const auto step = explanation->step();
  REQUIRE_FALSE(step);
  CHECK(step.error().code == ErrorCode::not_finite);
  CHECK(step.error().message.starts_with(method + ": the network's output for sample "));
  CHECK(step.error().message.ends_with(" is NaN, wanted a finite probability"));
}

TEST_CASE("samples are absorbed once each and in order, however they are batched") {
  struct Probe final : SamplingExplanation {
    Probe(Task task, int samples) : SamplingExplanation(std::move(task), "probe", samples) {}
    void compose(int sample, std::span<std::byte> example) override {
      composed.push_back(sample);
      encoder().encode(std::vector<float>(example.size() / 4, float(sample) / 100), example);
    }
    void absorb(int sample, float) override { absorbed.push_back(sample); }
    void refine() override { ++refined; }
    Heatmap heatmap() const override { return {}; }
    std::vector<int> composed, absorbed;
    int refined = 0;
  };
  const auto network = network_of(gap_network(8, 8));
  Probe probe({.network = *network, .image = random_picture(8, 8), .params = {}}, 37);
  int steps = 0;
  while (probe.progress() < 1) {
    REQUIRE(probe.step().has_value());
    ++steps;
  }
  std::vector<int> all(37);
  for (int i = 0; i < 37; ++i) all[std::size_t(i)] = i;
  CHECK(probe.composed == all);
  CHECK(probe.absorbed == all);
  CHECK(probe.refined == steps);
}
