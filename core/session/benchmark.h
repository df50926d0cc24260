#pragma once
#include <nlohmann/json_fwd.hpp>

#include "session/describe.h"

namespace whybox {

inline constexpr int kMaxBenchmarkBatch = 64;
inline constexpr int kMaxBenchmarkRepeats = 1000;

/// How fast a session's model runs here.
struct Benchmark {
  int batch;
  int repeats;
  int threads;
  double forward_ms;             ///< median time of one pass of the whole batch, after one that warms up
  double images_per_second;
  double gmacs;                  ///< 10^9 multiply-adds per second
  double layers_ms;              ///< sum over the nodes, each timed alone in the same plan
  std::size_t activation_bytes;  ///< activations and scratch memory
};

/// Times the engine alone, on a grey picture. Costs about 2 `repeats` passes.
/// Errors: invalid_argument without a model, out_of_range (batch, repeats), those of the engine.
Result<Benchmark> measure(Session& session, int batch, int repeats);
Json describe(const Benchmark& benchmark);

}  // namespace whybox
