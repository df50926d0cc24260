#include <memory>
#include <nlohmann/json.hpp>
#include <print>

#include "cli/options.h"

namespace whybox::cli {
namespace {

/// "10 to 5000 pixels", "slic | grid", ...
std::string range_of(const ParamSpec& spec) {
  switch (spec.kind) {
    case ParamKind::integer:
    case ParamKind::real:
      // Ten digits: bounds are round numbers, to be written without exponents.
      return std::format("{:.10g} to {:.10g}{}{}", spec.min, spec.max, spec.unit.empty() ? "" : " ", spec.unit);
    case ParamKind::boolean: return "true | false";
    case ParamKind::layer: return "name of a layer";
    case ParamKind::choice: break;
  }
  std::string text;
  for (const auto choice : spec.choices) text += (text.empty() ? "" : " | ") + std::string(choice);
  return text;
}

void print_method(const Method& method) {
  std::println("{} - {} ({}, {} map)", method.id, method.name, to_string(method.family), to_string(method.map));
  std::println("  {}", method.summary);
  std::println("  {}", method.reference);
  for (const ParamSpec& spec : method.params)
    std::println("    {}={}  {} [{}]", spec.id, spec.default_value, spec.help, range_of(spec));
}

Result<void> run(bool json) {
  if (json) {
    print_json(describe_methods());
    return {};
  }
  for (const Method* method : methods()) print_method(*method);
  return {};
}

}  // namespace

Command add_methods(CLI::App& root) {
  const auto json = std::make_shared<bool>(false);
  CLI::App* app = root.add_subcommand("methods", "list the methods of explaining and their parameters");
  app->add_flag("--json", *json, "answer as JSON");
  return {app, [json] { return run(*json); }};
}

}  // namespace whybox::cli
