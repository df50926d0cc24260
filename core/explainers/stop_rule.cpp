#include "explainers/stop_rule.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace whybox {
namespace {

/// What "stable at 95 %" leaves to chance.
constexpr double kChance = 0.05;
/// Samples from one look to the next grow by this.
constexpr double kGrowth = 1.5;
/// Beyond this many standard deviations nothing is left in double precision.
constexpr double kFarthest = 40;

/// z with a two-sided tail of `tail`, by bisection of erfc(z / sqrt 2).
double normal_quantile(double tail) {
  double low = 0, high = kFarthest;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (std::erfc(middle / std::numbers::sqrt2) > tail ? low : high) = middle;
  }
  return low;
}

/// Student's quantile from the normal one; Abramowitz & Stegun 1964, 26.7.5, three terms.
double student_quantile(double tail, double degrees) {
  const double z = normal_quantile(tail), z3 = z * z * z, z5 = z3 * z * z, z7 = z5 * z * z;
  return z + (z3 + z) / (4 * degrees) + (5 * z5 + 16 * z3 + 3 * z) / (96 * degrees * degrees) +
         (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * degrees * degrees * degrees);
}

}  // namespace

std::vector<double> standard_errors(const Uncertainty& uncertainty) {
  const auto size = std::size_t(std::llround(std::sqrt(double(uncertainty.covariance.size()))));
  std::vector<double> errors;
  for (std::size_t i = 0; i < size; ++i) errors.push_back(std::sqrt(std::max(0.0, uncertainty.covariance[i * size + i])));
  return errors;
}

double error_of_difference(const Uncertainty& uncertainty, std::size_t i, std::size_t j) {
  const auto& c = uncertainty.covariance;
  const auto size = std::size_t(std::llround(std::sqrt(double(c.size()))));
  return std::sqrt(std::max(0.0, c[i * size + i] + c[j * size + j] - 2 * c[i * size + j]));
}

void CoMoments::add(std::span<const double> values) {
  ++count_;
  const std::size_t size = mean_.size();
  for (std::size_t i = 0; i < size; ++i) {
    before_[i] = values[i] - mean_[i];
    mean_[i] += before_[i] / count_;
  }
  for (std::size_t i = 0; i < size; ++i) {
    double* row = &products_[i * size];
    const double after = values[i] - mean_[i];
    for (std::size_t j = 0; j <= i; ++j) row[j] += after * before_[j];
  }
}

Uncertainty CoMoments::of_mean() const {
  const std::size_t size = mean_.size();
  const double n = count_;
  Uncertainty result{.covariance = std::vector<double>(size * size), .degrees = n - 1};
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = 0; j <= i; ++j)
      result.covariance[i * size + j] = result.covariance[j * size + i] = products_[i * size + j] / (n - 1) / n;
  return result;
}

std::vector<ParamSpec> stop_params() {
  return {{.id = "stop",
           .label = "Stop early",
           .help = "off: use every sample; stable: end as soon as chance could change the first places once in twenty times",
           .kind = ParamKind::choice,
           .default_value = "off",
           .choices = {"off", "stable"}},
          {.id = "top",
           .label = "Places to settle",
           .help = "how many of the first places the ranking is about",
           .kind = ParamKind::integer,
           .default_value = "3",
           .min = 1,
           .max = 50}};
}

StopRule::StopRule(const Params& params, int first, int most) : stops_(params.text("stop") == "stable"), top_(params.integer("top")) {
  for (double look = first; look < most; look = std::ceil(look * kGrowth)) looks_.push_back(int(look));
  looks_.push_back(most);
}

bool StopRule::due(int samples) const { return std::ranges::binary_search(looks_, samples); }

int StopRule::stable_places(std::span<const double> values, const Uncertainty& uncertainty) const {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater{}, [&](std::size_t i) { return values[i]; });
  const auto places = std::min(std::size_t(top_), order.size());
  const double looks = stops_ ? double(looks_.size()) : 1;
  const double wanted = student_quantile(kChance / (looks * double(places)), uncertainty.degrees);
  const auto ahead = [&](std::size_t a, std::size_t b) {
    return values[order[a]] - values[order[b]] > wanted * error_of_difference(uncertainty, order[a], order[b]);
  };
  // A place stands firm when nothing that follows may belong there.
  std::size_t firm = 0;
  for (bool fine = true; firm < places && fine; firm += fine)
    for (std::size_t other = firm + 1; other < order.size() && fine; ++other) fine = ahead(firm, other);
  return int(firm);
}

bool StopRule::settled(std::span<const double> values, const Uncertainty& uncertainty) const {
  return stops_ && stable_places(values, uncertainty) == std::min(top_, int(values.size()));
}

}  // namespace whybox
