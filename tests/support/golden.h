#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.h"
#include "model/graph.h"
#include "support/npz.h"

namespace whybox::test {

/// tests/golden/
std::filesystem::path golden_folder();

/// A golden network, read and validated; fails the running test if it is refused.
std::shared_ptr<const Graph> read_graph(const std::filesystem::path& tflite);

/// Every .tflite below a folder, by name.
std::vector<std::filesystem::path> networks_below(const std::filesystem::path& folder);

/// Real networks, where they lie beside the checkout or where WHYBOX_SHARED says; else none.
std::vector<std::filesystem::path> real_networks();

/// The activation of that name.
std::optional<TensorId> find_tensor(const Graph& graph, std::string_view name);

/// An engine that has run every example of `input` (stored values) as one batch and kept every activation.
Engine run_batch(std::shared_ptr<const Graph> graph, const Array& input);

/// The first `count` stored values of an activation of the last run.
std::vector<float> first_values(const Engine& engine, TensorId tensor, std::size_t count);

/// max |got - wanted|, where, and mean |got - wanted|.
struct Distance {
  double largest = 0;
  double mean = 0;
  std::size_t at = 0;
};
Distance distance(std::span<const float> got, std::span<const float> wanted);

/// max |value|
double magnitude(std::span<const float> values);

/// Stored values (f32, i8 or u8) of an activation as floats, without dequantising: differences count in steps.
std::vector<float> stored_values(ElementType type, std::span<const std::byte> bytes);

/// By how much a stored value of `tensor` may differ from the reference kernels'.
/// Quantised: one step. Both sum the same integers exactly, then scale by a real factor that the reference applies in
/// 32-bit fixed point and XNNPACK in float32, so that a product next to a half may round to either side.
/// Float: 1e-5 of the largest value, for sums of up to some hundred terms in another order (each rounding is 6e-8).
/// A float tensor dequantised from 8 bits inherits one step of those.
double tolerance(const Graph& graph, TensorId tensor, std::span<const float> wanted);

/// Fails the running test unless both engines hold the same values in a tensor: the same bytes where it is quantised. Floats may differ
/// by 1e-5 of the largest: the same products summed by a kernel for another number of rows, over up to twenty layers of some hundred
/// terms, 6e-8 each.
void check_same(const Engine& got, const Engine& wanted, TensorId tensor);

}  // namespace whybox::test
