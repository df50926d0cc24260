#include "cli/options.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <print>

#include "cli/file.h"
#include "cli/image_file.h"

namespace whybox::cli {
namespace {

Result<std::array<float, 3>> per_channel(std::string_view name, const std::vector<float>& values) {
  if (values.size() == 1) return std::array{values[0], values[0], values[0]};
  if (values.size() == 3) return std::array{values[0], values[1], values[2]};
  return fail(ErrorCode::invalid_argument, "--{}: got {} numbers, wanted 1 or 3", name, values.size());
}

Result<void> apply_normalization(const InputOptions& options, Session& session) {
  if (options.mean.empty() && options.std.empty()) return {};
  Normalization normalization = session.network().classifier().normalization();
  if (!options.mean.empty()) {
    WHYBOX_TRY(normalization.mean, per_channel("mean", options.mean));
  }
  if (!options.std.empty()) {
    WHYBOX_TRY(normalization.std, per_channel("std", options.std));
  }
  normalization.source = "user";
  return session.set_normalization(normalization);
}

Result<void> load_model(const InputOptions& options, Session& session) {
  WHYBOX_TRY(const auto file, read_file(options.model));
  std::vector<std::byte> labels;
  if (!options.labels.empty()) {
    WHYBOX_TRY(labels, read_file(options.labels));
    if (labels.empty()) return fail(ErrorCode::bad_labels, "{}: is empty, wanted one label per line", options.labels);
  }
  const std::string_view text(reinterpret_cast<const char*>(labels.data()), labels.size());
  if (auto loaded = session.load_model(file, file_name(options.model), text); !loaded)
    return fail_in(loaded.error().code == ErrorCode::bad_labels ? options.labels : options.model, loaded.error());
  return apply_normalization(options, session);
}

}  // namespace

void add_input_options(CLI::App& app, InputOptions& options) {
  app.add_option("--model", options.model, "a .tflite, or a zip that holds one with its labels.txt")
      ->required()
      ->type_name("FILE");
  app.add_option("--image", options.image, "a PNG or JPEG picture")->required()->type_name("FILE");
  app.add_option("--labels", options.labels, "labels, one per line (default: the model's own)")->type_name("FILE");
  app.add_option("--fit", options.fit, "how the picture becomes the input: stretch, centre-crop or letterbox")
      ->capture_default_str()
      ->type_name("FIT");
  app.add_option("--mean", options.mean, "mean of pixel values 0..255, one number or three (default: the model's own)")
      ->delimiter(',')
      ->expected(1, 3)
      ->type_name("M[,M,M]");
  app.add_option("--std", options.std, "their scale: the network gets (v - mean) / std")
      ->delimiter(',')
      ->expected(1, 3)
      ->type_name("S[,S,S]");
  app.add_option("--threads", options.threads, "threads to compute with; answers do not depend on it")
      ->capture_default_str()
      ->check(CLI::Range(1, kMaxThreads))
      ->type_name("N");
}

Result<Session> open(const InputOptions& options) {
  WHYBOX_TRY(const Fit fit, parse_fit(options.fit));
  Session session(options.threads);
  session.set_fit(fit);
  WHYBOX_TRY(Image image, read_image(options.image));
  WHYBOX_CHECK(session.set_image(std::move(image)));
  WHYBOX_CHECK(load_model(options, session));
  return session;
}

Result<std::map<std::string, std::string>> parse_params(const std::vector<std::string>& pieces) {
  std::map<std::string, std::string> params;
  for (const std::string& piece : pieces) {
    const auto equals = piece.find('=');
    if (equals == std::string::npos || equals == 0)
      return fail(ErrorCode::invalid_argument, "--param: got \"{}\", wanted NAME=VALUE", piece);
    params[piece.substr(0, equals)] = piece.substr(equals + 1);
  }
  return params;
}

Json describe_input(const Session& session) {
  return {{"model", session.network().model().name},
          {"image", {{"height", session.image().height}, {"width", session.image().width}}},
          {"fit", to_string(session.fit())},
          {"threads", session.threads()}};
}

void print_json(const Json& json) { std::println("{}", to_text(json, 2)); }

double rounded_ms(double milliseconds) { return std::round(milliseconds * 1000) / 1000; }

}  // namespace whybox::cli
