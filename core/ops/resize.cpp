// Resize, bilinear and nearest, in TensorFlow Lite's three conventions of where a pixel's centre is.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "ops/kernel.h"
#include "ops/parallel.h"
#include "ops/quantized.h"
#include "ops/table.h"
#include "ops/window.h"

namespace whybox {
namespace {

constexpr int kMaxExtent = 1 << 14;

Result<Shape> infer(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  const auto& a = node.attributes<ResizeAttributes>();
  if (node.input_count() < 1 || !node.has_input(0) || node.input(0).is_constant())
    return fail(ErrorCode::bad_model, "wanted computed data");
  WHYBOX_CHECK(check_image_shaped(node.input(0)));
  if (node.input(0).type != node.output().type)
    return fail(ErrorCode::unsupported_type, "output is {}, input is {}: they must agree",
                to_string(node.output().type), to_string(node.input(0).type));
  if (a.height < 1 || a.width < 1 || a.height > kMaxExtent || a.width > kMaxExtent)
    return fail(ErrorCode::bad_model, "the new size is {}x{}, wanted 1 to {}", a.height, a.width, kMaxExtent);
  return Shape{1, a.height, a.width, node.input(0).shape[3]};
}

/// Where an output row (or column) reads: two neighbours and how much of the second.
struct Tap {
  int low, high;
  float share;
};

std::vector<Tap> taps(int in, int out, const ResizeAttributes& a, bool nearest) {
  const float scale = a.align_corners && out > 1 ? static_cast<float>(in - 1) / static_cast<float>(out - 1)
                                                 : static_cast<float>(in) / static_cast<float>(out);
  std::vector<Tap> result;
  for (int i = 0; i < out; ++i) {
    const auto at = static_cast<float>(i);
    if (nearest) {
      const float x = a.half_pixel_centers ? (at + 0.5f) * scale : at * scale;
      const int pick = std::min(static_cast<int>(a.align_corners ? std::round(x) : std::floor(x)), in - 1);
      result.push_back({pick, pick, 0});
    } else {
      const float x = a.half_pixel_centers ? (at + 0.5f) * scale - 0.5f : at * scale;
      const int low = std::max(static_cast<int>(std::floor(x)), 0);
      result.push_back({std::min(low, in - 1), std::clamp(static_cast<int>(std::floor(x)) + 1, 0, in - 1),
                        std::max(x, 0.0f) - static_cast<float>(low)});
    }
  }
  return result;
}

struct ResizeShape {
  int in_height, in_width;
  std::size_t depth;
  std::vector<Tap> rows, columns;
};

ResizeShape resize_shape(const NodeView& node) {
  const auto& a = node.attributes<ResizeAttributes>();
  const Shape& in = node.input(0).shape;
  const bool nearest = node.kind() == OpKind::resize_nearest;
  return {in[1], in[2], channels(node.input(0)), taps(in[1], a.height, a, nearest), taps(in[2], a.width, a, nearest)};
}

void bilinear(const ResizeShape& s, int batch, const float* in, float* out, pthreadpool* threads) {
  const std::size_t height = s.rows.size(), width = s.columns.size();
  parallel_for(threads, static_cast<std::size_t>(batch) * height, [&](std::size_t job) {
    const float* image = in + job / height * s.in_height * s.in_width * s.depth;
    const Tap& row = s.rows[job % height];
    for (std::size_t x = 0; x < width; ++x) {
      const Tap& column = s.columns[x];
      const auto pixel = [&](int py, int px) { return image + (static_cast<std::size_t>(py) * s.in_width + px) * s.depth; };
      const float *a = pixel(row.low, column.low), *b = pixel(row.low, column.high);
      const float *c = pixel(row.high, column.low), *d = pixel(row.high, column.high);
      float* target = out + (job * width + x) * s.depth;
      for (std::size_t i = 0; i < s.depth; ++i) {
        const float upper = a[i] + (b[i] - a[i]) * column.share, lower = c[i] + (d[i] - c[i]) * column.share;
        target[i] = upper + (lower - upper) * row.share;
      }
    }
  });
}

Result<std::unique_ptr<Kernel>> lower(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  auto s = resize_shape(node);
  const std::size_t size = byte_size(node.output().type);
  if (raw.kind == OpKind::resize_nearest)
    return make_kernel([s = std::move(s), size](int batch, const Buffers& b, pthreadpool*) {
      std::byte* to = b.output;
      for (std::size_t n = 0; n < static_cast<std::size_t>(batch); ++n)
        for (const Tap& row : s.rows)
          for (const Tap& column : s.columns) {
            const std::size_t pixel = (n * s.in_height + row.low) * s.in_width + column.low;
            std::memcpy(to, b.inputs[0] + pixel * s.depth * size, s.depth * size);
            to += s.depth * size;
          }
    });
  auto kernel = make_kernel([s = std::move(s)](int batch, const Buffers& b, pthreadpool* threads) {
    bilinear(s, batch, reinterpret_cast<const float*>(b.inputs[0]), reinterpret_cast<float*>(b.output), threads);
  });
  if (is_quantized(node.output().type)) return make_float_detour(graph, raw, std::move(kernel));
  return kernel;
}

/// The interpolation is linear: every output gradient goes back to its four neighbours by their shares.
Result<std::unique_ptr<ReverseKernel>> reverse(const Graph& graph, const Node& raw) {
  return make_reverse([s = resize_shape(NodeView(graph, raw))](const VjpArguments& a) -> Result<void> {
    float* gradient = a.input_gradients[0];
    if (gradient == nullptr) return {};
    const std::size_t image = static_cast<std::size_t>(s.in_height) * s.in_width * s.depth;
    std::fill_n(gradient, image * static_cast<std::size_t>(a.batch), 0.0f);
    const float* from = a.output_gradient;
    for (std::size_t n = 0; n < static_cast<std::size_t>(a.batch); ++n)
      for (const Tap& row : s.rows)
        for (const Tap& column : s.columns) {
          const auto give = [&](int y, int x, float share) {
            float* to = gradient + n * image + (static_cast<std::size_t>(y) * s.in_width + x) * s.depth;
            for (std::size_t i = 0; i < s.depth; ++i) to[i] += share * from[i];
          };
          give(row.low, column.low, (1 - row.share) * (1 - column.share));
          give(row.low, column.high, (1 - row.share) * column.share);
          give(row.high, column.low, row.share * (1 - column.share));
          give(row.high, column.high, row.share * column.share);
          from += s.depth;
        }
    return {};
  });
}

}  // namespace

const Operator kResize{infer, lower, reverse};

}  // namespace whybox
