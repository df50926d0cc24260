// Methods against what Captum, Zennit and pytorch-grad-cam say about the same networks (tests/golden/make_oracles.py).
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <format>
#include <numeric>
#include <ranges>
#include <sstream>

#include "explainers/cam_layer.h"
#include "support/golden.h"
#include "support/tiny_networks.h"

using namespace whybox;
using namespace whybox::testing;

namespace {

/// Of the map's largest value: float32 sums against float64 ones, through up to twenty layers. The pictures were chosen so that the
/// libraries' own float32 answers are as near.
constexpr double kTolerance = 1e-4;
/// Attributions of large pictures were kept for every fourth row and column.
constexpr int kStride = 4;

using Vectors = std::map<std::string, test::Array>;

std::vector<Image> pictures_of(const test::Array& array) {
  const bool many = array.shape.size() == 4;
  const int height = array.shape[many ? 1 : 0], width = array.shape[many ? 2 : 1];
  const auto bytes = array.as<std::uint8_t>();
  const std::size_t size = std::size_t(height) * std::size_t(width) * 3;
  std::vector<Image> images;
  for (std::size_t at = 0; at < bytes.size(); at += size)
    images.push_back({height, width, {bytes.begin() + std::ptrdiff_t(at), bytes.begin() + std::ptrdiff_t(at + size)}});
  return images;
}

/// What `target` and, in a key, "versus" and "unit=channel,row,column,layer" ask about.
Target target_of(const Vectors& vectors) { return int(vectors.at("target").as<float>()[0]); }
Target difference_of(const Vectors& vectors) {
  return {int(vectors.at("target").as<float>()[0]), int(vectors.at("target").as<float>()[1])};
}
Target unit_of(const std::string& text) {
  std::istringstream in(text);
  Unit unit;
  Unit::Position position;
  char comma;
  in >> unit.channel >> comma >> position.row >> comma >> position.column >> comma;
  std::getline(in, unit.layer);
  unit.position = position;
  return Target(unit);
}

/// A rule of a key as the method's parameter: "epsilon:0.1" is "epsilon 0.1".
std::string rule_text(std::string text) {
  std::ranges::replace(text, ':', ' ');
  return text;
}

struct Asked {
  std::string method;
  Question question;
};

/// "method|name=value|...", the name of an array without its folder.
Asked parse(std::string_view key, const Vectors& vectors) {
  Asked asked{.method = {}, .question = {.target = target_of(vectors)}};
  for (const auto piece : key | std::views::split('|')) {
    const std::string text(piece.begin(), piece.end());
    const auto mark = text.find('=');
    const std::string name = text.substr(0, mark), value = mark == text.npos ? "" : text.substr(mark + 1);
    Given& given = asked.question.given;
    if (asked.method.empty())
      asked.method = text;
    else if (name == "versus")
      asked.question.target = difference_of(vectors);
    else if (name == "unit")
      asked.question.target = unit_of(value);
    else if (name == "rule")
      given["composite"] = "custom", given["rules"] = "all=" + rule_text(value);
    else if (name == "first")
      given["rules"] += ", first=" + rule_text(value);
    else
      given[name] = value;
  }
  if (vectors.contains("probe")) asked.question.probe = pictures_of(vectors.at("probe"));
  return asked;
}

/// A pixel's channels taken together.
float collapsed(std::span<const float> channels, const std::string& view) {
  if (view == "signed-sum") return std::accumulate(channels.begin(), channels.end(), 0.0f);
  float largest = 0, sum = 0;
  for (const float value : channels) largest = std::max(largest, std::abs(value)), sum += std::abs(value);
  return view == "max-abs" ? largest : sum;
}

/// The views of a method's map; those that square have no signs.
std::vector<std::string> views_of(const std::string& method) {
  const Method* found = must(find_method(method));
  const auto spec = std::ranges::find(found->params, "channels", &ParamSpec::id);
  REQUIRE(spec != found->params.end());
  return {spec->choices.begin(), spec->choices.end()};
}

std::vector<float> every(int stride, const Heatmap& map) {
  std::vector<float> values;
  for (int y = 0; y < map.height; y += stride)
    for (int x = 0; x < map.width; x += stride) values.push_back(map.values[std::size_t(y) * std::size_t(map.width) + std::size_t(x)]);
  return values;
}

void check_near(std::string_view what, std::span<const float> got, std::span<const float> wanted) {
  const auto found = test::distance(got, wanted);
  const double largest = test::magnitude(wanted);
  INFO(std::format("{}: differs by {} at {}, largest {}: {}", what, found.largest, found.at, largest, found.largest / largest));
  CHECK(found.largest <= kTolerance * largest);
}

void check_attribution(const std::string& key, Network& network, const Image& image, const Vectors& vectors) {
  const test::Array& oracle = vectors.at("attribution/" + key);
  const auto [method, question] = parse(key, vectors);
  const auto channels = oracle.as<float>();
  const std::size_t depth = std::size_t(oracle.shape[2]);
  for (const std::string& view : views_of(method)) {
    Question asked = question;
    asked.given["channels"] = view;
    const Heatmap map = explain(method, network, image, asked)->heatmap();
    std::vector<float> wanted;
    for (std::size_t at = 0; at < channels.size(); at += depth) wanted.push_back(collapsed(channels.subspan(at, depth), view));
    check_near(key + ", " + view, every(map.height == oracle.shape[0] ? 1 : kStride, map), wanted);
    const auto sum = vectors.find("sum/" + key);
    if (sum == vectors.end() || view != "signed-sum") continue;
    const double got = std::accumulate(map.values.begin(), map.values.end(), 0.0), total = sum->second.as<float>()[0];
    INFO(std::format("{}: the sum is {}, wanted {}", key, got, total));
    CHECK(std::abs(got - total) <= kTolerance * std::max(std::abs(total), test::magnitude(wanted)));
  }
}

void check_cam(const std::string& key, Network& network, const Image& image, const Vectors& vectors) {
  const test::Array& oracle = vectors.at("cam/" + key);
  const auto values = oracle.as<float>();
  const auto [method, question] = parse(key, vectors);
  const Heatmap coarse{oracle.shape[0], oracle.shape[1], {values.begin(), values.end()}};
  const Heatmap map = explain(method, network, image, question)->heatmap();
  check_near(key, map.values, resize(coarse, image.height, image.width).values);
}

std::filesystem::path model_of(const Vectors& vectors) {
  const auto bytes = vectors.at("model").as<char>();
  return test::golden_folder().parent_path().parent_path() / std::string(bytes.begin(), bytes.end());
}

}  // namespace

TEST_CASE("maps are those of Captum, Zennit and pytorch-grad-cam") {
  const auto folder = test::golden_folder() / "oracles";
  for (const std::string& name : test::read_lines(folder / "cases.txt")) {
    DYNAMIC_SECTION(name) {
      const Vectors vectors = test::read_npz(folder / (name + ".npz"));
      const auto network = network_of(test::read_file(model_of(vectors)));
      const Normalization plain{.mean = {127.5f, 127.5f, 127.5f}, .std = {127.5f, 127.5f, 127.5f}, .source = "golden"};
      REQUIRE(network->classifier().set_normalization(plain).has_value());
      const Image image = pictures_of(vectors.at("image"))[0];
      for (const auto& [key, array] : vectors) {
        if (key.starts_with("attribution/")) check_attribution(key.substr(12), *network, image, vectors);
        if (key.starts_with("cam/")) check_cam(key.substr(4), *network, image, vectors);
      }
    }
  }
}
