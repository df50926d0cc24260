#include <algorithm>

#include "explainers/cam_layer.h"
#include "explainers/one_step.h"
#include "explainers/sampling.h"

namespace whybox {
namespace {

constexpr std::string_view kId = "cam";

/// A layer A, and its mean over the picture, which a dense layer (or nothing) turns into the logits.
struct PooledHead {
  TensorId features;  ///< A, [1, u, v, K]
  TensorId pooled;    ///< mean_uv A, K values
};

bool pools_everything(const Graph& graph, const Node& node) {
  const Shape &in = graph.tensor(node.inputs[0]).shape, &out = graph.tensor(node.output).shape;
  if (in.size() != 4 || element_count(out) != in[3]) return false;
  if (node.kind == OpKind::mean) return std::get<MeanAttributes>(node.attributes).axes == std::vector{1, 2};
  if (node.kind != OpKind::average_pool_2d) return false;
  const Stride filter = std::get<PoolAttributes>(node.attributes).filter;
  return filter.height >= in[1] && filter.width >= in[2];
}

/// A 1 x 1 convolution of a single position is a dense layer.
bool is_dense(const Graph& graph, const Node& node) {
  const Shape& in = graph.tensor(node.inputs[0]).shape;
  return node.kind == OpKind::fully_connected || (node.kind == OpKind::conv_2d && in[1] * in[2] == 1);
}

/// @param at  the tensor between logits and pooling whose writer is not what CAM needs
std::unexpected<Error> refuse(const Graph& twin, TensorId at) {
  const auto writer = std::ranges::find(twin.nodes, at, &Node::output);
  return fail(ErrorCode::invalid_argument,
              "cam: before its logits the network has {}, wanted global average pooling and at most one dense layer; "
              "grad-cam takes any network",
              writer == twin.nodes.end() ? "no pooling"
                                         : std::format("{} \"{}\"", display_name(writer->kind), twin.tensor(at).name));
}

/// Walks from the logits back to the pooling.
Result<PooledHead> pooled_head(const Graph& twin, TensorId logits) {
  bool dense = false;
  for (TensorId at = logits;;) {
    const auto writer = std::ranges::find(twin.nodes, at, &Node::output);
    if (writer != twin.nodes.end() && pools_everything(twin, *writer)) return PooledHead{writer->inputs[0], at};
    const bool reshape = writer != twin.nodes.end() && writer->kind == OpKind::reshape;
    if (writer == twin.nodes.end() || (!reshape && (dense || !is_dense(twin, *writer)))) return refuse(twin, at);
    dense = dense || !reshape;
    at = writer->inputs[0];
  }
}

/// M(u, v) = sum_k w^c_k A^k_uv; Zhou et al. 2016, arXiv:1512.04150, eq. 2, rectified. The classifier's weights w^c are the
/// gradient of the logit with respect to the pooled features, because what lies between is linear.
class Cam final : public OneStep {
 public:
  Cam(Task task, PooledHead head)
      : OneStep(std::move(task)), head_(head) {}

 private:
  Result<void> compute() override {
    WHYBOX_TRY(const ScorePass pass, ScorePass::run(task_.network, picture(), 1, task_.target));
    WHYBOX_TRY(const Tensor activation, pass.activation(head_.features));
    WHYBOX_TRY(const Tensor weights, pass.gradient(head_.pooled));
    const Heatmap coarse = weighted_sum(activation, std::vector<double>(weights.values.begin(), weights.values.end()));
    WHYBOX_CHECK(check_finite(coarse.values, kId, "the map"));
    WHYBOX_TRY(findings_, twin_findings(task_, pass.scores()[0]));
    map_ = resize(coarse, task_.image.height, task_.image.width);
    return {};
  }


  PooledHead head_;
};

Result<std::unique_ptr<Explanation>> start(Task task) {
  WHYBOX_CHECK(check(task, kId));
  WHYBOX_TRY(const Reverse* reverse, task.network.reverse());
  WHYBOX_TRY(const PooledHead head, pooled_head(reverse->graph(), task.network.classifier().scores().logits));
  return std::make_unique<Cam>(std::move(task), head);
}

}  // namespace

const Method& cam_method() {
  static const Method method{
      .id = kId,
      .name = "CAM",
      .summary = "Weighs the last feature maps by the classifier's weights; for networks that end in pooling and one dense layer.",
      .reference = "Zhou et al. 2016, arXiv:1512.04150",
      .family = Family::class_activation,
      .map = MapKind::unsigned_map,
      .unit = "logit × positions",
      .needs = {.gradients = true, .classes = true},
      .params = {},
      .start = start,
  };
  return method;
}

}  // namespace whybox
