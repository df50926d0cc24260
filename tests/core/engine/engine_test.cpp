#include "engine/engine.h"

#include <catch2/catch_test_macros.hpp>
#include <cstring>

#include "engine/classifier.h"
#include "support/tiny_networks.h"

using namespace whybox;
using namespace whybox::testing;

namespace {

/// A residual network with three scores on [1, 12, 10, 3].
std::vector<std::byte> residual_network() {
  TfliteBuilder b;
  const int x = b.input({1, 12, 10, 3});
  const int stem = b.conv_2d(x, b.constant(Shape{8, 3, 3, 3}, random_values(216, 0.5f, 1)), kNoTensor, TfliteBuilder::same_padding(), {.name = "stem"});
  const int branch = b.relu(b.conv_2d(stem, b.constant(Shape{8, 3, 3, 8}, random_values(576, 0.3f, 2))), {.name = "branch"});
  const int sum = b.add(stem, branch, Activation::relu, {.name = "sum"});
  b.output(b.softmax(b.fully_connected(b.mean(sum, {1, 2}), b.constant(Shape{3, 8}, random_values(24, 1, 3)))));
  return b.build();
}

/// On [1, 8, 8, 4] in 8 bits: resizing works in scratch memory as large as what comes later.
std::vector<std::byte> network_with_workspaces() {
  TfliteBuilder b;
  const int x = b.input({1, 8, 8, 4}, ElementType::i8, quant(0.02f, 0));
  const int large = b.resize_bilinear(x, {.height = 16, .width = 16});
  const int weights = b.constant(Shape{4, 3, 3, 4}, std::vector<std::int8_t>(144, 3), quant(0.01f, 0));
  b.output(b.conv_2d(b.conv_2d(large, weights), weights));
  return b.build();
}

std::shared_ptr<const Graph> graph_of(const std::vector<std::byte>& file) {
  const auto network = std::make_shared<ModelBundle>(must(read_model(file, "test")));
  return {network, &network->graph};
}

Engine engine_of(const std::shared_ptr<const Graph>& graph, int threads = 1) {
  return must(Engine::create(graph, std::make_shared<ThreadPool>(threads)));
}

void write(Engine& engine, int index, const std::vector<float>& values) {
  REQUIRE(engine.input(index).size() == values.size() * sizeof(float));
  std::memcpy(engine.input(index).data(), values.data(), values.size() * sizeof(float));
}

TensorId named(const Graph& graph, std::string_view name) {
  for (std::size_t i = 0; i < graph.tensors.size(); ++i)
    if (graph.tensors[i].name == name) return static_cast<TensorId>(i);
  FAIL("no tensor " << name);
  return kNoTensor;
}

std::vector<float> picture(std::uint64_t seed) { return random_values(12 * 10 * 3, 1, seed); }

}  // namespace

TEST_CASE("a batch gives what its examples give one by one") {
  const auto graph = graph_of(residual_network());
  Engine engine = engine_of(graph);
  REQUIRE(engine.plan(5).has_value());
  for (int i = 0; i < 5; ++i) write(engine, i, picture(std::uint64_t(i)));
  REQUIRE(engine.run().has_value());
  const auto together = must(engine.read(graph->outputs[0])).values;
  REQUIRE(engine.plan(1).has_value());
  for (int i = 0; i < 5; ++i) {
    write(engine, 0, picture(std::uint64_t(i)));
    REQUIRE(engine.run().has_value());
    const auto alone = must(engine.read(graph->outputs[0])).values;
    for (std::size_t c = 0; c < 3; ++c)
      // A kernel for more rows at once may add in another order.
      CHECK(std::abs(alone[c] - together[std::size_t(i) * 3 + c]) < 1e-6f);
  }
}

TEST_CASE("two threads give the same bytes as one") {
  const auto graph = graph_of(residual_network());
  std::vector<std::vector<float>> answers;
  for (const int threads : {1, 2}) {
    Engine engine = engine_of(graph, threads);
    REQUIRE(engine.plan(4).has_value());
    for (int i = 0; i < 4; ++i) write(engine, i, picture(std::uint64_t(i)));
    REQUIRE(engine.run().has_value());
    answers.push_back(must(engine.read(graph->outputs[0])).values);
  }
  CHECK(answers[0] == answers[1]);
}

TEST_CASE("a tapped activation outlives the nodes that come after it") {
  const auto graph = graph_of(residual_network());
  Engine engine = engine_of(graph);
  const TensorId branch = named(*graph, "branch");
  REQUIRE(engine.plan(1, {.taps = {branch}}).has_value());
  write(engine, 0, picture(1));
  REQUIRE(engine.run().has_value());
  const auto tapped = must(engine.read(branch));
  CHECK(tapped.shape == Shape{1, 12, 10, 8});
  REQUIRE(engine.plan(1, {.everything = true}).has_value());
  write(engine, 0, picture(1));
  REQUIRE(engine.run().has_value());
  CHECK(must(engine.read(branch)).values == tapped.values);
}

TEST_CASE("an activation that was not retained is refused, not read") {
  const auto graph = graph_of(residual_network());
  Engine engine = engine_of(graph);
  REQUIRE(engine.plan(1).has_value());
  REQUIRE(engine.run().has_value());
  const auto read = engine.read(named(*graph, "branch"));
  REQUIRE(!read.has_value());
  CHECK(read.error().message == "activation \"branch\" was not retained by the plan");
}

TEST_CASE("resuming with an activation's own values changes nothing, with zeros it removes the branch") {
  const auto graph = graph_of(residual_network());
  Engine engine = engine_of(graph);
  const TensorId branch = named(*graph, "branch"), stem = named(*graph, "stem"), sum = named(*graph, "sum");
  REQUIRE(engine.plan(1, {.everything = true}).has_value());
  write(engine, 0, picture(2));
  REQUIRE(engine.run().has_value());
  const auto before = must(engine.read(graph->outputs[0])).values;
  const auto values = must(engine.read(branch)).values;
  REQUIRE(engine.run_after(branch, values).has_value());
  CHECK(must(engine.read(graph->outputs[0])).values == before);

  REQUIRE(engine.run_after(branch, std::vector<float>(values.size(), 0.0f)).has_value());
  const auto skip = must(engine.read(stem)).values, added = must(engine.read(sum)).values;
  for (std::size_t i = 0; i < skip.size(); ++i) REQUIRE(added[i] == std::max(skip[i], 0.0f));
}

TEST_CASE("a node that runs again leaves what was kept of the others as it is") {
  const auto graph = graph_of(network_with_workspaces());
  Engine engine = engine_of(graph);
  REQUIRE(engine.plan(1, {.everything = true}).has_value());
  for (std::size_t i = 0; i < engine.input(0).size(); ++i) engine.input(0)[i] = static_cast<std::byte>(i * 37);
  REQUIRE(engine.run().has_value());
  const auto activations = [&] {
    std::vector<std::vector<std::byte>> all;
    for (std::size_t t = 0; t < graph->tensors.size(); ++t) {
      const auto bytes = engine.activation(static_cast<TensorId>(t));
      all.emplace_back(bytes.begin(), bytes.end());
    }
    return all;
  };
  const auto before = activations();
  for (std::size_t step = 0; step < graph->nodes.size(); ++step) {
    REQUIRE(engine.run_node(step).has_value());
    CHECK(activations() == before);
  }
}

TEST_CASE("resuming needs a plan that kept everything, and values that fit") {
  const auto graph = graph_of(residual_network());
  Engine engine = engine_of(graph);
  REQUIRE(engine.plan(1).has_value());
  CHECK(!engine.run_after(named(*graph, "branch"), {}).has_value());
  REQUIRE(engine.plan(1, {.everything = true}).has_value());
  const auto wrong = engine.run_after(named(*graph, "branch"), std::vector<float>(7));
  REQUIRE(!wrong.has_value());
  CHECK(wrong.error().code == ErrorCode::shape_mismatch);
  CHECK(wrong.error().message == "activation \"branch\": got 7 values, wanted 960");
}

TEST_CASE("a batch of 0 or of a million is refused") {
  Engine engine = engine_of(graph_of(residual_network()));
  for (const int batch : {0, -1, 1'000'000}) {
    const auto planned = engine.plan(batch);
    REQUIRE(!planned.has_value());
    CHECK(planned.error().code == ErrorCode::out_of_range);
  }
}

TEST_CASE("multiply-adds are counted as the layers define them") {
  const Engine engine = engine_of(graph_of(residual_network()));
  CHECK(engine.multiply_adds() == 12 * 10 * 8 * (3 * 3 * 3) + 12 * 10 * 8 * (3 * 3 * 8) + 3 * 8);
}

TEST_CASE("scores are found before softmax, before sigmoid, and where there is neither") {
  const auto head = [](const std::function<int(TfliteBuilder&, int)>& end) {
    TfliteBuilder b;
    const int x = b.input({1, 4, 4, 3});
    const int logits = b.fully_connected(b.mean(x, {1, 2}), b.constant(Shape{5, 3}, random_values(15, 1, 9)), kNoTensor, Activation::none, {.name = "logits"});
    b.output(end(b, logits));
    Graph graph = must(read_tflite(b.build()));
    const auto place = must(find_scores(graph));
    CHECK(graph.tensor(place.logits).name == "logits");
    CHECK(place.classes == 5);
    return place.head;
  };
  CHECK(head([](TfliteBuilder& b, int y) { return b.softmax(y); }) == Head::softmax);
  CHECK(head([](TfliteBuilder& b, int y) { return b.reshape(b.softmax(y), {1, 5}); }) == Head::softmax);
  CHECK(head([](TfliteBuilder& b, int y) { return b.logistic(y); }) == Head::logistic);
  CHECK(head([](TfliteBuilder&, int y) { return y; }) == Head::logits);
}

TEST_CASE("a network whose output is a picture is no classifier") {
  TfliteBuilder b;
  b.output(b.relu(b.input({1, 4, 4, 3})));
  Graph graph = must(read_tflite(b.build()));
  const auto place = find_scores(graph);
  REQUIRE(!place.has_value());
  CHECK(place.error().message.find("wanted one score per class [1, C]") != std::string::npos);
}

TEST_CASE("probabilities of many pictures are those of each, whatever the batch") {
  const auto network = network_of(residual_network());
  Classifier& classifier = network->classifier();
  const int count = 2 * classifier.preferred_batch() + 3;
  std::vector<float> scores(static_cast<std::size_t>(count));
  const auto compose = [&](int i, std::span<std::byte> example) {
    const auto values = picture(std::uint64_t(i));
    std::memcpy(example.data(), values.data(), example.size());
  };
  REQUIRE(classifier.probabilities(count, 1, compose, scores).has_value());
  for (int i = 0; i < count; i += 5) {
    std::vector<float> one(1);
    REQUIRE(classifier.probabilities(1, 1, [&](int, auto example) { compose(i, example); }, one).has_value());
    CHECK(std::abs(one[0] - scores[static_cast<std::size_t>(i)]) < 1e-6f);
  }
  const auto wrong = classifier.probabilities(1, 3, compose, scores);
  REQUIRE(!wrong.has_value());
  CHECK(wrong.error().message == "class 3 of a network with 3");
}
