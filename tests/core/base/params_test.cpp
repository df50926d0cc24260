#include "base/params.h"

#include <array>
#include <catch2/catch_test_macros.hpp>

using namespace whybox;

namespace {

const std::array kSpecs{
    ParamSpec{.id = "samples", .label = "", .help = "", .kind = ParamKind::integer, .default_value = "500", .min = 10, .max = 5000},
    ParamSpec{.id = "keep", .label = "", .help = "", .kind = ParamKind::real, .default_value = "0.5", .min = 0, .max = 1},
    ParamSpec{.id = "grid", .label = "", .help = "", .kind = ParamKind::choice, .default_value = "slic", .choices = {"slic", "grid"}},
    ParamSpec{.id = "signed", .label = "", .help = "", .kind = ParamKind::boolean, .default_value = "false"},
    ParamSpec{.id = "layer", .label = "", .help = "", .kind = ParamKind::layer, .default_value = ""},
};

Error error_of(const std::map<std::string, std::string>& given) {
  const auto params = resolve(kSpecs, given);
  REQUIRE_FALSE(params);
  return params.error();
}

}  // namespace

TEST_CASE("parameters that are not given have their defaults") {
  const auto params = resolve(kSpecs, {});
  REQUIRE(params);
  CHECK(params->integer("samples") == 500);
  CHECK(params->real("keep") == 0.5f);
  CHECK(params->text("grid") == "slic");
  CHECK_FALSE(params->boolean("signed"));
  CHECK(params->text("layer").empty());
  CHECK(params->all().size() == kSpecs.size());
}

TEST_CASE("given values replace defaults, bounds included") {
  const auto params = resolve(kSpecs, {{"samples", "5000"}, {"keep", "0"}, {"grid", "grid"}, {"signed", "true"}, {"layer", "x"}});
  REQUIRE(params);
  CHECK(params->integer("samples") == 5000);
  CHECK(params->real("keep") == 0.0f);
  CHECK(params->text("grid") == "grid");
  CHECK(params->boolean("signed"));
  CHECK(params->text("layer") == "x");
}

TEST_CASE("an unknown parameter is refused and the known ones are named") {
  const Error error = error_of({{"sample", "5"}});
  CHECK(error.code == ErrorCode::invalid_argument);
  CHECK(error.message == "unknown parameter \"sample\"; this method has: samples, keep, grid, signed, layer");
}

TEST_CASE("a value outside its range is refused with the range") {
  const Error error = error_of({{"samples", "9"}});
  CHECK(error.code == ErrorCode::out_of_range);
  CHECK(error.message == "parameter samples: got 9, wanted 10 to 5000");
  CHECK(error_of({{"keep", "1.001"}}).code == ErrorCode::out_of_range);
}

TEST_CASE("what is no number is refused") {
  for (const char* text : {"", "five", "5x", "nan", "inf", " "}) {
    CAPTURE(text);
    CHECK(error_of({{"keep", text}}).code == ErrorCode::invalid_argument);
  }
}

TEST_CASE("a fraction is refused where a whole number is wanted") {
  CHECK(error_of({{"samples", "10.5"}}).message == "parameter samples: got 10.5, wanted a whole number");
}

TEST_CASE("an unknown choice is refused and the choices are named") {
  CHECK(error_of({{"grid", "hexagons"}}).message == "parameter grid: got \"hexagons\", wanted one of slic, grid");
}

TEST_CASE("a boolean is true or false and nothing else") {
  CHECK(error_of({{"signed", "1"}}).message == "parameter signed: got \"1\", wanted true or false");
}
