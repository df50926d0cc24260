// Average and max pooling, channel-innermost loops. Padding never takes part: averages divide by the pixels inside, as
// TensorFlow does.
#include <algorithm>
#include <array>
#include <limits>
#include <span>

#include "ops/kernel.h"
#include "ops/parallel.h"
#include "ops/quantized.h"
#include "ops/table.h"
#include "ops/window.h"

namespace whybox {
namespace {

Result<Window> window_of(const NodeView& node) {
  const auto& a = node.attributes<PoolAttributes>();
  const Shape& data = node.input(0).shape;
  return make_window(data[1], data[2], a.filter.height, a.filter.width, a.stride, {1, 1}, a.padding);
}

Result<Shape> infer(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  if (node.input_count() != 1 || !node.has_input(0) || node.input(0).is_constant())
    return fail(ErrorCode::bad_model, "wanted one computed input");
  const TensorInfo &input = node.input(0), &output = node.output();
  WHYBOX_CHECK(check_image_shaped(input));
  if (input.type != output.type)
    return fail(ErrorCode::unsupported_type, "output is {}, input is {}: they must agree", to_string(output.type),
                to_string(input.type));
  WHYBOX_TRY(const auto window, window_of(node));
  return Shape{1, window.out_height, window.out_width, input.shape[3]};
}

/// The part of a window that lies inside the input.
struct Range {
  int begin, end;
};
Range inside(int out, int stride, int pad, int kernel, int extent) {
  const int start = out * stride - pad;
  return {std::max(start, 0), std::min(start + kernel, extent)};
}

/// Calls body(n, oy, ox, rows, columns) for every output position, in parallel over output rows.
template <class Body>
void for_each_window(const Window& w, int batch, pthreadpool* threads, const Body& body) {
  parallel_for(threads, static_cast<std::size_t>(batch) * w.out_height, [&](std::size_t job) {
    const int n = static_cast<int>(job) / w.out_height, oy = static_cast<int>(job) % w.out_height;
    const Range rows = inside(oy, w.stride.height, w.pad_top, w.kernel_height, w.in_height);
    for (int ox = 0; ox < w.out_width; ++ox)
      body(n, oy, ox, rows, inside(ox, w.stride.width, w.pad_left, w.kernel_width, w.in_width));
  });
}

std::size_t at(int n, int y, int x, int height, int width, std::size_t depth) {
  return ((static_cast<std::size_t>(n) * height + y) * width + x) * depth;
}

/// sum / count, rounded to nearest, halves away from zero: TensorFlow Lite's rule. Averages of four pixels end in a half so often
/// that another rule would differ at every eighth place.
int rounded_mean(std::int32_t sum, int count) { return (sum + (sum < 0 ? -count : count) / 2) / count; }

template <class T>
void average(const Window& w, std::size_t depth, int batch, const T* in, T* out, Affine from, Affine to, ByteRange range,
             pthreadpool* threads) {
  for_each_window(w, batch, threads, [&](int n, int oy, int ox, Range rows, Range columns) {
    using Sum = std::conditional_t<std::is_same_v<T, float>, float, std::int32_t>;
    std::vector<Sum> sum(depth, Sum{0});
    for (int y = rows.begin; y < rows.end; ++y)
      for (int x = columns.begin; x < columns.end; ++x) {
        const T* pixel = in + at(n, y, x, w.in_height, w.in_width, depth);
        for (std::size_t c = 0; c < depth; ++c) sum[c] += pixel[c];
      }
    const int count = (rows.end - rows.begin) * (columns.end - columns.begin);
    const bool same_steps = from.scale == to.scale && from.zero_point == to.zero_point;
    T* target = out + at(n, oy, ox, w.out_height, w.out_width, depth);
    for (std::size_t c = 0; c < depth; ++c) {
      if constexpr (std::is_same_v<T, float>) {
        target[c] = sum[c] / static_cast<float>(count);
      } else if (same_steps) {
        target[c] = static_cast<T>(rounded_mean(sum[c], count));
      } else {
        const float mean = static_cast<float>(sum[c]) / static_cast<float>(count);
        target[c] = static_cast<T>(quantize_value(from.scale * (mean - static_cast<float>(from.zero_point)), to, range));
      }
    }
  });
}

template <class T>
void maximum(const Window& w, std::size_t depth, int batch, const T* in, T* out, pthreadpool* threads) {
  for_each_window(w, batch, threads, [&](int n, int oy, int ox, Range rows, Range columns) {
    T* target = out + at(n, oy, ox, w.out_height, w.out_width, depth);
    std::fill_n(target, depth, std::numeric_limits<T>::lowest());
    for (int y = rows.begin; y < rows.end; ++y)
      for (int x = columns.begin; x < columns.end; ++x) {
        const T* pixel = in + at(n, y, x, w.in_height, w.in_width, depth);
        for (std::size_t c = 0; c < depth; ++c) target[c] = std::max(target[c], pixel[c]);
      }
  });
}

Result<std::unique_ptr<Kernel>> lower_average(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  WHYBOX_TRY(const auto window, window_of(node));
  const Affine from = affine_of(node.input(0)), to = affine_of(node.output());
  const auto activation = node.attributes<PoolAttributes>().activation;
  const ElementType type = node.output().type;
  const ByteRange range = byte_range(type);
  auto kernel = make_kernel([=, depth = channels(node.input(0))](int batch, const Buffers& b, pthreadpool* threads) {
    with_element_type(type, [&]<class T>() {
      average(window, depth, batch, reinterpret_cast<const T*>(b.inputs[0]), reinterpret_cast<T*>(b.output), from, to,
              range, threads);
    });
  });
  return make_clamped(node.output(), activation, std::move(kernel));
}

Result<std::unique_ptr<Kernel>> lower_max(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  WHYBOX_TRY(const auto window, window_of(node));
  const ElementType type = node.output().type;
  auto kernel = make_kernel([=, depth = channels(node.input(0))](int batch, const Buffers& b, pthreadpool* threads) {
    with_element_type(type, [&]<class T>() {
      maximum(window, depth, batch, reinterpret_cast<const T*>(b.inputs[0]), reinterpret_cast<T*>(b.output), threads);
    });
  });
  return make_clamped(node.output(), node.attributes<PoolAttributes>().activation, std::move(kernel));
}

/// Calls body(n, oy, ox, rows, columns) for every output position, in parallel as far as no two windows of different jobs overlap:
/// over examples, and over rows of windows that lie apart.
template <class Body>
void for_each_window_apart(const Window& w, int batch, pthreadpool* threads, const Body& body) {
  if (w.stride.height >= w.kernel_height) return for_each_window(w, batch, threads, body);
  parallel_for(threads, static_cast<std::size_t>(batch), [&](std::size_t n) {
    for_each_window(w, 1, nullptr, [&](int, int oy, int ox, Range rows, Range columns) {
      body(static_cast<int>(n), oy, ox, rows, columns);
    });
  });
}

Result<std::unique_ptr<ReverseKernel>> reverse_average(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  WHYBOX_TRY(const auto w, window_of(node));
  return make_reverse([w, depth = channels(node.input(0))](const VjpArguments& a) -> Result<void> {
    float* gradient = a.input_gradients[0];
    if (gradient == nullptr) return {};
    std::fill_n(gradient, at(a.batch, 0, 0, w.in_height, w.in_width, depth), 0.0f);
    for_each_window_apart(w, a.batch, a.threads, [&](int n, int oy, int ox, Range rows, Range columns) {
      const float share = 1.0f / static_cast<float>((rows.end - rows.begin) * (columns.end - columns.begin));
      const float* from = a.output_gradient + at(n, oy, ox, w.out_height, w.out_width, depth);
      for (int y = rows.begin; y < rows.end; ++y)
        for (int x = columns.begin; x < columns.end; ++x) {
          float* to = gradient + at(n, y, x, w.in_height, w.in_width, depth);
          for (std::size_t c = 0; c < depth; ++c) to[c] += share * from[c];
        }
    });
    return {};
  });
}

/// Channels that are looked at together, so that what is known of each stays in registers or the nearest cache.
constexpr std::size_t kChannels = 64;

/// Sends `from` to the first of the pixels that holds the maximum, channel by channel (at most kChannels).
void send_to_winner(std::span<const std::size_t> pixels, std::size_t channels, const float* input, const float* __restrict from,
                    float* __restrict gradient) {
  std::array<float, kChannels> best;
  std::array<std::uint32_t, kChannels> winner{};
  std::copy_n(input + pixels[0], channels, best.begin());
  for (std::uint32_t i = 1; i < pixels.size(); ++i) {
    const float* pixel = input + pixels[i];
    for (std::size_t c = 0; c < channels; ++c) {
      const float candidate = pixel[c];
      const bool better = candidate > best[c];
      best[c] = better ? candidate : best[c];
      winner[c] = better ? i : winner[c];
    }
  }
  for (std::uint32_t i = 0; i < pixels.size(); ++i) {
    float* to = gradient + pixels[i];
    for (std::size_t c = 0; c < channels; ++c) {
      const float share = from[c];  // read in any case: a vector cannot read by halves
      to[c] += winner[c] == i ? share : 0.0f;
    }
  }
}

/// The gradient goes to the first pixel that holds the maximum (the "switch" of Zeiler & Fergus 2014).
Result<std::unique_ptr<ReverseKernel>> reverse_max(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  WHYBOX_TRY(const auto w, window_of(node));
  return make_reverse([w, depth = channels(node.input(0))](const VjpArguments& a) -> Result<void> {
    float* gradient = a.input_gradients[0];
    if (gradient == nullptr) return {};
    std::fill_n(gradient, at(a.batch, 0, 0, w.in_height, w.in_width, depth), 0.0f);
    for_each_window_apart(w, a.batch, a.threads, [&](int n, int oy, int ox, Range rows, Range columns) {
      std::vector<std::size_t> pixels;
      for (int y = rows.begin; y < rows.end; ++y)
        for (int x = columns.begin; x < columns.end; ++x) pixels.push_back(at(n, y, x, w.in_height, w.in_width, depth));
      const float* from = a.output_gradient + at(n, oy, ox, w.out_height, w.out_width, depth);
      for (std::size_t c = 0; c < depth; c += kChannels)
        send_to_winner(pixels, std::min(kChannels, depth - c), a.inputs[0] + c, from + c, gradient + c);
    });
    return {};
  });
}

}  // namespace

const Operator kAveragePool{infer, lower_average, reverse_average};
const Operator kMaxPool{infer, lower_max, reverse_max};

}  // namespace whybox
