#include "decomposition/rule.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <format>
#include <ranges>

namespace whybox {
namespace {

constexpr float kDefaultGamma = 0.25f;  // Zennit's
constexpr float kMaxNumber = 1000;      // beyond it a rule has long turned into its limit

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (const auto word : text | std::views::split(' '))
    if (!word.empty()) words.emplace_back(word.begin(), word.end());
  return words;
}

Result<float> number(const std::string& word, std::string_view rule) {
  char* end = nullptr;
  const float value = std::strtof(word.c_str(), &end);
  if (end != word.c_str() + word.size() || !std::isfinite(value))
    return fail(ErrorCode::invalid_argument, "rule \"{}\": got \"{}\", wanted a number", rule, word);
  if (value < 0 || value > kMaxNumber)
    return fail(ErrorCode::out_of_range, "rule \"{}\": got {}, wanted 0 to {}", rule, word, kMaxNumber);
  return value;
}

/// What speaks for the output: positive inputs through positive weights and negative ones through negative.
std::vector<Term> supporting(WeightPart up, WeightPart down) {
  return {{InputPart::positive, up, true}, {InputPart::negative, down, false}};
}

}  // namespace

bool Rule::reads_box() const {
  return std::ranges::any_of(shares, [](const Share& share) {
    return std::ranges::any_of(share.terms, [](const Term& term) { return term.input == InputPart::lowest; });
  });
}

Rule epsilon_rule(float epsilon) {
  return {epsilon > kStabilizer ? std::format("epsilon {}", epsilon) : "zero",
          {{{{InputPart::all, WeightPart::all, true}}}},
          std::max(epsilon, kStabilizer)};
}

Rule gamma_rule(float gamma) {
  return {std::format("gamma {}", gamma),
          {{supporting(WeightPart::favour_positive, WeightPart::favour_negative), 1, Gate::positive},
           {supporting(WeightPart::favour_negative, WeightPart::favour_positive), 1, Gate::negative}},
          kStabilizer,
          gamma};
}

Rule alpha_beta_rule(float alpha, float beta) {
  return {std::format("alpha {} beta {}", alpha, beta),
          {{supporting(WeightPart::positive, WeightPart::negative), alpha},
           {supporting(WeightPart::negative, WeightPart::positive), -beta}},
          kStabilizer};
}

Rule z_plus_rule() { return {"z-plus", {{supporting(WeightPart::positive, WeightPart::negative)}}, kStabilizer}; }

Rule flat_rule() { return {"flat", {{{{InputPart::ones, WeightPart::ones, false}}}}, kStabilizer}; }

Rule w_square_rule() { return {"w-square", {{{{InputPart::ones, WeightPart::squares, false}}}}, kStabilizer}; }

Rule z_box_rule() {
  return {"z-box",
          {{{{InputPart::all, WeightPart::all, true},
             {InputPart::lowest, WeightPart::positive, true, -1},
             {InputPart::highest, WeightPart::negative, true, -1}}}},
          kStabilizer};
}

Result<Rule> parse_rule(std::string_view text) {
  const auto words = words_of(text);
  std::vector<float> numbers;
  for (const std::string& word : words | std::views::drop(1)) {
    WHYBOX_TRY(numbers.emplace_back(), number(word, text));
  }
  const auto is = [&](std::string_view name, std::size_t most) {
    return !words.empty() && words[0] == name && numbers.size() <= most;
  };
  const auto given = [&](std::size_t i, float otherwise) { return i < numbers.size() ? numbers[i] : otherwise; };
  if (is("zero", 0)) return epsilon_rule(0);
  if (is("epsilon", 1)) return epsilon_rule(given(0, kStabilizer));
  if (is("gamma", 1)) return gamma_rule(given(0, kDefaultGamma));
  if (is("z-plus", 0)) return z_plus_rule();
  if (is("flat", 0)) return flat_rule();
  if (is("w-square", 0)) return w_square_rule();
  if (is("z-box", 0)) return z_box_rule();
  if (is("alpha-beta", 2) && numbers.size() != 1) {
    const float alpha = given(0, 2), beta = given(1, 1);
    if (std::abs(alpha - beta - 1) > kStabilizer)
      return fail(ErrorCode::invalid_argument, "rule \"{}\": alpha - beta is {}, wanted 1, or relevance would not be conserved", text,
                  alpha - beta);
    return alpha_beta_rule(alpha, beta);
  }
  return fail(ErrorCode::invalid_argument,
              "unknown rule \"{}\"; there are: zero, epsilon E, gamma G, alpha-beta A B, z-plus, flat, w-square, z-box", text);
}

}  // namespace whybox
