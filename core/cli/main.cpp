// The whybox command: reads its arguments, runs one subcommand, and turns every failure into one line and exit status 2.
#include <algorithm>
#include <array>
#include <cstdio>
#include <new>
#include <print>
#include <system_error>

#include "cli/command.h"

namespace whybox::cli {
namespace {

constexpr int kFailed = 2;

int fail_with(std::string message) {
  std::ranges::replace_if(message, [](unsigned char letter) { return letter < ' '; }, ' ');
  std::println(stderr, "whybox: {}", message);
  return kFailed;
}

/// Standard output may be a full disk or a pipe nobody reads.
Result<void> flush_output() {
  if (std::fflush(stdout) != 0 || std::ferror(stdout)) return fail(ErrorCode::io, "standard output cannot be written");
  return {};
}

int run(int argc, char** argv) {
  CLI::App app("Runs quantised image networks (.tflite) and shows why they answer as they do.", "whybox");
  app.set_version_flag("--version", "whybox " WHYBOX_VERSION);
  app.require_subcommand(1);
  const std::array commands{add_predict(app), add_explain(app), add_segment(app), add_scene(app), add_methods(app)};
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {  // --help and --version
    return app.exit(asked);
  } catch (const CLI::ParseError& error) {
    return fail_with(std::string(error.what()) + " (whybox --help tells more)");
  }
  const auto chosen = std::ranges::find_if(commands, [](const Command& command) { return command.app->parsed(); });
  const Result<void> done = chosen->run().and_then(flush_output);
  return done ? 0 : fail_with(done.error().message);
}

}  // namespace
}  // namespace whybox::cli

int main(int argc, char** argv) {
  try {
    return whybox::cli::run(argc, argv);
  } catch (const std::bad_alloc&) {
    std::fputs("whybox: out of memory: the picture or the model is too large for this machine\n", stderr);
  } catch (const std::system_error& error) {  // std::println, when nobody takes what it writes
    std::fprintf(stderr, "whybox: standard output cannot be written: %s\n", error.code().message().c_str());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "whybox: internal error: %s\n", error.what());
  }
  return whybox::cli::kFailed;
}
