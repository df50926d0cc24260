#include "decomposition/patterns.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "decomposition/linear_map.h"
#include "ops/window.h"

namespace whybox {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Block = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// A variance this small beside the products that it was made from is what float64 rounding left of 0: the unit never varied, or
/// was active once.
constexpr double kRounding = 1e-12;

/// A product layer as many small ones: each output of a group is w^T x for the same patch x.
struct PatchShape {
  Window window;
  int depth;         ///< channels of the input
  int groups;
  int group_inputs;  ///< channels of a patch
  int group_outputs;

  int patch() const { return window.kernel_height * window.kernel_width * group_inputs; }
  int positions() const { return window.out_height * window.out_width; }
  int outputs() const { return groups * group_outputs; }
};

Result<PatchShape> patch_shape(const Graph& graph, const Node& node) {
  const Shape &data = graph.tensor(node.inputs[0]).shape, &weights = graph.tensor(node.inputs[1]).shape;
  if (node.kind == OpKind::fully_connected) {
    const int inputs = weights[1], rows = int(element_count(data)) / inputs;
    WHYBOX_TRY(const auto window, make_window(rows, 1, 1, 1, {1, 1}, {1, 1}, Padding::valid));
    return PatchShape{window, inputs, 1, inputs, weights[0]};
  }
  if (node.kind == OpKind::transpose_conv)
    return fail(ErrorCode::invalid_argument, "no patterns for transposed convolution \"{}\", wanted convolutions and dense layers",
                graph.tensor(node.output).name);
  const auto& attributes = std::get<ConvAttributes>(node.attributes);
  WHYBOX_TRY(const auto window, make_window(data[1], data[2], weights[1], weights[2], attributes.stride, attributes.dilation,
                                            attributes.padding));
  if (node.kind == OpKind::depthwise_conv_2d) return PatchShape{window, data[3], data[3], 1, weights[3] / data[3]};
  const int groups = data[3] / weights[3];
  return PatchShape{window, data[3], groups, weights[3], weights[0] / groups};
}

/// The patches of one group, [positions, KH KW I]; 0 in the padding.
Matrix patches(const PatchShape& s, std::span<const float> data, int group) {
  const Window& w = s.window;
  Matrix result = Matrix::Zero(s.positions(), s.patch());
  for (int oy = 0; oy < w.out_height; ++oy)
    for (int ox = 0; ox < w.out_width; ++ox)
      for (int ky = 0; ky < w.kernel_height; ++ky)
        for (int kx = 0; kx < w.kernel_width; ++kx) {
          const int y = oy * w.stride.height - w.pad_top + ky * w.dilation.height;
          const int x = ox * w.stride.width - w.pad_left + kx * w.dilation.width;
          if (y < 0 || y >= w.in_height || x < 0 || x >= w.in_width) continue;
          const std::size_t from = (std::size_t(y) * std::size_t(w.in_width) + std::size_t(x)) * std::size_t(s.depth) +
                                   std::size_t(group * s.group_inputs);
          std::copy_n(&data[from], s.group_inputs,
                      &result(oy * w.out_width + ox, (ky * w.kernel_width + kx) * s.group_inputs));
        }
  return result;
}

/// Index of weight (output, patch element) in the node's layout: [O, KH, KW, I], or [1, KH, KW, O] where depthwise.
std::size_t weight_index(const PatchShape& s, OpKind kind, int output, int element) {
  if (kind == OpKind::depthwise_conv_2d) return std::size_t(element) * std::size_t(s.outputs()) + std::size_t(output);
  return std::size_t(output) * std::size_t(s.patch()) + std::size_t(element);
}

bool is_rectified(const Graph& twin, TensorId output) {
  return std::ranges::any_of(twin.nodes, [&](const Node& node) {
    return is_rectifier(node.kind) && node.inputs[0] == output;
  });
}

}  // namespace

/// Sums over the samples that count for each unit.
struct Patterns::Moments {
  PatchShape shape;
  bool rectified;
  Matrix xy;               ///< sum of x y, [patch, outputs]
  Matrix x;                ///< sum of x
  Eigen::VectorXd y;       ///< sum of y
  Eigen::VectorXd counts;  ///< samples

  Moments(const PatchShape& s, bool positive_only)
      : shape(s),
        rectified(positive_only),
        xy(Matrix::Zero(s.patch(), s.outputs())),
        x(Matrix::Zero(s.patch(), s.outputs())),
        y(Eigen::VectorXd::Zero(s.outputs())),
        counts(Eigen::VectorXd::Zero(s.outputs())) {}

  void add(std::span<const float> data, std::span<const float> answers) {
    const Eigen::Map<const Block> all(answers.data(), shape.positions(), shape.outputs());
    for (int group = 0; group < shape.groups; ++group) {
      const int first = group * shape.group_outputs;
      const Matrix patch = patches(shape, data, group);
      const Matrix values = all.middleCols(first, shape.group_outputs).cast<double>();
      const Matrix counted = rectified ? Matrix((values.array() > 0).cast<double>()) : Matrix(Matrix::Ones(values.rows(), values.cols()));
      const Matrix active = values.cwiseProduct(counted);
      xy.middleCols(first, shape.group_outputs) += patch.transpose() * active;
      x.middleCols(first, shape.group_outputs) += patch.transpose() * counted;
      y.segment(first, shape.group_outputs) += active.colwise().sum().transpose();
      counts.segment(first, shape.group_outputs) += counted.colwise().sum().transpose();
    }
  }

  /// E[x y] - E[x] E[y] of one unit.
  Eigen::VectorXd covariance(int output) const {
    const double n = std::max(counts[output], 1.0);
    return xy.col(output) / n - x.col(output) * (y[output] / (n * n));
  }
};

Patterns::Patterns(const Graph& twin) : twin_(&twin) {}
Patterns::~Patterns() = default;
Patterns::Patterns(Patterns&&) noexcept = default;
Patterns& Patterns::operator=(Patterns&&) noexcept = default;

Result<void> Patterns::add(const Reverse& reverse) {
  for (std::size_t i = 0; i < twin_->nodes.size(); ++i) {
    const Node& node = twin_->nodes[i];
    if (!is_product(node)) continue;
    auto& moments = moments_[i];
    if (!moments) {
      WHYBOX_TRY(const PatchShape shape, patch_shape(*twin_, node));
      moments = std::make_unique<Moments>(shape, is_rectified(*twin_, node.output));
    }
    WHYBOX_TRY(const Tensor data, reverse.activation(node.inputs[0]));
    WHYBOX_TRY(const Tensor answers, reverse.activation(node.output));
    moments->add(data.values, answers.values);
  }
  ++examples_;
  return {};
}

Result<std::vector<float>> Patterns::of(std::size_t node, bool times_weights) const {
  const Moments& moments = *moments_.at(node);
  const OpKind kind = twin_->nodes[node].kind;
  WHYBOX_TRY(const auto weights, constant_as_floats(twin_->tensor(twin_->nodes[node].inputs[1])));
  std::vector<float> result(weights.size());
  for (int output = 0; output < moments.shape.outputs(); ++output) {
    const Eigen::VectorXd covariance = moments.covariance(output);
    Eigen::VectorXd w(covariance.size());
    for (int j = 0; j < w.size(); ++j) w[j] = weights[weight_index(moments.shape, kind, output, j)];
    const double variance = w.dot(covariance);  // of y
    const double size = w.cwiseAbs().dot(moments.xy.col(output).cwiseAbs()) / std::max(moments.counts[output], 1.0);
    if (std::abs(variance) <= kRounding * size) continue;
    for (int j = 0; j < w.size(); ++j)
      result[weight_index(moments.shape, kind, output, j)] = float(covariance[j] / variance * (times_weights ? w[j] : 1));
  }
  return result;
}

Result<Tensor> pattern_pass(Reverse& reverse, const Patterns& patterns, bool times_weights, TensorId from, std::span<const float> seed,
                            TensorId to) {
  return reverse.walk(from, seed, to, [&](std::size_t node, const VjpArguments& a) -> Result<void> {
    if (!is_product(a.node)) return reverse.vjp(node, a);
    WHYBOX_TRY(const auto pattern, patterns.of(node, times_weights));
    WHYBOX_TRY(LinearMap map, LinearMap::create(a.graph, a.node, pattern, {}));
    const auto outputs = std::size_t(element_count(a.graph.tensor(a.node.output).shape)) * std::size_t(a.batch);
    WHYBOX_TRY(const auto signal, map.transposed({a.output_gradient, outputs}, a.batch, a.threads));
    std::ranges::copy(signal, a.input_gradients[0]);
    return {};
  });
}

}  // namespace whybox
