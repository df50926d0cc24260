// Methods that hand the score down through the network, share by share: layer-wise relevance propagation and deep Taylor
// decomposition, which is one of its composites.
#include <numeric>

#include "decomposition/relevance.h"
#include "explainers/channels.h"
#include "explainers/one_step.h"
#include "explainers/sampling.h"
#include "explainers/score_pass.h"

namespace whybox {
namespace {

constexpr std::string_view kLrp = "lrp", kDeepTaylor = "deep-taylor";
constexpr std::string_view kCustom = "custom";

using CompositeOf = Result<Composite> (*)(const Params& params, const std::vector<ProductLayer>& layers);

/// R^(0) of R^(L) = y at the target; its channels summed unless asked otherwise.
class RelevanceMap final : public OneStep {
 public:
  RelevanceMap(Task task, std::string_view method, Composite composite, std::vector<ProductLayer> products)
      : OneStep(std::move(task)),
        method_(method),
        composite_(std::move(composite)),
        products_(std::move(products)),
        view_(channel_view(task_.params)) {}

  std::optional<MapKind> map_kind() const override { return whybox::map_kind(view_); }
  std::span<const LayerRelevance> layers() const override { return layers_; }

 private:
  Result<void> compute() override {
    const Encoder& encoder = task_.network.classifier().encoder();
    WHYBOX_TRY(Reverse * reverse, task_.network.reverse());
    WHYBOX_TRY(const PixelBox box, PixelBox::create(*reverse, products_, encoder.normalize(flat(0)), encoder.normalize(flat(255))));
    WHYBOX_TRY(const ScorePass pass, ScorePass::run(task_.network, picture(), 1, task_.target, Reverse::Keep::everything));
    WHYBOX_TRY(const auto start, pass.shares());
    Relevance relevance(*reverse, composite_, box);
    WHYBOX_TRY(const Tensor result, relevance.propagate(pass.from(), start, reverse->graph().input));
    WHYBOX_CHECK(check_finite(result.values, method_, "the relevance of the picture"));
    WHYBOX_TRY(findings_, twin_findings(task_, pass.scores()[0]));
    note_conservation(pass.scores()[0], result.values);
    layers_ = relevance.layers();
    map_ = collapse(result.values, map_.height, map_.width, view_);
    return {};
  }

  Image flat(std::uint8_t value) const {
    return {task_.image.height, task_.image.width, std::vector<std::uint8_t>(task_.image.pixels.size(), value)};
  }

  void note_conservation(double score, std::span<const float> relevance) {
    const double sum = std::accumulate(relevance.begin(), relevance.end(), 0.0);
    findings_.push_back({"sum", "Sum of the relevance", sum});
    findings_.push_back({"conservation_gap", "Sum minus the score: what biases and rules have absorbed (below 0) or added", sum - score});
  }

  std::string_view method_;
  Composite composite_;
  std::vector<ProductLayer> products_;
  ChannelView view_;
  std::vector<LayerRelevance> layers_;
};

Result<std::unique_ptr<Explanation>> start(Task task, std::string_view id, CompositeOf composite_of) {
  WHYBOX_CHECK(check(task, id));
  WHYBOX_TRY(const Reverse* reverse, task.network.reverse());
  auto layers = product_layers(reverse->graph());
  auto composite = composite_of(task.params, layers);
  if (!composite) return fail_in(id, std::move(composite).error());
  return std::make_unique<RelevanceMap>(std::move(task), id, *std::move(composite), std::move(layers));
}

}  // namespace

const Method& lrp_method() {
  static const Method method{
      .id = kLrp,
      .name = "LRP",
      .summary = "Hands the score down layer by layer, each unit sharing what it got among those that made it.",
      .reference = "Bach et al. 2015, doi:10.1371/journal.pone.0130140",
      .family = Family::decomposition,
      .map = MapKind::signed_map,
      .unit = "logit",
      .needs = {.gradients = true},
      .params = {{.id = "composite",
                  .label = "Composite",
                  .help = "which rule each kind of layer shares by; custom: as \"rules\" says",
                  .kind = ParamKind::choice,
                  .default_value = "epsilon-plus-flat",
                  .choices = {"epsilon", "epsilon-plus-flat", "epsilon-gamma-box", "epsilon-alpha2-beta1-flat", kCustom}},
                 {.id = "epsilon",
                  .label = "Epsilon",
                  .help = "how much weak contributions are damped where the epsilon rule holds",
                  .kind = ParamKind::real,
                  .default_value = "1e-6",
                  .min = 0,
                  .max = 100},
                 {.id = "gamma",
                  .label = "Gamma",
                  .help = "how much epsilon-gamma-box favours what speaks for the output",
                  .kind = ParamKind::real,
                  .default_value = "0.25",
                  .min = 0,
                  .max = 100},
                 {.id = "rules",
                  .label = "Rules",
                  .help = "where=rule, ... for the custom composite; where: all, first, last, a kind of layer, #2, #2-5, or a name with *",
                  .kind = ParamKind::text,
                  .default_value = "conv_2d=gamma 0.25, first=z-box"},
                 channels_param("signed-sum")},
      .start =
          [](Task task) {
            return start(std::move(task), kLrp, [](const Params& params, const std::vector<ProductLayer>& layers) {
              if (params.text("composite") == kCustom) return parse_composite(params.text("rules"), params.real("epsilon"), layers);
              return named_composite(params.text("composite"), params.real("epsilon"), params.real("gamma"), layers);
            });
          },
  };
  return method;
}

const Method& deep_taylor_method() {
  static const Method method{
      .id = kDeepTaylor,
      .name = "Deep Taylor decomposition",
      .summary = "Hands the score down by what speaks for it alone, and at the picture by where pixels could have been.",
      .reference = "Montavon et al. 2017, arXiv:1512.02479",
      .family = Family::decomposition,
      .map = MapKind::signed_map,
      .unit = "logit",
      .needs = {.gradients = true},
      .params = {channels_param("signed-sum")},
      .start =
          [](Task task) {
            return start(std::move(task), kDeepTaylor, [](const Params&, const std::vector<ProductLayer>& layers) {
              return Result<Composite>(deep_taylor_composite(layers));
            });
          },
  };
  return method;
}

}  // namespace whybox
