// PatternNet and PatternAttribution: a probe set teaches the patterns, one picture a step; then comes one pass down.

#include "decomposition/patterns.h"
#include "explainers/cam_layer.h"
#include "explainers/channels.h"
#include "explainers/probe.h"
#include "explainers/sampling.h"

namespace whybox {
namespace {

constexpr std::string_view kPatternNet = "patternnet", kPatternAttribution = "pattern-attribution";

class PatternMap final : public Explanation {
 public:
  PatternMap(Task task, std::string_view method, bool times_weights, Patterns patterns)
      : task_(std::move(task)),
        method_(method),
        times_weights_(times_weights),
        patterns_(std::move(patterns)),
        view_(channel_view(task_.params)),
        map_(blank_map(task_.image)) {}

  Result<void> step() override { return patterns_.examples() < examples() ? learn() : explain(); }
  double progress() const override { return finished_ ? 1 : double(patterns_.examples()) / (examples() + 1); }
  Heatmap heatmap() const override { return map_; }
  std::vector<Finding> findings() const override { return findings_; }
  std::optional<MapKind> map_kind() const override { return whybox::map_kind(view_); }

 private:
  int examples() const { return task_.params.integer("examples"); }
  std::vector<float> normalized(const Image& image) const { return task_.network.classifier().encoder().normalize(image); }

  Result<void> learn() {
    WHYBOX_TRY(const Image picture, probe_picture(task_, patterns_.examples()));
    WHYBOX_TRY(Reverse * reverse, task_.network.reverse());
    WHYBOX_CHECK(reverse->forward(normalized(picture), 1));
    return patterns_.add(*reverse);
  }

  Result<void> explain() {
    WHYBOX_TRY(const ScorePass pass, ScorePass::run(task_.network, normalized(task_.image), 1, task_.target, Reverse::Keep::everything));
    WHYBOX_TRY(const auto start, pass.shares());
    WHYBOX_TRY(const Tensor signal, pattern_pass(pass.reverse(), patterns_, times_weights_, pass.from(), start, pass.graph().input));
    WHYBOX_CHECK(check_finite(signal.values, method_, "the signal at the picture"));
    WHYBOX_TRY(findings_, twin_findings(task_, pass.scores()[0]));
    findings_.push_back({"examples", "Pictures that the patterns were learnt from", double(patterns_.examples())});
    map_ = collapse(signal.values, map_.height, map_.width, view_);
    finished_ = true;
    return {};
  }

  Task task_;
  std::string_view method_;
  bool times_weights_;
  Patterns patterns_;
  ChannelView view_;
  Heatmap map_;
  std::vector<Finding> findings_;
  bool finished_ = false;
};

Result<std::unique_ptr<Explanation>> start(Task task, std::string_view id, bool times_weights) {
  WHYBOX_CHECK(check(task, id));
  WHYBOX_TRY(const Reverse* reverse, task.network.reverse());
  Patterns patterns(reverse->graph());
  return std::make_unique<PatternMap>(std::move(task), id, times_weights, std::move(patterns));
}

ParamSpec examples_param() {
  return {.id = "examples",
          .label = "Examples",
          .help = "how many pictures of the probe set the patterns are learnt from",
          .kind = ParamKind::integer,
          .default_value = "32",
          .min = 2,
          .max = 10000};
}

}  // namespace

const Method& patternnet_method() {
  static const Method method{
      .id = kPatternNet,
      .name = "PatternNet",
      .summary = "Shows the signal in the picture that the class's units answer to, without what they only cancel.",
      .reference = "Kindermans et al. 2018, arXiv:1705.05598",
      .family = Family::decomposition,
      .map = MapKind::signed_map,
      .unit = "normalised input",
      .needs = {.gradients = true},
      .params = {examples_param(), probe_param(), channels_param("signed-sum")},
      .start = [](Task task) { return start(std::move(task), kPatternNet, false); },
  };
  return method;
}

const Method& pattern_attribution_method() {
  static const Method method{
      .id = kPatternAttribution,
      .name = "PatternAttribution",
      .summary = "How much each part of that signal gives to the score.",
      .reference = "Kindermans et al. 2018, arXiv:1705.05598",
      .family = Family::decomposition,
      .map = MapKind::signed_map,
      .unit = "logit",
      .needs = {.gradients = true},
      .params = {examples_param(), probe_param(), channels_param("signed-sum")},
      .start = [](Task task) { return start(std::move(task), kPatternAttribution, true); },
  };
  return method;
}

}  // namespace whybox
