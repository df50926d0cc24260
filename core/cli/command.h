#pragma once
#include <CLI/CLI.hpp>
#include <functional>

#include "base/error.h"

namespace whybox::cli {

/// One subcommand: its options are declared on `app`; `run` does the work once they are parsed.
struct Command {
  CLI::App* app;
  std::function<Result<void>()> run;
};

// One function per command, in the file of its name.
Command add_predict(CLI::App& root);
Command add_explain(CLI::App& root);
Command add_segment(CLI::App& root);
Command add_scene(CLI::App& root);
Command add_methods(CLI::App& root);

}  // namespace whybox::cli
