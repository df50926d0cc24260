"""Tiny networks that between them use every operator of the reader, written with TensorFlow's own operators.

Each network is a function `network(w, x) -> tensors`: `w` hands out seeded weights by name, `x` is [1, H, W, C]. The last
tensor returned is the output. The same function is converted to .tflite and differentiated by GradientTape.
"""
import numpy as np
import tensorflow as tf

INPUT = (12, 10, 3)  # not square, so that a swapped height and width shows


class Weights:
    """Seeded weights by name; `override` replaces some (an int8 model's dequantised ones)."""

    def __init__(self, seed, override=None):
        self.rng = np.random.default_rng(seed)
        self.override = override or {}
        self.given = {}
        self.taps = {}

    def __call__(self, name, shape, fan_in=None, scale=1.0, mean=0.0):
        if name not in self.given:
            deviation = scale * (np.sqrt(2.0 / fan_in) if fan_in else 1.0)
            drawn = (mean + deviation * self.rng.standard_normal(shape)).astype(np.float32)
            self.given[name] = self.override.get(name, drawn)
        return tf.constant(self.given[name])

    def tap(self, name, tensor):
        """Marks an activation as a layer to be differentiated; the same function runs under a tape."""
        if name in self.taps and callable(self.taps[name]):
            return self.taps[name](tensor)
        return tensor


ACTIVATIONS = {
    None: lambda x: x,
    "relu": tf.nn.relu,
    "relu6": tf.nn.relu6,
    "relu_n1_to_1": lambda x: tf.clip_by_value(x, -1.0, 1.0),
    "hard_swish": lambda x: x * tf.nn.relu6(x + 3.0) * (1.0 / 6.0),
    "tanh": tf.tanh,
    "logistic": tf.sigmoid,
    "leaky_relu": lambda x: tf.nn.leaky_relu(x, 0.2),
}


def bias(w, name, x, channels):
    return tf.nn.bias_add(x, w(name + "/bias", (channels,), scale=0.2))


def conv(w, name, x, out, size=3, stride=1, padding="SAME", dilation=1, act=None, with_bias=True):
    kh, kw = (size, size) if isinstance(size, int) else size
    channels = x.shape[-1]
    kernel = w(name + "/kernel", (kh, kw, channels, out), fan_in=kh * kw * channels)
    y = tf.nn.conv2d(x, kernel, stride, padding, dilations=dilation)
    return ACTIVATIONS[act](bias(w, name, y, out) if with_bias else y)


def depthwise(w, name, x, size=3, stride=1, padding="SAME", dilation=1, multiplier=1, act=None):
    channels = x.shape[-1]
    kernel = w(name + "/kernel", (size, size, channels, multiplier), fan_in=size * size)
    y = tf.nn.depthwise_conv2d(x, kernel, (1, stride, stride, 1), padding, dilations=(dilation, dilation))
    return ACTIVATIONS[act](bias(w, name, y, channels * multiplier))


def transpose_conv(w, name, x, out, size=3, stride=2, padding="SAME", with_bias=True):
    channels = x.shape[-1]
    kernel = w(name + "/kernel", (size, size, out, channels), fan_in=size * size * channels / stride**2)
    extent = [d * stride + (max(size - stride, 0) if padding == "VALID" else 0) for d in x.shape[1:3]]
    y = tf.nn.conv2d_transpose(x, kernel, (1, *extent, out), stride, padding)
    return bias(w, name, y, out) if with_bias else y


def dense(w, name, x, out, act=None, with_bias=True):
    y = tf.matmul(x, w(name + "/kernel", (x.shape[-1], out), fan_in=x.shape[-1]))
    return ACTIVATIONS[act](bias(w, name, y, out) if with_bias else y)


def flatten(x):
    return tf.reshape(x, (1, int(np.prod(x.shape[1:]))))


def prelu(w, name, x):
    slope = w(name + "/slope", (1, 1, x.shape[-1]), scale=0.2, mean=0.25)
    return tf.nn.relu(x) + -slope * tf.nn.relu(-x)  # the form that the converter knows as PRELU


def pool(kind, x, size, stride, padding):
    function = tf.nn.max_pool2d if kind == "max" else tf.nn.avg_pool2d
    return function(x, size, stride, padding)


def global_mean(x, keep=False):
    return tf.reduce_mean(x, (1, 2), keepdims=keep)


def hard_sigmoid(x):
    return tf.nn.relu6(x + 3.0) * (1.0 / 6.0)


def resize(x, height, width, kind, align_corners=False, half_pixel_centers=False):
    operator = tf.raw_ops.ResizeBilinear if kind == "bilinear" else tf.raw_ops.ResizeNearestNeighbor
    return operator(images=x, size=(height, width), align_corners=align_corners, half_pixel_centers=half_pixel_centers)


def head(w, x, classes=4):
    return dense(w, "head", global_mean(x), classes)


# Operators --------------------------------------------------------------------------------------------------------------


def conv_strided(w, x):
    x = conv(w, "a", x, 6, stride=2, act="relu6")  # SAME over an even extent: one row below, none above
    x = conv(w, "b", x, 5, size=1, act="relu", with_bias=False)
    return conv(w, "c", x, 4, size=(3, 2), stride=(1, 2), padding="VALID")


def conv_dilated(w, x):
    x = conv(w, "a", x, 5, dilation=2, act="relu")
    return conv(w, "b", x, 4, dilation=(3, 2), padding="VALID")


def conv_even_kernel(w, x):
    x = conv(w, "a", x, 4, size=(2, 4), act="relu_n1_to_1")
    return conv(w, "b", x, 4, size=5, stride=3)


def conv_wide(w, x):
    x = conv(w, "a", x, 20, stride=2, act="relu")
    x = conv(w, "b", x, 12, act="relu")  # more than 1024 weights: the converter quantises them dynamically
    return conv(w, "c", x, 5, size=1)


def depthwise_mixed(w, x):
    x = depthwise(w, "a", x, stride=2, multiplier=2, act="relu6")
    x = depthwise(w, "b", x, dilation=2, act="relu")
    return depthwise(w, "c", x, size=2, padding="VALID")


def depthwise_wide(w, x):
    x = conv(w, "a", x, 116, size=1, stride=3, act="relu6")
    x = depthwise(w, "b", x, act="relu6")
    return conv(w, "c", x, 10, size=1)


def transposed_same(w, x):
    return transpose_conv(w, "b", conv(w, "a", x, 4, stride=2, act="relu"), 3)


def transposed_valid(w, x):
    x = transpose_conv(w, "b", conv(w, "a", x, 4, stride=2, act="relu"), 3, padding="VALID", with_bias=False)
    return transpose_conv(w, "c", x, 2, size=2, padding="VALID")


def dense_softmax(w, x):
    x = pool("average", x, 2, 2, "VALID")
    x = dense(w, "a", flatten(x), 14, act="relu")
    x = dense(w, "b", x, 8, act="relu6", with_bias=False)
    return tf.nn.softmax(dense(w, "c", x, 5))


def dense_logistic(w, x):
    x = conv(w, "a", x, 8, stride=2, act="relu")
    return tf.sigmoid(dense(w, "b", global_mean(x), 3))


def arithmetic(w, x):
    a = conv(w, "a", x, 4, act="relu")
    b = conv(w, "b", x, 4)
    x = tf.nn.relu6(a + b)
    x = x - w("vector", (4,))
    x = tf.tanh(w("minuend", (1, 1, 1, 4)) - x)
    x = x * w("factor", (4,), mean=1.0)
    return tf.nn.relu(x * b) - tf.nn.relu(a - b)


def scalar_constants(w, x):
    x = tf.nn.relu6(x * 2.5 + 1.0)
    return tf.nn.relu(conv(w, "a", x, 4, act="relu") - 0.5) * 0.75


def channel_gate(w, x):
    x = conv(w, "a", x, 6, act="relu")
    gate = conv(w, "b", global_mean(x, keep=True), 6, size=1)
    return x * tf.sigmoid(gate)


def concatenate_channels(w, x):
    a = conv(w, "a", x, 3, act="relu")
    b = conv(w, "b", x, 5, act="relu6")
    return tf.concat([a, pool("max", x, 3, 1, "SAME"), b], 3)


def concatenate_rows(w, x):
    a = conv(w, "a", x, 3, act="relu")
    x = tf.concat([a, tf.tanh(x)], 1)
    return conv(w, "b", tf.concat([x, x], 2), 3, stride=2)


def average_pool(w, x):
    x = conv(w, "a", x, 4)
    x = pool("average", x, 3, 1, "SAME")
    x = pool("average", x, 3, 2, "SAME")
    return pool("average", x, (2, 3), (2, 1), "VALID")


def max_pool(w, x):
    x = conv(w, "a", x, 4)
    x = pool("max", x, 3, 1, "SAME")
    x = pool("max", x, 3, 2, "SAME")
    return pool("max", x, (2, 3), (2, 1), "VALID")


def mean_kept(w, x):
    x = global_mean(conv(w, "a", x, 6, act="relu"), keep=True)
    x = conv(w, "b", x, 5, size=1)
    return tf.nn.softmax(tf.squeeze(x, (1, 2)))


def mean_dropped(w, x):
    return dense(w, "b", global_mean(conv(w, "a", x, 6, act="relu6")), 5)


def pad_then_stride(w, x):
    x = conv(w, "a", tf.pad(x, ((0, 0), (0, 1), (0, 1), (0, 0))), 4, stride=2, padding="VALID", act="relu")
    x = tf.pad(x, ((0, 0), (1, 2), (3, 0), (0, 0)))
    return pool("average", x, 2, 2, "VALID")


def pad_with_value(w, x):
    x = tf.pad(conv(w, "a", x, 4, act="relu_n1_to_1"), ((0, 0), (1, 1), (2, 1), (0, 0)), constant_values=-0.75)
    return pool("max", x, 3, 2, "VALID")


def reshapes(w, x):
    x = conv(w, "a", x, 4, stride=2, act="relu")
    x = tf.reshape(x, (1, 15, 8, 1))
    x = conv(w, "b", x, 3, size=(15, 1), padding="VALID")
    x = tf.squeeze(x, (1,))
    x = tf.expand_dims(x, 1)
    return tf.nn.softmax(dense(w, "c", flatten(tf.tanh(x)), 4))


def resized(kind, align_corners, half_pixel_centers):
    def network(w, x):
        x = conv(w, "a", x, 3, stride=2, act="relu")
        x = resize(x, 13, 11, kind, align_corners, half_pixel_centers)
        x = conv(w, "b", x, 3)
        return resize(x, 6, 7, kind, align_corners, half_pixel_centers)

    return network


def activated(name):
    def network(w, x):
        x = ACTIVATIONS[name](pool("average", conv(w, "a", x, 4) * 2.0, 2, 1, "VALID"))  # fused where there is a fused form
        x = conv(w, "b", x, 4, size=1) * 3.0
        return ACTIVATIONS[name](tf.pad(x, ((0, 0), (1, 0), (0, 0), (0, 0))))  # a pad fuses nothing: a node of its own

    return network


def prelu_conv(w, x):
    x = prelu(w, "p", conv(w, "a", x, 4))
    return prelu(w, "q", conv(w, "b", x, 4, size=1))


def softmax_positions(w, x):
    return tf.nn.softmax(conv(w, "a", x, 5, stride=3))


# Small versions of the families that the reader is for -------------------------------------------------------------------


def mobilenet_v1(w, x):
    x = conv(w, "stem", x, 8, stride=2, act="relu6")
    for i, (out, stride) in enumerate([(8, 1), (12, 2)]):
        x = depthwise(w, f"dw{i}", x, stride=stride, act="relu6")
        x = w.tap(f"pw{i}", conv(w, f"pw{i}", x, out, size=1, act="relu6"))
    x = pool("average", x, (3, 3), 1, "VALID")
    logits = tf.squeeze(conv(w, "head", x, 5, size=1), (1, 2))
    return logits, tf.nn.softmax(logits)


def mobilenet_v2(w, x):
    x = w.tap("stem", conv(w, "stem", x, 6, stride=2, act="relu6"))
    for i, stride in enumerate([1, 2, 1]):
        y = conv(w, f"expand{i}", x, 12, size=1, act="relu6")
        y = depthwise(w, f"dw{i}", y, stride=stride, act="relu6")
        y = w.tap(f"project{i}", conv(w, f"project{i}", y, 6, size=1))
        x = x + y if stride == 1 else y
    x = w.tap("last", conv(w, "last", x, 16, size=1, act="relu6"))
    logits = head(w, x, 5)
    return logits, tf.nn.softmax(logits)


def mobilenet_v3(w, x):
    x = w.tap("stem", conv(w, "stem", x, 6, stride=2, act="hard_swish"))
    y = conv(w, "expand", x, 12, size=1, act="hard_swish")
    y = depthwise(w, "dw", y, size=5, act="hard_swish")
    gate = conv(w, "squeeze", global_mean(y, keep=True), 4, size=1, act="relu")
    y = w.tap("gated", y * hard_sigmoid(conv(w, "excite", gate, 12, size=1)))
    x = x + conv(w, "project", y, 6, size=1)
    x = w.tap("last", conv(w, "last", x, 10, size=1, act="hard_swish"))
    x = conv(w, "features", global_mean(x, keep=True), 12, size=1, act="hard_swish")
    logits = tf.reshape(conv(w, "head", x, 5, size=1), (1, 5))
    return logits, tf.nn.softmax(logits)


def inception(w, x):
    x = w.tap("stem", conv(w, "stem", x, 6, padding="VALID"))
    a = conv(w, "a", x, 4, size=1, act="relu")
    b = w.tap("b", conv(w, "b2", conv(w, "b1", x, 4, size=1, act="relu"), 5, size=(1, 3), act="relu"))
    c = conv(w, "c", pool("average", x, 3, 1, "SAME"), 3, size=1, act="relu")
    d = w.tap("d", pool("max", x, 3, 1, "SAME"))
    x = w.tap("mixed", tf.concat([a, b, c, d], 3))
    x = w.tap("reduced", conv(w, "reduce", x, 8, stride=2, padding="VALID", act="relu"))
    logits = head(w, x, 5)
    return logits, tf.nn.softmax(logits)


def resnet(w, x):
    x = tf.pad(x, ((0, 0), (0, 1), (2, 1), (0, 0)))
    x = w.tap("stem", conv(w, "stem", x, 6, stride=2, padding="VALID"))
    x = pool("max", x, 2, 1, "VALID")
    y = conv(w, "b", conv(w, "a", x, 6, act="relu"), 6)
    x = w.tap("sum", tf.nn.relu(x + y))
    y = w.tap("d", conv(w, "d", conv(w, "c", x, 8, stride=2, act="relu"), 8))
    x = tf.nn.relu(y + conv(w, "short", x, 8, size=1, stride=2))
    logits = dense(w, "head", flatten(x), 5)
    return logits, tf.nn.softmax(logits)


def squeezenet(w, x):
    x = conv(w, "stem", x, 6, stride=2, act="relu")
    s = w.tap("squeeze", conv(w, "squeeze", x, 3, size=1, act="relu"))
    x = w.tap("fire", tf.concat([conv(w, "e1", s, 4, size=1, act="relu"), conv(w, "e3", s, 4, act="relu")], 3))
    x = w.tap("classes", conv(w, "head", x, 5, size=1, act="relu"))
    logits = global_mean(x)
    return logits, tf.nn.softmax(logits)


def upsampling(w, x):
    x = w.tap("stem", conv(w, "stem", x, 4, stride=2, act="leaky_relu"))
    a = resize(x, 11, 9, "bilinear", half_pixel_centers=True)
    b = resize(x, 11, 9, "bilinear", align_corners=True)
    c = resize(x, 11, 9, "bilinear")
    d = resize(x, 11, 9, "nearest", half_pixel_centers=True)
    x = tf.concat([a, b, c, d], 3)
    x = w.tap("mixed", conv(w, "mix", x, 6, stride=2, act="tanh"))
    x = w.tap("up", transpose_conv(w, "up", x, 4))
    x = w.tap("up2", transpose_conv(w, "up2", tf.sigmoid(x), 4, size=2, padding="VALID"))
    return (head(w, tf.tanh(x), 5),)


def smooth_arithmetic(w, x):
    x = w.tap("stem", prelu(w, "p", conv(w, "stem", x, 4)))
    y = w.tap("wide", depthwise(w, "wide", x, multiplier=2, stride=2, act="relu_n1_to_1"))
    a, b = conv(w, "a", y, 4, size=1), w.tap("b", conv(w, "b", y, 4, size=1, act="logistic"))
    x = (a - b) * tf.tanh(b - w("vector", (4,)))
    x = tf.nn.relu6(x + w("shift", (4,), mean=0.5)) * b
    x = tf.pad(x, ((0, 0), (1, 0), (0, 2), (0, 0)))
    x = w.tap("pooled", pool("average", x, 3, 2, "SAME"))
    x = dense(w, "hidden", flatten(x), 9, act="hard_swish")
    logits = dense(w, "head", x, 3, with_bias=False)
    return logits, tf.sigmoid(logits)


def mixed(w, x):
    """What the families above leave to a decomposition, without products of two activations."""
    x = w.tap("stem", conv(w, "stem", x, 6, size=(2, 4), act="hard_swish"))
    y = depthwise(w, "dw", x, dilation=2, multiplier=2, act="relu6")
    y = prelu(w, "p", conv(w, "dilated", y, 6, dilation=(3, 2)))
    x = w.tap("sum", x + y)
    x = w.tap("pooled", tf.concat([pool("average", x, 3, 2, "SAME"), pool("max", x, 3, 2, "SAME")], 3))
    x = conv(w, "c", x, 8, size=1, act="relu_n1_to_1")
    x = resize(x, 9, 7, "nearest", half_pixel_centers=True)
    x = tf.concat([x, ACTIVATIONS["leaky_relu"](tf.pad(x, ((0, 0), (1, 0), (0, 0), (0, 0))))], 1)
    x = w.tap("last", conv(w, "last", x, 10, size=(4, 3), stride=(3, 2), padding="VALID", act="relu"))
    x = dense(w, "hidden", flatten(pool("average", x, (2, 3), (2, 1), "SAME")), 12, act="relu")
    logits = dense(w, "head", x, 5)
    return logits, tf.nn.softmax(logits)


OPERATORS = {
    "conv_strided": conv_strided,
    "conv_dilated": conv_dilated,
    "conv_even_kernel": conv_even_kernel,
    "conv_wide": conv_wide,
    "depthwise_mixed": depthwise_mixed,
    "depthwise_wide": depthwise_wide,
    "transposed_same": transposed_same,
    "transposed_valid": transposed_valid,
    "dense_softmax": dense_softmax,
    "dense_logistic": dense_logistic,
    "arithmetic": arithmetic,
    "scalar_constants": scalar_constants,
    "channel_gate": channel_gate,
    "concatenate_channels": concatenate_channels,
    "concatenate_rows": concatenate_rows,
    "average_pool": average_pool,
    "max_pool": max_pool,
    "mean_kept": mean_kept,
    "mean_dropped": mean_dropped,
    "pad_then_stride": pad_then_stride,
    "pad_with_value": pad_with_value,
    "reshapes": reshapes,
    "bilinear_half_pixel": resized("bilinear", False, True),
    "bilinear_corners": resized("bilinear", True, False),
    "bilinear_plain": resized("bilinear", False, False),
    "nearest_half_pixel": resized("nearest", False, True),
    "nearest_corners": resized("nearest", True, False),
    "nearest_plain": resized("nearest", False, False),
    "prelu": prelu_conv,
    "softmax_positions": softmax_positions,
    **{name: activated(name) for name in ACTIVATIONS if name},
}

FAMILIES = {
    "mobilenet_v1": mobilenet_v1,
    "mobilenet_v2": mobilenet_v2,
    "mobilenet_v3": mobilenet_v3,
    "inception": inception,
    "resnet": resnet,
    "squeezenet": squeezenet,
    "upsampling": upsampling,
    "smooth_arithmetic": smooth_arithmetic,
    "mixed": mixed,
}
