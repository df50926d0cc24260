// Methods of one forward and one backward pass; they differ in what rectifiers let back through, and in a factor.
#include <algorithm>

#include "explainers/gradient_sampling.h"
#include "explainers/sampling.h"

namespace whybox {
namespace {

class OnePass final : public GradientSampling {
 public:
  OnePass(Task task, std::string_view method, ReluRule rule, bool times_input)
      : GradientSampling(std::move(task), method, 1, rule), times_input_(times_input), attribution_(picture().size()) {}

 private:
  void absorb(int, std::span<const float> gradient, double) override {
    attribution_.assign(gradient.begin(), gradient.end());
    if (times_input_) std::ranges::transform(attribution_, picture(), attribution_.begin(), std::multiplies{});
  }
  std::vector<float> attribution() const override { return attribution_; }

  bool times_input_;
  std::vector<float> attribution_;
};

Result<std::unique_ptr<Explanation>> start(Task task, std::string_view id, ReluRule rule, bool times_input = false) {
  WHYBOX_CHECK(check(task, id));
  return std::make_unique<OnePass>(std::move(task), id, rule, times_input);
}

}  // namespace

const Method& gradient_method() {
  static const Method method{
      .id = "gradient",
      .name = "Gradient",
      .summary = "Shows how much the class's score would change if a pixel changed a little.",
      .reference = "Simonyan, Vedaldi & Zisserman 2014, arXiv:1312.6034",
      .family = Family::gradient,
      .map = MapKind::unsigned_map,
      .unit = "logit per unit of normalised input",
      .needs = {.gradients = true},
      .params = {channels_param("max-abs")},
      .start = [](Task task) { return start(std::move(task), "gradient", ReluRule::gradient); },
  };
  return method;
}

const Method& input_x_gradient_method() {
  static const Method method{
      .id = "input-x-gradient",
      .name = "Input × gradient",
      .summary = "Multiplies each pixel by its gradient: its share of the score, were the network linear.",
      .reference = "Shrikumar et al. 2016, arXiv:1605.01713",
      .family = Family::gradient,
      .map = MapKind::signed_map,
      .unit = "logit",
      .needs = {.gradients = true},
      .params = {channels_param("signed-sum")},
      .start = [](Task task) { return start(std::move(task), "input-x-gradient", ReluRule::gradient, true); },
  };
  return method;
}

const Method& deconvnet_method() {
  static const Method method{
      .id = "deconvnet",
      .name = "Deconvnet",
      .summary = "Sends the score back through the network, cutting off what is negative at every rectifier.",
      .reference = "Zeiler & Fergus 2014, arXiv:1311.2901",
      .family = Family::gradient,
      .map = MapKind::unsigned_map,
      .unit = "logit per unit of normalised input, rectified on the way",
      .needs = {.gradients = true},
      .params = {channels_param("max-abs")},
      .start = [](Task task) { return start(std::move(task), "deconvnet", ReluRule::deconvnet); },
  };
  return method;
}

const Method& guided_backprop_method() {
  static const Method method{
      .id = "guided-backprop",
      .name = "Guided backpropagation",
      .summary = "A gradient that at every rectifier passes only what is positive and was active.",
      .reference = "Springenberg et al. 2015, arXiv:1412.6806",
      .family = Family::gradient,
      .map = MapKind::unsigned_map,
      .unit = "logit per unit of normalised input, rectified on the way",
      .needs = {.gradients = true},
      .params = {channels_param("max-abs")},
      .start = [](Task task) { return start(std::move(task), "guided-backprop", ReluRule::guided); },
  };
  return method;
}

}  // namespace whybox
