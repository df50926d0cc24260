#include "session/describe.h"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "tiny_model.h"

using namespace whybox;
using namespace whybox::testing;

namespace {

void check_default(const Json& param) {
  INFO(param.dump());
  const auto kind = param.at("kind").get<std::string>();
  const Json& value = param.at("default");
  if (kind == "integer" || kind == "real") {
    CHECK(value.is_number());
    CHECK(value >= param.at("min"));
    CHECK(value <= param.at("max"));
  } else if (kind == "boolean") {
    CHECK(value.is_boolean());
  } else if (kind == "choice") {
    const auto choices = param.at("choices").get<std::vector<std::string>>();
    CHECK(std::ranges::count(choices, value.get<std::string>()) == 1);
  } else {
    CHECK((kind == "layer" || kind == "text"));
    CHECK(value.is_string());
  }
}

}  // namespace

TEST_CASE("every method is described whole, once, with defaults in range") {
  const Json methods = describe_methods();
  std::set<std::string> ids;
  for (const Json& method : methods) {
    ids.insert(method.at("id").get<std::string>());
    for (const char* const key : {"name", "summary", "reference", "family", "unit"})
      CHECK_FALSE(method.at(key).get<std::string>().empty());
    CHECK((method.at("map") == "signed" || method.at("map") == "unsigned"));
    CHECK(method.at("needs").is_array());
    for (const Json& param : method.at("params")) check_default(param);
  }
  CHECK(ids.size() == methods.size());
  for (const char* const id : {"occlusion", "rise", "lime", "grad-cam"}) CHECK(ids.contains(id));
}

TEST_CASE("every kind of scene is described with its classes") {
  for (const Json& kind : describe_scene_kinds()) {
    CHECK(kind.at("classes").size() >= 2);
    for (const Json& param : kind.at("params")) check_default(param);
  }
}

TEST_CASE("bounds of whole-number parameters are whole numbers in JSON") {
  const ParamSpec spec{.id = "n", .label = "N", .help = "", .kind = ParamKind::integer, .default_value = "5", .min = 1, .max = 9};
  CHECK(to_text(describe(spec)) ==
        R"({"id":"n","label":"N","help":"","kind":"integer","default":5,"min":1,"max":9,"unit":""})");
}

TEST_CASE("a model is described by its graph") {
  Session session = colour_session();
  const Json model = describe_model(session);
  CHECK(model.at("name") == "colours.tflite");
  CHECK(to_text(model.at("input")) == R"({"height":8,"width":8,"channels":3,"type":"float32"})");
  CHECK(model.at("classes") == 3);
  CHECK(model.at("label_source") == "labels.txt");
  CHECK(model.at("head") == "softmax");
  CHECK(model.at("quantized") == false);
  // Convolution 3 * 3 + 3, dense 3 * 3 + 3.
  CHECK(model.at("parameters") == 24);
  // Convolution 8 * 8 * 3 * 3, dense 3 * 3.
  CHECK(model.at("multiply_adds") == 585);
  CHECK(model.at("operators") == 4);
  CHECK(model.at("default_layer") == "colours");
  CHECK(model.at("layers").at(0).at("spatial") == true);
}

TEST_CASE("a model without a spatial layer has no default layer") {
  TfliteBuilder b;
  const int image = b.input({1, 1, 1, 3});
  b.output(b.softmax(b.reshape(image, {1, 3})));
  Session session(1);
  REQUIRE(session.load_model(b.build(), "flat.tflite").has_value());
  CHECK(describe_model(session).at("default_layer").is_null());
}

TEST_CASE("floats keep the shortest text that reads back as the same float") {
  const ClassScore score{.index = 1, .label = "a", .probability = 0.1f, .logit = -2.5f};
  CHECK(to_text(describe(score)) == R"({"index":1,"label":"a","probability":0.1,"logit":-2.5})");
}

TEST_CASE("labels that are not UTF-8 still make valid JSON") {
  const ClassScore score{.index = 0, .label = "caf\xe9", .probability = 1, .logit = 0};
  const std::string text = to_text(describe(score));
  CHECK(Json::parse(text).at("label") == "caf\xef\xbf\xbd");
}

TEST_CASE("an explanation is described with every parameter's value and its seed as text") {
  Session session = colour_session();
  REQUIRE(session.set_image(two_colours(8, 8, kRed, kGreen)).has_value());
  REQUIRE(session.start("lime", 1, {{"samples", "32"}}, 18446744073709551615u).has_value());
  const auto json = describe_explanation(session);
  REQUIRE(json.has_value());
  CHECK(json->at("method") == "lime");
  CHECK(json->at("target").at("label") == "green");
  CHECK(json->at("params").at("samples") == 32);
  CHECK(json->at("params").size() == session.method()->params.size());
  CHECK(json->at("seed") == "18446744073709551615");
}

TEST_CASE("an explanation says how its map is to be read, also where a parameter decides it") {
  Session session = colour_session();
  REQUIRE(session.set_image(two_colours(8, 8, kRed, kGreen)).has_value());
  REQUIRE(session.start("gradient", 1, {}, 0).has_value());
  CHECK(describe_explanation(session)->at("map") == "unsigned");
  REQUIRE(session.start("gradient", 1, {{"channels", "signed-sum"}}, 0).has_value());
  CHECK(describe_explanation(session)->at("map") == "signed");
}

TEST_CASE("the first classes of a ranking are as many as asked for, and 0 asks for all") {
  Session session = colour_session();
  REQUIRE(session.set_image(two_colours(8, 8, kRed, kRed)).has_value());
  const auto ranking = session.predict();
  CHECK(describe_top(*ranking, 2).size() == 2);
  CHECK(describe_top(*ranking, 0).size() == 3);
  CHECK(describe_top(*ranking, 99).size() == 3);
}
