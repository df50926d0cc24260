#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <print>
#include <vector>

#include "cli/image_file.h"
#include "cli/npy.h"
#include "cli/options.h"
#include "cli/overlay.h"

namespace whybox::cli {
namespace {

// Lets the picture be recognised under its map.
constexpr float kOverlayOpacity = 0.6f;

struct Options {
  InputOptions input;
  std::string method;
  std::string target;
  std::string versus;
  std::string unit;
  std::vector<std::string> params;
  std::vector<std::string> probe;
  std::string seed = "0";
  std::string out;
  std::string errors;
  std::string png;
  std::string segments;
  int seeds = 1;
  DisplayOptions display;
  int repeat = 1;
  bool full_passes = false;
  bool json = false;
};

struct Timings {
  double load, predict, explain;
};

/// A line on standard error that is rewritten while work goes on, where a person is watching.
class ProgressLine {
 public:
  explicit ProgressLine(std::string_view name) : name_(name), shown_(isatty(STDERR_FILENO) != 0) {}
  void show(double progress) const {
    if (shown_) std::print(stderr, "\r{} {:3.0f} %", name_, 100 * progress);
  }
  ~ProgressLine() {
    if (shown_) std::print(stderr, "\r\x1b[K");
  }

 private:
  std::string name_;
  bool shown_;
};

Result<int> parse_index(std::string_view text, std::string_view unit) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size())
    return fail(ErrorCode::invalid_argument, "--unit {}: got \"{}\", wanted LAYER:CHANNEL or LAYER:CHANNEL:ROW,COLUMN", unit, text);
  return value;
}

/// Read from the right, because names of layers have colons of their own ("conv:0").
Result<Unit> parse_unit(std::string_view text) {
  std::string_view rest = text;
  const auto last = [&rest](char mark) {
    const auto at = rest.rfind(mark);
    const auto piece = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
    rest = rest.substr(0, at == std::string_view::npos ? 0 : at);
    return piece;
  };
  Unit unit;
  if (const auto comma = text.rfind(','); comma != std::string_view::npos && text.find(':', comma) == std::string_view::npos) {
    Unit::Position at;
    WHYBOX_TRY(at.column, parse_index(last(','), text));
    WHYBOX_TRY(at.row, parse_index(last(':'), text));
    unit.position = at;
  }
  WHYBOX_TRY(unit.channel, parse_index(last(':'), text));
  unit.layer = rest;
  return unit;
}

Result<Target> find_target(Session& session, const Options& options) {
  if (!options.unit.empty()) {
    WHYBOX_TRY(Unit unit, parse_unit(options.unit));
    return Target(std::move(unit));
  }
  WHYBOX_TRY(Target target, session.find_class(options.target));
  if (!options.versus.empty()) {
    WHYBOX_TRY(target.versus, session.find_class(options.versus));
  }
  return target;
}

Result<void> set_probe(Session& session, const std::vector<std::string>& paths) {
  std::vector<Image> pictures;
  for (const std::string& path : paths) {
    WHYBOX_TRY(pictures.emplace_back(), read_image(path));
  }
  return session.set_probe(std::move(pictures));
}

/// A label image is there to be used: it need not be asked for twice.
Result<std::map<std::string, std::string>> all_params(const Options& options) {
  WHYBOX_TRY(auto params, parse_params(options.params));
  if (options.segments.empty()) return params;
  WHYBOX_TRY(const Method* method, find_method(options.method));
  if (std::ranges::find(method->params, "segmentation", &ParamSpec::id) == method->params.end())
    return fail(ErrorCode::invalid_argument, "--segments: method {} has no superpixels", method->id);
  params.emplace("segmentation", "own");
  return params;
}

Result<void> set_segments(Session& session, const std::string& path) {
  if (path.empty()) return {};
  WHYBOX_TRY(const Image drawn, read_image(path));
  if (auto set = session.set_segments(drawn); !set) return fail_in(path, set.error());
  return {};
}

/// The question again with the seeds that follow. Errors: those of Session::begin_runs and step_runs.
Result<void> explain_again(Session& session, const Options& options) {
  if (options.seeds < 2) return {};
  WHYBOX_CHECK(session.begin_runs(options.seeds));
  const ProgressLine line("run again");
  while (!session.runs()->finished()) {
    WHYBOX_CHECK(session.step_runs());
    line.show(session.runs_progress());
  }
  return {};
}

/// @returns milliseconds
Result<double> explain_once(Session& session, const Options& options, const Target& target) {
  WHYBOX_TRY(const auto params, all_params(options));
  WHYBOX_TRY(const std::uint64_t seed, parse_seed(options.seed));
  const Stopwatch explaining;
  WHYBOX_CHECK(session.start(options.method, target, params, seed));
  const ProgressLine line(options.method);
  while (!session.finished()) {
    WHYBOX_CHECK(session.step());
    if (session.explanation()) line.show(session.explanation()->progress());
  }
  WHYBOX_CHECK(session.heatmap());
  return explaining.milliseconds();
}

/// The median of all times but the first, which also builds what later ones find: the float twin and its kernels.
Result<double> explain(Session& session, const Options& options, const Target& target) {
  WHYBOX_TRY(const double first, explain_once(session, options, target));
  std::vector<double> times;
  for (int i = 1; i < options.repeat; ++i) {
    WHYBOX_TRY(times.emplace_back(), explain_once(session, options, target));
  }
  if (times.empty()) return first;
  const auto middle = times.begin() + std::ptrdiff_t(times.size() / 2);
  std::ranges::nth_element(times, middle);
  return *middle;
}

Result<void> write_outputs(const Session& session, const Heatmap& map, const Options& options, const Display& display) {
  if (!options.out.empty()) WHYBOX_CHECK(write_npy(options.out, map));
  if (!options.errors.empty()) {
    const auto errors = session.runs() ? std::optional(session.runs()->spread()) : session.errors();
    if (!errors)
      return fail(ErrorCode::invalid_argument, "--errors: method {} knows no standard errors of its map; --seeds tells how far seeds are apart", options.method);
    WHYBOX_CHECK(write_npy(options.errors, *errors));
  }
  if (!options.png.empty()) {
    const ShownMap shown = shown_map(map, session.map_kind(), display);
    WHYBOX_CHECK(write_png(options.png, overlay(session.image(), shown, kOverlayOpacity)));
  }
  return {};
}

Result<Json> answer(Session& session, const Heatmap& map, const Timings& timings) {
  Json json = describe_input(session);
  WHYBOX_TRY(const Json explanation, describe_explanation(session));
  json.update(explanation);
  json["timings_ms"] = {{"load", rounded_ms(timings.load)},
                        {"predict", rounded_ms(timings.predict)},
                        {"explain", rounded_ms(timings.explain)}};
  json["heatmap"] = describe(map);
  if (const auto errors = session.errors()) json["errors"] = describe(*errors);
  json["findings"] = describe(session.explanation()->findings());
  if (const auto layers = session.explanation()->layers(); !layers.empty()) json["layers"] = describe(layers);
  if (const auto* superpixels = session.explanation()->superpixels()) json["superpixels"] = describe(*superpixels);
  if (session.runs()) json["runs"] = describe(*session.runs());
  return json;
}

std::string class_in_words(const Json& target) {
  return std::format("\"{}\" (class {}, {:.1f} %)", target["label"].get<std::string>(), target["index"].get<int>(),
                     100 * target["probability"].get<double>());
}

std::string in_words(const Json& target) {
  if (target.contains("layer"))
    return std::format("channel {} of layer \"{}\" at row {}, column {}", target["channel"].get<int>(),
                       target["layer"].get<std::string>(), target["row"].get<int>(), target["column"].get<int>());
  return class_in_words(target) + (target.contains("versus") ? " rather than " + class_in_words(target["versus"]) : "");
}

void print_runs(const Json& runs) {
  if (runs["identical"].get<bool>()) return std::println("  another seed changes nothing: the method draws nothing at random");
  std::println("  {} seeds: two of them agree with a correlation of {:.3f}; a pixel's values spread by up to {:.4g}", runs["count"].get<int>(),
               runs["agreement"].get<double>(), runs["spread"]["max"].get<double>());
  if (runs.contains("superpixels"))
    std::println("  {} of {} superpixels change their sign from seed to seed", runs["superpixels"]["flips"].size(), runs["superpixels"]["mean"].size());
}

void print_text(const Json& json, std::string_view shown) {
  std::println("{} explains {} in {:.0f} ms", json["method"].get<std::string>(), in_words(json["target"]),
               json["timings_ms"]["explain"].get<double>());
  std::println("  map {:.4g} to {:.4g}, {}", json["heatmap"]["min"].get<double>(), json["heatmap"]["max"].get<double>(),
               json["unit"].get<std::string>());
  for (const Json& finding : json["findings"]) {
    const Json& value = finding["value"];  // null where it is not a finite number
    std::println("  {} {}", finding["label"].get<std::string>(),
                 value.is_number() ? std::format("{:.4g}", value.get<double>()) : "unknown");
  }
  if (json.contains("layers"))
    for (const Json& layer : json["layers"])
      std::println("  {:>12.5g} below {} \"{}\" ({})", layer["relevance"].get<double>(), layer["op"].get<std::string>(),
                   layer["name"].get<std::string>(), layer["rule"].get<std::string>());
  if (json.contains("superpixels")) std::println("  {} superpixels", json["superpixels"]["count"].get<int>());
  if (json.contains("runs")) print_runs(json["runs"]);
  if (!shown.empty()) std::println("  picture shows {}", shown);
}

Result<void> run(const Options& options) {
  WHYBOX_CHECK(find_method(options.method));
  WHYBOX_TRY(const Display display, parse_display(options.display));
  Timings timings{};
  const Stopwatch load;
  WHYBOX_TRY(Session session, open(options.input));
  timings.load = load.milliseconds();
  WHYBOX_CHECK(set_probe(session, options.probe));
  WHYBOX_CHECK(session.set_updates(!options.full_passes));
  WHYBOX_CHECK(set_segments(session, options.segments));
  WHYBOX_TRY(const Ranking ranking, session.predict());
  timings.predict = ranking.forward_ms;
  WHYBOX_TRY(const Target target, find_target(session, options));
  WHYBOX_TRY(timings.explain, explain(session, options, target));
  WHYBOX_CHECK(explain_again(session, options));
  WHYBOX_TRY(const Heatmap own, session.heatmap());
  const Heatmap map = session.runs() ? session.runs()->mean() : own;
  WHYBOX_CHECK(write_outputs(session, map, options, display));
  WHYBOX_TRY(Json json, answer(session, map, timings));
  const bool painted = !options.png.empty();
  if (painted) json["display"] = describe(display);
  if (options.json) {
    print_json(json);
  } else {
    print_text(json, painted ? in_words(display, session.map_kind()) : "");
  }
  return {};
}

}  // namespace

Command add_explain(CLI::App& root) {
  const auto options = std::make_shared<Options>();
  CLI::App* app = root.add_subcommand("explain", "show which parts of a picture speak for a class");
  add_input_options(*app, options->input);
  app->add_option("--method", options->method, "one of those that `whybox methods` lists")->required()->type_name("ID");
  app->add_option("--target", options->target, "class to explain, by index or label (default: the most probable)")
      ->type_name("CLASS");
  CLI::Option* versus = app->add_option("--versus", options->versus, "explains why the target and not this class")->type_name("CLASS");
  app->add_option("--unit", options->unit,
                  "explains one unit of a layer instead of a class; without a place, where it answers most strongly")
      ->type_name("LAYER:CHANNEL[:ROW,COLUMN]")
      ->excludes(versus)
      ->excludes("--target");
  app->add_option("--param", options->params, "a parameter of the method; may be given again")
      ->type_name("NAME=VALUE");
  app->add_option("--probe", options->probe,
                  "pictures such as the network usually sees, for methods with a probe set; may be given again")
      ->type_name("FILE");
  app->add_option("--seed", options->seed, "same seed, same map")->capture_default_str()->type_name("N");
  app->add_option("--seeds", options->seeds, "explains with so many seeds, from --seed on; map and picture are then the mean of all")
      ->check(CLI::Range(1, kMaxRuns))
      ->type_name("K");
  app->add_option("--segments", options->segments, "superpixels of your own: a PNG of the picture's proportions, one colour for each")->type_name("FILE.png");
  app->add_option("--errors", options->errors, "writes the map's standard errors; with --seeds its standard deviation over them")->type_name("FILE.npy");
  app->add_option("--out", options->out, "writes the map as float32 [H, W] of the picture's size")->type_name("FILE.npy");
  app->add_option("--png", options->png, "writes the map painted over the picture")->type_name("FILE.png");
  add_display_options(*app, options->display);
  app->add_option("--repeat", options->repeat, "explains so many times and tells the median time of all but the first")
      ->check(CLI::Range(1, 10000))
      ->type_name("N");
  app->add_flag("--full-passes", options->full_passes, "computes every picture whole, also where little changes from one to the next");
  app->add_flag("--json", options->json, "answer as JSON");
  return {app, [options] { return run(*options); }};
}

}  // namespace whybox::cli
