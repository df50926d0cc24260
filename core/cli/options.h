#pragma once
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "cli/command.h"
#include "session/describe.h"

namespace whybox::cli {

/// What every command about a model and a picture is told.
struct InputOptions {
  std::string model;
  std::string labels;
  std::string image;
  std::string fit = "stretch";
  std::vector<float> mean;
  std::vector<float> std;
  int threads = 1;
};
void add_input_options(CLI::App& app, InputOptions& options);

/// A session with that model and that picture. Errors: io, and those of reading either, naming the file.
Result<Session> open(const InputOptions& options);

/// "samples=500" pieces as a map. Errors: invalid_argument without "=".
Result<std::map<std::string, std::string>> parse_params(const std::vector<std::string>& pieces);

/// Keys that `predict` and `explain` share: model, image, fit, threads.
Json describe_input(const Session& session);

/// Structured answers, indented, on standard output.
void print_json(const Json& json);

class Stopwatch {
 public:
  double milliseconds() const {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin_).count();
  }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

/// Microseconds are the most that a clock's reading is good for.
double rounded_ms(double milliseconds);

}  // namespace whybox::cli
