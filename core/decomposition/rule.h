#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace whybox {

// Rules of layer-wise relevance propagation (LRP) as data. A product layer z = W a + b hands the relevance R of its outputs to its
// inputs in one or several shares:
//
//   R_j = sum_shares factor sum_terms sign a'_j [W'^T s]_j,    s = gate(z) R / stabilised(sum_terms sign (W' a' + b'))
//
// where a' and W' are parts of the inputs and weights that the rule names.
// Bach et al. 2015, doi:10.1371/journal.pone.0130140; Montavon et al. 2019, doi:10.1007/978-3-030-28954-6_10, table 1.

/// a': which part of the layer's inputs.
enum class InputPart { all, positive, negative, ones, lowest, highest };  ///< lowest, highest: of what a pixel can be
/// W': which part of the weights w; the bias likewise.
enum class WeightPart { all, positive, negative, ones, squares, favour_positive, favour_negative };  ///< favour: w + gamma w(+-)
/// Outputs that take part.
enum class Gate { always, positive, negative };

struct Term {
  InputPart input;
  WeightPart weights;
  bool bias;        ///< whether b' takes part in z, and so takes relevance away
  float sign = 1;
};

struct Share {
  std::vector<Term> terms;
  float factor = 1;
  Gate gate = Gate::always;
};

struct Rule {
  std::string name;  ///< as a person reads it: "gamma 0.25"
  std::vector<Share> shares;
  float stabilizer;
  float gamma = 0;

  bool reads_box() const;  ///< asks for the lowest and highest values of a pixel
};

/// Keeps quotients finite where a denominator is 0; small beside any relevance worth showing. As in Zennit.
inline constexpr float kStabilizer = 1e-6f;

/// z + epsilon sign(z), with sign(0) = 1.
inline float stabilized(float z, float epsilon) { return z >= 0 ? z + epsilon : z - epsilon; }

/// LRP-epsilon, a w / (z + epsilon sign z); LRP-0 for the smallest epsilon. Bach et al. 2015, eq. 58.
Rule epsilon_rule(float epsilon);
/// LRP-gamma, which favours what speaks for the output; generalised to inputs of either sign. Andéol et al. 2021, arXiv:2112.10748.
Rule gamma_rule(float gamma);
/// LRP-alpha-beta: alpha shares of what speaks for, -beta of what speaks against, alpha - beta = 1. Bach et al. 2015, eq. 60.
Rule alpha_beta_rule(float alpha, float beta);
/// z+: alpha 1, beta 0. Montavon et al. 2017, arXiv:1512.02479, section 4.1.
Rule z_plus_rule();
/// Every input alike. Lapuschkin et al. 2019, arXiv:1902.10178.
Rule flat_rule();
/// w^2. Montavon et al. 2017, arXiv:1512.02479, eq. 9.
Rule w_square_rule();
/// z^B, for pixels between l and h: a w - l w+ - h w-. Montavon et al. 2017, arXiv:1512.02479, eq. 14.
Rule z_box_rule();

/// "zero", "epsilon 0.1", "gamma 0.25", "alpha-beta 2 1", "z-plus", "flat", "w-square", "z-box"; numbers may be left out.
/// Errors: invalid_argument, naming the rules there are; out_of_range.
Result<Rule> parse_rule(std::string_view text);

}  // namespace whybox
