#include <algorithm>
#include <array>

#include "explainers/explainer.h"

namespace whybox {

// An explicit table: objects that registered themselves would be dropped by the linker from a static library.
#define WHYBOX_METHOD(name) const Method& name##_method();
#include "explainers/registry.def"
#undef WHYBOX_METHOD

std::span<const Method* const> methods() {
#define WHYBOX_METHOD(name) &name##_method(),
  static const std::array table{
#include "explainers/registry.def"
  };
#undef WHYBOX_METHOD
  return table;
}

Result<const Method*> find_method(std::string_view id) {
  const auto all = methods();
  const auto found = std::ranges::find(all, id, [](const Method* method) { return method->id; });
  if (found != all.end()) return *found;
  std::string known;
  for (const Method* method : all) known += (known.empty() ? "" : ", ") + std::string(method->id);
  return fail(ErrorCode::invalid_argument, "unknown method \"{}\"; there are: {}", id, known);
}

std::string_view to_string(MapKind kind) { return kind == MapKind::signed_map ? "signed" : "unsigned"; }

std::string_view to_string(Family family) {
  switch (family) {
    case Family::gradient: return "gradient";
    case Family::class_activation: return "class activation";
    case Family::decomposition: return "decomposition";
    case Family::perturbation: return "perturbation";
    case Family::surrogate: return "surrogate";
  }
  return "";
}

}  // namespace whybox
