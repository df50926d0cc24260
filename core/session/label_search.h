#pragma once
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace whybox {

/// Finds a class by what a person typed: a class index; else a whole label; else the beginning of one label only. Case is
/// ignored (ASCII letters).
/// Errors: out_of_range for an index beyond the classes; invalid_argument when nothing or more than one class matches,
/// naming close labels.
Result<int> find_label(std::span<const std::string> labels, std::string_view text);

}  // namespace whybox
