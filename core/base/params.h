#pragma once
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace whybox {

enum class ParamKind { integer, real, choice, boolean, layer, text };

/// "integer", "real", ... as written in the registry's JSON.
std::string_view to_string(ParamKind kind);

/// One parameter, described well enough for a command line, a form and a manual page to be made from it.
struct ParamSpec {
  std::string_view id;
  std::string_view label;
  std::string_view help;  ///< one line
  ParamKind kind = ParamKind::real;
  std::string_view default_value;  ///< in the same text form in which a value is given
  double min = 0;
  double max = 0;
  std::string_view unit = "";
  std::vector<std::string_view> choices = {};
};

/// Values for every parameter of a list of specs, checked. Made by `resolve` only.
class Params {
 public:
  int integer(std::string_view id) const;
  float real(std::string_view id) const;
  bool boolean(std::string_view id) const;
  /// A text, a choice, or the name of a layer (empty: the method's own default layer).
  const std::string& text(std::string_view id) const;
  const std::map<std::string, std::string, std::less<>>& all() const { return values_; }

 private:
  friend Result<Params> resolve(std::span<const ParamSpec>, const std::map<std::string, std::string>&);
  std::map<std::string, std::string, std::less<>> values_;
};

/// Fills in defaults and checks each given value against its spec.
/// Errors: invalid_argument for an unknown id or a value that does not parse, out_of_range outside [min, max].
Result<Params> resolve(std::span<const ParamSpec> specs, const std::map<std::string, std::string>& given);

}  // namespace whybox
