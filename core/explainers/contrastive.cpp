#include <algorithm>
#include <cmath>

#include "explainers/baseline.h"
#include "explainers/cam_layer.h"
#include "explainers/channels.h"
#include "explainers/probability_pass.h"
#include "explainers/sampling.h"

namespace whybox {
namespace {

constexpr std::string_view kId = "contrastive", kNegative = "negative";
/// The trade-off c starts in the middle of what the authors search, and is then halved or multiplied by ten.
constexpr double kFirstTradeOff = 10, kRaise = 10;
/// Step of proximal descent, falling with the root of the steps left; ten times the authors', who take ten times as many.
constexpr double kFirstStep = 0.1;

/// Pertinent negatives and positives; Dhurandhar et al. 2018, arXiv:1802.07623, eq. 1 and 3, without the autoencoder's term:
///   min_d  c f(d) + beta |d|_1 + |d|_2^2
/// Negative: what would have to be added, f = max(y^t(x + d) - max_{i != t} y^i(x + d), -kappa). Positive: what alone suffices,
/// f = max(max_{i != t} y^i(x' + d) - y^t(x' + d), -kappa). "Added" is away from the baseline x', "there" towards the picture from it.
/// Proximal gradient descent (ISTA), the trade-off c found by bisection as in section 3.3.
class Contrastive final : public Explanation {
 public:
  Contrastive(Task task, std::vector<float> baseline)
      : task_(std::move(task)),
        negative_(task_.params.text("looks-for") == kNegative),
        baseline_(std::move(baseline)),
        picture_(task_.network.classifier().encoder().normalize(task_.image)),
        change_(start()),
        best_(picture_.size()) {
    set_bounds();
  }

  Result<void> step() override {
    WHYBOX_TRY(const TwinPass pass, TwinPass::run(task_.network, shown()));
    const Rival rival = best_rival(pass.logits());
    keep_if_better(rival, pass);
    std::vector<float> slope(picture_.size());
    if (rival.loss > -task_.params.real("confidence")) {
      std::vector<float> seed(pass.logits().size());
      seed[std::size_t(task_.target.index)] = negative_ ? 1 : -1;
      seed[std::size_t(rival.index)] = negative_ ? -1 : 1;
      WHYBOX_TRY(slope, pass.logit_gradient(seed));
      WHYBOX_CHECK(check_finite(slope, kId, std::format("the gradient of step {}", done_)));
    }
    descend(slope);
    if (++done_ % per_search() == 0) next_search();
    return {};
  }

  double progress() const override { return double(done_) / (per_search() * searches()); }
  Heatmap heatmap() const override { return collapse(best_, task_.image.height, task_.image.width, channel_view(task_.params)); }
  std::optional<MapKind> map_kind() const override { return whybox::map_kind(channel_view(task_.params)); }

  std::vector<Finding> findings() const override {
    double size = 0;
    for (const float value : best_) size += std::abs(value);
    return {{"found", negative_ ? "Whether the class flips (1) or none was found (0)" : "Whether the class holds (1) or none was found (0)", double(found_)},
            {"class", "Class that the network then sees", double(class_)},
            {"size", "Size of the change, sum over the normalised picture", size},
            {"trade_off", "Trade-off c of the last search", trade_off_}};
  }

 private:
  struct Rival {
    int index;
    double loss;  ///< f before it is cut off at -kappa
  };

  int per_search() const { return task_.params.integer("steps"); }
  int searches() const { return task_.params.integer("searches"); }

  /// A negative starts from the picture unchanged, a positive from all of it.
  std::vector<float> start() const {
    std::vector<float> change(picture_.size());
    if (!negative_)
      for (std::size_t i = 0; i < change.size(); ++i) change[i] = picture_[i] - baseline_[i];
    return change;
  }

  /// Pixels stay between black and white; a negative may only add to what sets the picture apart from the baseline, a positive only
  /// keep a part of it.
  void set_bounds() {
    const auto flat = [&](std::uint8_t value) {
      return task_.network.classifier().encoder().normalize(
          {task_.image.height, task_.image.width, std::vector<std::uint8_t>(task_.image.pixels.size(), value)});
    };
    const auto black = flat(0), white = flat(255);
    for (std::size_t i = 0; i < picture_.size(); ++i) {
      const float apart = picture_[i] - baseline_[i];
      const auto [low, high] = std::minmax(black[i], white[i]);
      lowest_.push_back(negative_ ? (apart > 0 ? 0 : std::min(0.0f, low - picture_[i])) : std::min(0.0f, apart));
      highest_.push_back(negative_ ? (apart < 0 ? 0 : std::max(0.0f, high - picture_[i])) : std::max(0.0f, apart));
    }
  }

  std::vector<float> shown() const {
    std::vector<float> result = negative_ ? picture_ : baseline_;
    for (std::size_t i = 0; i < result.size(); ++i) result[i] += change_[i];
    return result;
  }

  /// The class to beat: the one set against the target, else the strongest other.
  Rival best_rival(const std::vector<float>& logits) const {
    const int own = task_.target.index;
    int rival = task_.target.versus.value_or(own == 0 ? 1 : 0);
    if (!task_.target.versus)
      for (int i = 0; i < int(logits.size()); ++i)
        if (i != own && logits[std::size_t(i)] > logits[std::size_t(rival)]) rival = i;
    const double lead = double(logits[std::size_t(own)]) - logits[std::size_t(rival)];
    return {rival, negative_ ? lead : -lead};
  }

  /// The smallest change so far that does what it should.
  void keep_if_better(const Rival& rival, const TwinPass& pass) {
    // A positive starts from the whole picture, which always does: what counts of a search is where it ends.
    works_ = rival.loss < 0 || (negative_ && works_);
    if (rival.loss >= 0) return;
    double size = 0;
    for (const float d : change_) size += double(d) * d + task_.params.real("sparsity") * std::abs(d);
    if (found_ && size >= best_size_) return;
    found_ = true;
    best_size_ = size;
    best_ = change_;
    class_ = int(std::ranges::max_element(pass.logits()) - pass.logits().begin());
  }

  /// d <- shrink(d - step (c df/dd + 2 d), step beta), inside the bounds; section 3.3, eq. 5.
  void descend(std::span<const float> slope) {
    const double left = 1 - double(done_ % per_search()) / per_search(), step = kFirstStep * std::sqrt(left);
    const double threshold = step * task_.params.real("sparsity");
    for (std::size_t i = 0; i < change_.size(); ++i) {
      const double moved = change_[i] - step * (trade_off_ * slope[i] + 2 * change_[i]);
      const double shrunk = std::abs(moved) <= threshold ? 0 : moved - std::copysign(threshold, moved);
      change_[i] = std::clamp(float(shrunk), lowest_[i], highest_[i]);
    }
  }

  /// Less weight on the class where it worked, more where it did not.
  void next_search() {
    if (works_) {
      largest_ = std::min(largest_, trade_off_);
      trade_off_ = (smallest_ + largest_) / 2;
    } else {
      smallest_ = std::max(smallest_, trade_off_);
      trade_off_ = std::isfinite(largest_) ? (smallest_ + largest_) / 2 : trade_off_ * kRaise;
    }
    works_ = false;
    change_ = start();
  }

  Task task_;
  bool negative_;
  std::vector<float> baseline_, picture_;  // x', x, normalised, [H, W, C]
  std::vector<float> change_;              // d
  std::vector<float> best_;
  std::vector<float> lowest_, highest_;    // of d
  double best_size_ = 0;
  bool found_ = false, works_ = false;
  int class_ = -1;
  int done_ = 0;
  double trade_off_ = kFirstTradeOff, smallest_ = 0, largest_ = HUGE_VAL;
};

Result<std::unique_ptr<Explanation>> start(Task task) {
  WHYBOX_CHECK(check(task, kId));
  if (task.network.classifier().scores().classes < 2)
    return fail(ErrorCode::invalid_argument, "{}: the network has one class, wanted at least two to set against each other", kId);
  WHYBOX_TRY(auto from, baseline(task));
  return std::make_unique<Contrastive>(std::move(task), std::move(from));
}

}  // namespace

const Method& contrastive_method() {
  static const Method method{
      .id = kId,
      .name = "Contrastive explanation",
      .summary = "Finds the least that would have to be added to make it another class, or the least that alone makes it this one.",
      .reference = "Dhurandhar et al. 2018, arXiv:1802.07623",
      .family = Family::perturbation,
      .map = MapKind::signed_map,
      .unit = "normalised input",
      .needs = {.gradients = true, .classes = true},
      .params = {{.id = "looks-for",
                  .label = "Looks for",
                  .help = "negative: what is missing for another class; positive: what there suffices for this one",
                  .kind = ParamKind::choice,
                  .default_value = kNegative,
                  .choices = {kNegative, "positive"}},
                 {.id = "searches",
                  .label = "Searches",
                  .help = "how many trade-offs between the class and the size of the change are tried",
                  .kind = ParamKind::integer,
                  .default_value = "5",
                  .min = 1,
                  .max = 20},
                 {.id = "steps",
                  .label = "Steps",
                  .help = "of descent in every search",
                  .kind = ParamKind::integer,
                  .default_value = "100",
                  .min = 1,
                  .max = 2000},
                 {.id = "sparsity",
                  .label = "Sparsity",
                  .help = "how much every changed value costs, however little it changes (beta)",
                  .kind = ParamKind::real,
                  .default_value = "0.1",
                  .min = 0,
                  .max = 10},
                 {.id = "confidence",
                  .label = "Confidence",
                  .help = "by how much logit the other class, or this one, is to win (kappa)",
                  .kind = ParamKind::real,
                  .default_value = "0.5",
                  .min = 0,
                  .max = 100},
                 baseline_param(), channels_param("signed-sum")},
      .start = start,
  };
  return method;
}

}  // namespace whybox
