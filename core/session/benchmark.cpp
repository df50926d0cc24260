#include "session/benchmark.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <numeric>

namespace whybox {
namespace {

Result<void> check(std::string_view name, int value, int most) {
  if (value < 1 || value > most) return fail(ErrorCode::out_of_range, "{}: got {}, wanted 1 to {}", name, value, most);
  return {};
}

Result<double> median_pass_ms(Engine& engine, int repeats) {
  WHYBOX_CHECK(engine.run());
  std::vector<double> times;
  for (int i = 0; i < repeats; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    WHYBOX_CHECK(engine.run());
    times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
  }
  std::ranges::sort(times);
  return times[times.size() / 2];
}

void fill_with_grey(Classifier& classifier, int batch) {
  const Encoder& encoder = classifier.encoder();
  Image grey{encoder.height(), encoder.width(), {}};
  grey.pixels.assign(std::size_t(grey.height) * static_cast<std::size_t>(grey.width) * 3, 128);
  const auto example = encoder.encode(grey);
  for (int i = 0; i < batch; ++i) std::ranges::copy(example, classifier.engine().input(i).begin());
}

}  // namespace

Result<Benchmark> measure(Session& session, int batch, int repeats) {
  if (!session.has_model()) return fail(ErrorCode::invalid_argument, "no model: load one first");
  WHYBOX_CHECK(check("batch", batch, kMaxBenchmarkBatch));
  WHYBOX_CHECK(check("repeats", repeats, kMaxBenchmarkRepeats));
  Engine& engine = session.network().classifier().engine();
  WHYBOX_CHECK(engine.plan(batch));
  fill_with_grey(session.network().classifier(), batch);
  WHYBOX_TRY(const double forward_ms, median_pass_ms(engine, repeats));
  WHYBOX_TRY(const auto layers, engine.profile(repeats));
  return Benchmark{.batch = batch,
                   .repeats = repeats,
                   .threads = session.threads(),
                   .forward_ms = forward_ms,
                   .images_per_second = 1000 * batch / forward_ms,
                   .gmacs = static_cast<double>(engine.multiply_adds()) * batch / forward_ms / 1e6,
                   .layers_ms = std::accumulate(layers.begin(), layers.end(), 0.0),
                   .activation_bytes = engine.activation_bytes()};
}

Json describe(const Benchmark& benchmark) {
  return {{"batch", benchmark.batch},
          {"repeats", benchmark.repeats},
          {"threads", benchmark.threads},
          {"forward_ms", benchmark.forward_ms},
          {"images_per_second", benchmark.images_per_second},
          {"gmacs", benchmark.gmacs},
          {"layers_ms", benchmark.layers_ms},
          {"activation_bytes", benchmark.activation_bytes}};
}

}  // namespace whybox
