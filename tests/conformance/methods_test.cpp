// What every method of the registry must hold to. A new method is covered by being in the registry; nothing here names one.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <format>
#include <set>
#include <string>
#include <vector>

#include "support/npz.h"
#include "support/tiny_networks.h"

using namespace whybox;
using namespace whybox::testing;

namespace {

std::filesystem::path source() { return WHYBOX_SOURCE_DIR; }

/// Little work, for methods whose parameters decide how much: these tests ask whether, not how well.
Given quick(const Method& method) {
  const Given little{{"samples", "40"}, {"permutations", "2"}, {"superpixels", "6"}, {"examples", "3"}, {"steps", "6"}, {"searches", "2"}};
  Given given;
  for (const ParamSpec& spec : method.params)
    if (const auto found = little.find(std::string(spec.id)); found != little.end()) given.insert(*found);
  return given;
}

bool well_formed(const Heatmap& map, const Image& image) {
  return map.height == image.height && map.width == image.width &&
         map.values.size() == std::size_t(image.height) * std::size_t(image.width) &&
         std::ranges::all_of(map.values, [](float value) { return std::isfinite(value); });
}

struct Place {
  std::string name;
  std::vector<std::byte> network;
  int height, width;
};

std::vector<Place> places() {
  return {
      {"a 20-pixel input", gap_network(20, 20), 20, 20},
      {"a wide input", gap_network(9, 33), 9, 33},
      {"a tall input", gap_network(40, 13), 40, 13},
      {"a grey network", gap_network(20, 24, 1), 20, 24},
      {"a 2-pixel input", gap_network(2, 2), 2, 2},
  };
}

/// Photo-like, noise, one grey, one colour, and grey levels.
std::vector<Image> pictures(int height, int width) {
  Image slope = random_picture(height, width), levels = slope, black = slope;
  for (std::size_t i = 0; i < slope.pixels.size(); ++i) {
    const auto x = i / 3 % std::size_t(width), y = i / 3 / std::size_t(width);
    slope.pixels[i] = std::uint8_t((x * 5 + y * 3 + i % 3 * 40) % 256);
    levels.pixels[i] = std::uint8_t((x * 7 + y * 11) % 256);
    black.pixels[i] = 0;
  }
  return {random_picture(height, width), slope, levels, black};
}

void refuse(const Method& method, const ParamSpec& spec, const std::string& value, ErrorCode code) {
  const auto params = resolve(method.params, {{std::string(spec.id), value}});
  INFO(spec.id << " = " << value);
  REQUIRE_FALSE(params);
  CHECK(params.error().code == code);
  CHECK(params.error().message.find(spec.id) != std::string::npos);
  CHECK(params.error().message.find(value) != std::string::npos);
}

/// "Authors year, arXiv:number" or "..., doi:number": where the number begins; npos when there is none.
std::size_t citation(std::string_view reference) { return std::min(reference.find("arXiv:"), reference.find("doi:")); }

bool is_number(const ParamSpec& spec) { return spec.kind == ParamKind::integer || spec.kind == ParamKind::real; }

}  // namespace

TEST_CASE("every method describes itself") {
  for (const Method* method : methods()) {
    INFO(method->id);
    CHECK_FALSE(method->id.empty());
    CHECK_FALSE(method->name.empty());
    CHECK(method->summary.ends_with('.'));
    CHECK(citation(method->reference) != std::string_view::npos);
    CHECK_FALSE(method->unit.empty());
    CHECK_FALSE(to_string(method->map).empty());
    CHECK_FALSE(to_string(method->family).empty());
    std::set<std::string_view> ids;
    for (const ParamSpec& spec : method->params) {
      INFO(spec.id);
      CHECK(ids.insert(spec.id).second);
      CHECK_FALSE(spec.label.empty());
      CHECK_FALSE(spec.help.empty());
      CHECK(spec.help.find('\n') == std::string_view::npos);
      CHECK(spec.choices.empty() == (spec.kind != ParamKind::choice));
      CHECK(is_number(spec) == (spec.min < spec.max));
    }
  }
}

TEST_CASE("every default is a value that its own parameter accepts") {
  for (const Method* method : methods()) {
    Given defaults;
    for (const ParamSpec& spec : method->params) defaults[std::string(spec.id)] = spec.default_value;
    const auto params = resolve(method->params, defaults);
    INFO(method->id << (params ? "" : ": " + params.error().message));
    REQUIRE(params.has_value());
    CHECK(params->all() == resolve(method->params, {})->all());
  }
}

TEST_CASE("values out of range, of the wrong kind and of unknown parameters are refused by name") {
  for (const Method* method : methods()) {
    INFO(method->id);
    for (const ParamSpec& spec : method->params) {
      if (is_number(spec)) {
        refuse(*method, spec, std::format("{}", spec.min - 1), ErrorCode::out_of_range);
        refuse(*method, spec, std::format("{}", spec.max + 1), ErrorCode::out_of_range);
        refuse(*method, spec, "many", ErrorCode::invalid_argument);
        refuse(*method, spec, "nan", ErrorCode::invalid_argument);
      }
      if (spec.kind == ParamKind::integer) refuse(*method, spec, std::format("{}", spec.min + 0.5), ErrorCode::invalid_argument);
      if (spec.kind == ParamKind::choice) refuse(*method, spec, "whatever", ErrorCode::invalid_argument);
      if (spec.kind == ParamKind::boolean) refuse(*method, spec, "perhaps", ErrorCode::invalid_argument);
    }
    const auto unknown = resolve(method->params, {{"no-such-thing", "1"}});
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().code == ErrorCode::invalid_argument);
    CHECK(unknown.error().message.find("no-such-thing") != std::string::npos);
  }
}

TEST_CASE("with its defaults every method gives a finite map of the input's size, on inputs of any shape") {
  for (const Place& place : places()) {
    const auto network = network_of(place.network);
    for (const Method* method : methods()) {
      INFO(method->id << " on " << place.name);
      const Image image = random_picture(place.height, place.width);
      CHECK(well_formed(explain(method->id, *network, image, {.target = 1})->heatmap(), image));
    }
  }
}

TEST_CASE("every method takes coloured, grey, flat and black pictures, and every class") {
  const auto network = network_of(gap_network(20, 26));
  for (const Method* method : methods())
    for (const Image& image : pictures(20, 26))
      for (int target = 0; target < 3; ++target) {
        INFO(method->id << ", class " << target);
        CHECK(well_formed(explain(method->id, *network, image, {.target = target, .given = quick(*method)})->heatmap(), image));
      }
}

TEST_CASE("every choice of every parameter works") {
  const auto network = network_of(gap_network(20, 26));
  const Image image = random_picture(20, 26);
  for (const Method* method : methods())
    for (const ParamSpec& spec : method->params)
      for (const auto choice : spec.choices) {
        INFO(method->id << ", " << spec.id << " = " << choice);
        Given given = quick(*method);
        given[std::string(spec.id)] = choice;
        const Question question{.given = given, .segmentation = grid_superpixels(20, 26, 6)};  // what "own" takes
        CHECK(well_formed(explain(method->id, *network, image, question)->heatmap(), image));
      }
}

TEST_CASE("every method explains quantised networks") {
  for (const auto* kind : {"int8", "uint8", "int8_uint8_io"}) {
    const auto file = test::read_file(source() / "tests/golden/operators/mobilenet_v1" / kind / "model.tflite");
    const auto network = network_of(file);
    const Encoder& encoder = network->classifier().encoder();
    const Image image = random_picture(encoder.height(), encoder.width());
    for (const Method* method : methods()) {
      INFO(method->id << " on " << kind);
      CHECK(well_formed(explain(method->id, *network, image, {.given = quick(*method)})->heatmap(), image));
    }
  }
}

TEST_CASE("the same seed gives the same bytes, on one thread as on two") {
  const auto one = network_of(gap_network(20, 26)), two = network_of(gap_network(20, 26), 2);
  const Image image = random_picture(20, 26);
  for (const Method* method : methods()) {
    INFO(method->id);
    const Question question{.target = 2, .given = quick(*method), .seed = 12345};
    const auto first = explain(method->id, *one, image, question)->heatmap().values;
    CHECK(explain(method->id, *one, image, question)->heatmap().values == first);
    CHECK(explain(method->id, *two, image, question)->heatmap().values == first);
  }
}

TEST_CASE("progress rises from 0 to 1, and there is a finite map after every step and before the first") {
  const auto network = network_of(gap_network(20, 26));
  const Image image = random_picture(20, 26);
  for (const Method* method : methods()) {
    INFO(method->id);
    const auto explanation = start(method->id, *network, image, {.given = quick(*method)});
    CHECK(explanation->progress() == 0);
    double before = -1;
    while (explanation->progress() < 1) {
      CHECK(well_formed(explanation->heatmap(), image));
      CHECK(explanation->progress() > before);
      before = explanation->progress();
      REQUIRE(explanation->step().has_value());
    }
    CHECK(explanation->progress() == 1);
    CHECK(well_formed(explanation->heatmap(), image));
    for (const Finding& finding : explanation->findings()) {
      CHECK_FALSE(finding.label.empty());
      CHECK(std::isfinite(finding.value));
    }
  }
}

TEST_CASE("an explanation can be dropped after any step, and the next one is none the worse") {
  const auto network = network_of(gap_network(20, 26));
  const Image image = random_picture(20, 26);
  for (const Method* method : methods()) {
    INFO(method->id);
    const Question question{.given = quick(*method)};
    const auto wanted = explain(method->id, *network, image, question)->heatmap().values;
    for (int steps = 0, ended = 0; !ended; ++steps) {
      const auto dropped = start(method->id, *network, image, question);
      for (int i = 0; i < steps && dropped->progress() < 1; ++i) REQUIRE(dropped->step().has_value());
      ended = dropped->progress() >= 1;
    }
    CHECK(explain(method->id, *network, image, question)->heatmap().values == wanted);
  }
}

TEST_CASE("explanations that take turns on one network do not disturb each other") {
  const auto network = network_of(gap_network(20, 26));
  const Image image = random_picture(20, 26), other = random_picture(20, 26, 99);
  for (const Method* method : methods())
    for (const Method* second : methods()) {
      INFO(method->id << " with " << second->id);
      const auto wanted = explain(method->id, *network, image, {.given = quick(*method)})->heatmap().values;
      const auto a = start(method->id, *network, image, {.given = quick(*method)});
      const auto b = start(second->id, *network, other, {.target = 1, .given = quick(*second)});
      while (a->progress() < 1) {
        if (b->progress() < 1) REQUIRE(b->step().has_value());
        REQUIRE(a->step().has_value());
      }
      CHECK(a->heatmap().values == wanted);
    }
}

TEST_CASE("a map that is to be read without signs has none") {
  const auto network = network_of(gap_network(20, 26));
  for (const Method* method : methods())
    for (int target = 0; target < 3; ++target) {
      INFO(method->id << ", class " << target);
      const auto explanation = explain(method->id, *network, random_picture(20, 26), {.target = target, .given = quick(*method)});
      CHECK(explanation->map_kind().value_or(method->map) == method->map);  // with the defaults, the method's own word
      if (method->map == MapKind::signed_map) continue;
      CHECK(std::ranges::all_of(explanation->heatmap().values, [](float value) { return value >= 0; }));
    }
}

TEST_CASE("superpixels, where a method has them, cover the picture and carry one weight each") {
  const auto network = network_of(gap_network(20, 26));
  const Image image = random_picture(20, 26);
  for (const Method* method : methods()) {
    INFO(method->id);
    const auto explanation = explain(method->id, *network, image, {.given = quick(*method)});
    const SuperpixelFindings* found = explanation->superpixels();
    if (!found) continue;
    const Segmentation& cut = found->segmentation;
    CHECK(cut.labels.size() == std::size_t(20 * 26));
    CHECK(std::ranges::all_of(cut.labels, [&](int label) { return label >= 0 && label < cut.count; }));
    CHECK(found->weights.size() == std::size_t(cut.count));
    CHECK((found->errors.empty() || found->errors.size() == found->weights.size()));
    CHECK(std::ranges::all_of(found->errors, [](float error) { return std::isfinite(error) && error >= 0; }));
    CHECK(validate(found->fill).has_value());
    CHECK((found->fill.height == 20 && found->fill.width == 26));
    CHECK(std::isfinite(found->intercept));
  }
}

TEST_CASE("every method has a page with a picture, that names its source and every parameter with its default") {
  for (const Method* method : methods()) {
    INFO(method->id);
    std::string page;
    for (const auto& line : test::read_lines(source() / "core/explainers" / std::format("{}.md", method->id))) page += line + "\n";
    // The page may set the names differently, not the number.
    const auto number = method->reference.substr(citation(method->reference));
    CHECK(page.find(number) != std::string::npos);
    for (const ParamSpec& spec : method->params) {
      INFO(spec.id);
      const auto shown = spec.default_value.empty() ? std::string_view("empty") : spec.default_value;
      CHECK(page.find(std::format("| `{}` | {} |", spec.id, shown)) != std::string::npos);
    }
    for (const auto* heading : {"## Parameters", "## Good for", "## How it fails", "## Cost"})
      CHECK(page.find(heading) != std::string::npos);
    const auto picture = std::format("pictures/{}.png", method->id);
    CHECK(page.find(std::format("({})", picture)) != std::string::npos);
    CHECK_FALSE(test::read_file(source() / "core/explainers" / picture).empty());
  }
}
