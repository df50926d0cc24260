// 8-bit convolution by WebAssembly's relaxed dot of bytes, which multiplies sixteen of them where XNNPACK's kernels widen to 16 bits and
// multiply eight: x86 without AVX-VNNI adds two products with saturation, and PackedDots sees to it that none occurs.
#include "ops/dot_conv.h"

#include <algorithm>
#include <cstring>

#include "ops/byte_lanes.h"
#include "ops/kernel.h"
#include "ops/parallel.h"
#include "ops/quantized.h"
#include "ops/weights.h"

namespace whybox {
namespace {

using lanes::Bytes;
using lanes::Ints;

// Output pixels computed together: 8 sums, 2 dots of weights and 1 of values fit 16 registers.
constexpr std::size_t kRows = 4;
// Output pixels of one task: no more than lie in the first cache, and few enough that all threads end together.
constexpr std::size_t kPanelBytes = 16 << 10, kMaxTaskRows = 64, kTasksPerThread = 4;
constexpr std::size_t kLane = 16;
// XNNPACK refuses such scales with its own message.
constexpr float kMaxScale = 256;
// A dot here takes a little over half the time of XNNPACK's product, an extra one somewhat more.
constexpr double kMaxExtraShare = 0.5;
// XNNPACK computes 4 outputs at a time, this 8: up to here half of them would be thrown away.
constexpr std::size_t kFewOutputs = 4;

/// Each output pixel sees the input's pixel at its own place, and no more.
bool sees_one_pixel(const Window& w) { return w.kernel_height * w.kernel_width * w.stride.height * w.stride.width == 1; }

std::size_t rounded_up(std::size_t value, std::size_t step) { return (value + step - 1) / step * step; }

class DotConvKernel final : public Kernel {
 public:
  explicit DotConvKernel(DotConv conv)
      : conv_(std::move(conv)),
        requantization_{conv_.out_zero_point, conv_.out_min, conv_.out_max, conv_.flip},
        one_pixel_(sees_one_pixel(conv_.window)),
        row_bytes_(rounded_up(conv_.weights.depth + kLane, kLane)),  // copies and windows end up to a lane late
        line_bytes_(static_cast<std::size_t>(conv_.window.in_width) * conv_.channels),
        pixels_(static_cast<std::size_t>(conv_.window.out_height) * static_cast<std::size_t>(conv_.window.out_width)) {}

  Result<std::size_t> reshape(int batch, pthreadpool* threads) override {
    const std::size_t count = pthreadpool_get_threads_count(threads);
    const std::size_t most = std::clamp(kPanelBytes / row_bytes_ / kRows * kRows, kRows, kMaxTaskRows);
    rows_ = static_cast<std::size_t>(batch) * pixels_;
    task_rows_ = std::clamp(rounded_up(rows_ / (count * kTasksPerThread), kRows), kRows, most);
    return count * task_rows_ * row_bytes_;
  }
  Result<void> bind(const Buffers& buffers) override {
    input_ = reinterpret_cast<const std::uint8_t*>(buffers.inputs[0]);
    output_ = reinterpret_cast<std::uint8_t*>(buffers.output);
    panels_ = reinterpret_cast<std::uint8_t*>(buffers.workspace);
    return {};
  }
  Result<void> run(pthreadpool* threads) override {
    parallel_for_threads(threads, (rows_ + task_rows_ - 1) / task_rows_, [&](std::size_t thread, std::size_t task) {
      const std::size_t begin = task * task_rows_;
      compute(panels_ + thread * task_rows_ * row_bytes_, begin, std::min(task_rows_, rows_ - begin));
    });
    return {};
  }

 private:
  /// Rows begin .. begin + count - 1: every block of weights meets them all before the next does, as what it reads stays at hand and
  /// its number of extra dots is then no surprise to the processor.
  void compute(std::uint8_t* panel, std::size_t begin, std::size_t count) const {
    gather(begin, count, panel);
    const std::size_t whole = count / kRows * kRows, outputs = conv_.weights.outputs;
    for (std::size_t block = 0; block < conv_.weights.blocks; ++block) {
      std::uint8_t* to = output_ + begin * outputs + block * PackedDots::kBlock;
      multiply<kRows>(block, panel, whole, to);
      multiply<1>(block, panel + whole * row_bytes_, count - whole, to + whole * outputs);
    }
  }

  void gather(std::size_t begin, std::size_t count, std::uint8_t* panel) const {
    for (std::size_t row = begin; row < begin + count; ++row, panel += row_bytes_) {
      if (one_pixel_)
        copy(input_ + row * conv_.channels, conv_.channels, panel);
      else
        gather(row, panel);
    }
  }

  /// What the window of one output pixel sees, [kernel height, kernel width, channels] unsigned bytes.
  void gather(std::size_t row, std::uint8_t* to) const {
    const Window& w = conv_.window;
    const int pixel = static_cast<int>(row % pixels_), y = pixel / w.out_width, x = pixel - y * w.out_width;
    const int top = y * w.stride.height - w.pad_top, left = x * w.stride.width - w.pad_left;
    const std::uint8_t* image = input_ + row / pixels_ * static_cast<std::size_t>(w.in_height) * line_bytes_;
    for (int ky = 0; ky < w.kernel_height; ++ky) {
      const int line = top + ky * w.dilation.height;
      const bool outside = line < 0 || line >= w.in_height;
      to = outside ? fill(to, w.kernel_width) : gather_line(image + static_cast<std::size_t>(line) * line_bytes_, left, to);
    }
  }

  std::uint8_t* gather_line(const std::uint8_t* line, int left, std::uint8_t* to) const {
    const Window& w = conv_.window;
    const int right = left + w.kernel_width;
    if (w.dilation.width != 1) {
      for (int kx = 0; kx < w.kernel_width; ++kx) {
        const int x = left + kx * w.dilation.width;
        to = x < 0 || x >= w.in_width ? fill(to, 1) : copy_pixels(line, x, x + 1, to);
      }
      return to;
    }
    if (left < 0) to = fill(to, std::min(0, right) - left);
    if (right > 0 && left < w.in_width) to = copy_pixels(line, std::max(0, left), std::min(right, w.in_width), to);
    return right > w.in_width ? fill(to, right - std::max(left, w.in_width)) : to;
  }

  std::uint8_t* fill(std::uint8_t* to, int pixels) const {
    const std::size_t bytes = static_cast<std::size_t>(pixels) * conv_.channels;
    std::memset(to, conv_.in_zero_point, bytes);
    return to + bytes;
  }

  std::uint8_t* copy_pixels(const std::uint8_t* line, int begin, int end, std::uint8_t* to) const {
    return copy(line + static_cast<std::size_t>(begin) * conv_.channels, static_cast<std::size_t>(end - begin) * conv_.channels, to);
  }

  /// Reads and writes up to a lane further than asked; what comes later is written over it.
  std::uint8_t* copy(const std::uint8_t* from, std::size_t bytes, std::uint8_t* to) const {
    const Bytes flip = lanes::repeat_byte(conv_.flip);
    for (std::size_t i = 0; i < bytes; i += kLane) lanes::store_bytes(to + i, lanes::xored(lanes::load_bytes(from + i), flip));
    return to + bytes;
  }

  /// Where eight outputs find what they need.
  struct Block {
    Ints left_bias, right_bias;
    const std::int8_t *begin, *end;                                        // dots
    const PackedDots::Extra *left_extras, *right_extras, *right_extras_end;  // the left ones end where the right ones begin
    const float* scales;
    std::size_t outputs;  // fewer in the last
  };

  Block block_of(std::size_t index) const {
    const PackedDots& w = conv_.weights;
    const std::size_t first = index * PackedDots::kBlock, bytes = w.groups * 2 * PackedDots::kDot;
    const std::uint32_t* halves = &w.extra_begin[2 * index];
    const auto extra = [&](std::size_t half) { return w.extras.data() + halves[half]; };
    return {lanes::load_ints(&conv_.bias[first]), lanes::load_ints(&conv_.bias[first + PackedDots::kHalf]),
            w.weights.data() + index * bytes,     w.weights.data() + (index + 1) * bytes,
            extra(0),                             extra(1),
            extra(2),                             &conv_.scales[first],
            std::min(PackedDots::kBlock, w.outputs - first)};
  }

  /// A block's outputs of `count` pixels, `Rows` at a time. The loops over those must be unrolled, or the sums do not stay in registers.
  template <std::size_t Rows>
  void multiply(std::size_t index, const std::uint8_t* panel, std::size_t count, std::uint8_t* to) const {
    const std::size_t outputs = conv_.weights.outputs, row_bytes = row_bytes_;
    const Block block = block_of(index);
    const lanes::Rescale rescale(block.scales, requantization_);
    for (std::size_t row = 0; row < count; row += Rows, panel += Rows * row_bytes, to += Rows * outputs) {
      Ints left[Rows], right[Rows];
#pragma clang loop unroll(full)
      for (std::size_t r = 0; r < Rows; ++r) left[r] = block.left_bias, right[r] = block.right_bias;
      const std::uint8_t* values = panel;
      for (const std::int8_t* dots = block.begin; dots != block.end; dots += 2 * PackedDots::kDot, values += PackedDots::kGroup) {
        const Bytes first = lanes::load_bytes(dots), second = lanes::load_bytes(dots + PackedDots::kDot);
#pragma clang loop unroll(full)
        for (std::size_t r = 0; r < Rows; ++r) {
          const Bytes four = lanes::repeat_four(values + r * row_bytes);
          left[r] = lanes::multiply_add(left[r], first, four);
          right[r] = lanes::multiply_add(right[r], second, four);
        }
      }
      for (const auto* extra = block.left_extras; extra != block.right_extras; ++extra) add(*extra, panel, left);
      for (const auto* extra = block.right_extras; extra != block.right_extras_end; ++extra) add(*extra, panel, right);
#pragma clang loop unroll(full)
      for (std::size_t r = 0; r < Rows; ++r) store(rescale, to + r * outputs, block.outputs, left[r], right[r]);
    }
  }

  template <std::size_t Rows>
  [[gnu::always_inline]] void add(const PackedDots::Extra& extra, const std::uint8_t* panel, Ints (&sums)[Rows]) const {
    const Bytes weights = lanes::load_bytes(extra.weights.data()), picks = lanes::load_bytes(extra.picks.data());
#pragma clang loop unroll(full)
    for (std::size_t r = 0; r < Rows; ++r)
      sums[r] = lanes::multiply_add(sums[r], weights, lanes::picked(lanes::load_bytes(panel + r * row_bytes_ + extra.offset), picks));
  }

  [[gnu::always_inline]] static void store(const lanes::Rescale& rescale, std::uint8_t* to, std::size_t count, Ints left, Ints right) {
    if (count == PackedDots::kBlock) return rescale.store(to, left, right);
    std::uint8_t bytes[PackedDots::kBlock];
    rescale.store(bytes, left, right);
    std::memcpy(to, bytes, count);
  }

  DotConv conv_;
  lanes::Requantization requantization_;
  bool one_pixel_;
  std::size_t row_bytes_, line_bytes_, pixels_, rows_ = 0, task_rows_ = kRows;
  const std::uint8_t* input_ = nullptr;
  std::uint8_t *output_ = nullptr, *panels_ = nullptr;
};

/// Weights less their zero point, [outputs, depth].
std::vector<std::int16_t> centred(const TensorInfo& weights) {
  const bool is_signed = weights.type == ElementType::i8;
  const int zero_point = is_signed ? 0 : affine_of(weights).zero_point;
  std::vector<std::int16_t> values;
  values.reserve(weights.constant.size());
  for (const std::byte byte : weights.constant) {
    const auto stored = std::to_integer<std::uint8_t>(byte);
    values.push_back(static_cast<std::int16_t>((is_signed ? static_cast<std::int8_t>(stored) : stored) - zero_point));
  }
  return values;
}

/// bias - zero_point * sum of the weights, modulo 2^32 as the sums are.
std::int32_t bias_at_zero(std::int64_t bias, int zero_point, std::span<const std::int16_t> weights) {
  for (const std::int16_t weight : weights) bias -= zero_point * weight;
  return static_cast<std::int32_t>(bias);
}

}  // namespace

Result<DotConv> dot_conv_of(const NodeView& node, const ConvShape& shape) {
  const TensorInfo &input = node.input(0), &output = node.output(), &weights = node.input(1);
  const std::size_t outputs = shape.outputs(), depth = weights.constant.size() / outputs;
  const Affine in = affine_of(input), out = affine_of(output);
  const int offset = -byte_range(input.type).min;  // from stored values to unsigned bytes
  const ByteRange range = range_of(node.attributes<ConvAttributes>().activation, output);
  const std::vector<std::int16_t> values = centred(weights);
  const auto weight_scales = channel_scales(weights, outputs);
  WHYBOX_TRY(const auto bias, integer_bias(node, 2, outputs));

  DotConv conv{shape.window, shape.inputs(), pack_dots(values, outputs, depth), {}, {}, in.zero_point + offset, out.zero_point + offset,
               range.min + offset, range.max + offset, static_cast<std::uint8_t>(offset)};
  conv.bias.resize(conv.weights.blocks * PackedDots::kBlock);
  conv.scales.resize(conv.bias.size());
  for (std::size_t o = 0; o < outputs; ++o) {
    const auto row = std::span(values).subspan(o * depth, depth);
    conv.bias[o] = bias_at_zero(bias.empty() ? 0 : bias[o], conv.in_zero_point, row);
    conv.scales[o] = in.scale * weight_scales[o] / out.scale;
  }
  return conv;
}

std::unique_ptr<Kernel> make_dot_conv(DotConv conv) { return std::make_unique<DotConvKernel>(std::move(conv)); }

bool has_saturating_dot() {
#ifdef __wasm_relaxed_simd__
  // Volatile, or the compiler answers for the processor. 255 as the second operand is -1 on processors that take it as signed.
  static const bool found = [] {
    const volatile v128_t weights = wasm_i8x16_const(127, 1, -128, 0, 64, 64, -64, -64, 127, -128, -1, 0, 0, 127, 1, 1);
    const volatile v128_t values = wasm_i8x16_const_splat(-1);
    const v128_t pairs = wasm_i16x8_relaxed_dot_i8x16_i7x16(weights, values);
    const v128_t wanted = wasm_i16x8_const(32640, -32640, 32640, -32640, -255, -255, 32385, 510);
    // Where a dot of four does not saturate (AVX-VNNI), XNNPACK has kernels with it.
    const volatile v128_t large = wasm_i8x16_const_splat(127);
    const v128_t fours = wasm_i32x4_relaxed_dot_i8x16_i7x16_add(large, values, wasm_i32x4_const_splat(0));
    return !wasm_v128_any_true(wasm_v128_xor(pairs, wanted)) && wasm_i32x4_extract_lane(fours, 0) != 4 * 127 * 255;
  }();
  return found;
#else
  return false;
#endif
}

Result<std::unique_ptr<Kernel>> lower_dot_conv(const NodeView& node, const ConvShape& shape) {
  if (!has_saturating_dot() || shape.depthwise || shape.groups > 1 || shape.outputs() <= kFewOutputs) return nullptr;
  WHYBOX_TRY(DotConv conv, dot_conv_of(node, shape));
  if (conv.weights.extra_share() > kMaxExtraShare || std::ranges::any_of(conv.scales, [](float scale) { return scale >= kMaxScale; }))
    return nullptr;
  return make_dot_conv(std::move(conv));
}

}  // namespace whybox
