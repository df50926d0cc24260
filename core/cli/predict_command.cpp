#include <algorithm>
#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <print>
#include <string>
#include <vector>

#include "cli/options.h"

namespace whybox::cli {
namespace {

struct Options {
  InputOptions input;
  std::size_t top = 5;
  std::vector<std::string> outputs;
  bool json = false;
};

/// The answer, with the median time of several passes after a first one that also sizes buffers.
Result<Ranking> timed_prediction(Session& session) {
  WHYBOX_CHECK(session.predict());
  std::array<double, 3> times;
  Result<Ranking> ranking;
  for (double& time : times) {
    ranking = session.predict();
    if (!ranking) return ranking;
    time = ranking->forward_ms;
  }
  std::ranges::sort(times);
  ranking->forward_ms = rounded_ms(times[times.size() / 2]);
  return ranking;
}

void print_text(const Session& session, const Ranking& ranking, std::size_t top) {
  std::println("{}: {} classes, forward pass {:.1f} ms", session.network().model().name, ranking.classes.size(),
               ranking.forward_ms);
  constexpr int kBarLetters = 30;
  for (const ClassScore& score : std::span(ranking.classes).first(top)) {
    const auto letters = static_cast<std::size_t>(std::lround(kBarLetters * std::clamp(score.probability, 0.0f, 1.0f)));
    std::println("{:>6} {:<32} {:5.1f} %{}{}", score.index, score.label, 100 * score.probability, letters > 0 ? "  " : "",
                 std::string(letters, '#'));
  }
}

struct NamedOutput {
  std::string name;
  Tensor tensor;
};

Result<std::vector<NamedOutput>> read_outputs(Session& session, const std::vector<std::string>& names) {
  std::vector<NamedOutput> outputs;
  for (const std::string& name : names) {
    WHYBOX_TRY(Tensor tensor, session.output(name));
    outputs.push_back({name, std::move(tensor)});
  }
  return outputs;
}

void print_text(const NamedOutput& output) {
  constexpr std::size_t kMostTold = 64;  // of a map nobody reads the numbers
  const auto [low, high] = std::ranges::minmax(output.tensor.values);
  std::println("{} {}, {:.4g} to {:.4g}", output.name, to_string(output.tensor.shape), low, high);
  if (output.tensor.values.size() > kMostTold) return;
  for (const float value : output.tensor.values) std::print(" {:.4g}", value);
  std::println("");
}

Json describe(const std::vector<NamedOutput>& outputs) {
  Json json = Json::array();
  for (const auto& [name, tensor] : outputs) json.push_back({{"name", name}, {"shape", tensor.shape}, {"values", tensor.values}});
  return json;
}

Result<void> run(const Options& options) {
  WHYBOX_TRY(Session session, open(options.input));
  WHYBOX_TRY(const Ranking ranking, timed_prediction(session));
  WHYBOX_TRY(const auto outputs, read_outputs(session, options.outputs));
  const std::size_t top = std::min(options.top, ranking.classes.size());
  if (!options.json) {
    print_text(session, ranking, top);
    for (const NamedOutput& output : outputs) print_text(output);
    return {};
  }
  Json json = describe_input(session);
  json["head"] = to_string(session.network().classifier().scores().head);
  json["forward_ms"] = ranking.forward_ms;
  json["top"] = describe_top(ranking, top);
  if (!outputs.empty()) json["outputs"] = describe(outputs);
  print_json(json);
  return {};
}

}  // namespace

Command add_predict(CLI::App& root) {
  const auto options = std::make_shared<Options>();
  CLI::App* app = root.add_subcommand("predict", "name what is in a picture");
  add_input_options(*app, options->input);
  app->add_option("--top", options->top, "how many classes to tell")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'000'000))
      ->type_name("N");
  app->add_option("--output", options->outputs, "also tell a tensor of the network, by its name in the file; may be given more than once")
      ->type_name("NAME");
  app->add_flag("--json", options->json, "answer as JSON");
  return {app, [options] { return run(*options); }};
}

}  // namespace whybox::cli
