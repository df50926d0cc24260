"""MobileNetV2 (Sandler et al. 2018) with the weights of a .tflite file, which has normalisation folded into its convolutions."""

import pathlib
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

# (expansion, blocks, stride of the first) in order: table 2 of the paper; how many channels, the weights say.
BLOCKS = ((1, 1, 1), (6, 2, 2), (6, 3, 2), (6, 4, 2), (6, 3, 1), (6, 3, 2), (6, 1, 1))


@dataclass(frozen=True)
class Product:
    """A convolution of a file: weights [KH, KW, in, out] ([KH, KW, channels, 1] where depthwise), bias [out]."""

    depthwise: bool
    weights: np.ndarray
    bias: np.ndarray


def dequantized(interpreter, index: int) -> np.ndarray:
    values = interpreter.get_tensor(index)
    detail = next(each for each in interpreter.get_tensor_details() if each["index"] == index)
    facts = detail["quantization_parameters"]
    if not len(facts["scales"]):
        return values
    shape = [1] * values.ndim
    shape[facts["quantized_dimension"]] = -1
    return (values.astype(np.float32) - facts["zero_points"].reshape(shape)) * facts["scales"].reshape(shape)


def read_products(file: pathlib.Path) -> list[Product]:
    """Every convolution of a file in order, dequantised."""
    interpreter = tf.lite.Interpreter(model_path=str(file))
    found = []
    for op in interpreter._get_ops_details():
        if op["op_name"] in ("CONV_2D", "DEPTHWISE_CONV_2D"):
            weights, bias = (dequantized(interpreter, index).astype(np.float32) for index in op["inputs"][1:3])
            depthwise = op["op_name"] == "DEPTHWISE_CONV_2D"
            order = (1, 2, 3, 0)  # of [out, KH, KW, in], and of [1, KH, KW, channels]
            found.append(Product(depthwise, weights.transpose(order), bias))
    return found


class Stack:
    """Lays convolutions with given weights one after the other."""

    def __init__(self, products: list[Product]):
        self.products, self.layers = iter(products), []

    def lay(self, x, name: str, stride: int = 1, rectified: bool = True):
        product = next(self.products)
        kernel = product.weights.shape[0]
        if product.depthwise:
            layer = keras.layers.DepthwiseConv2D(kernel, stride, "same", name=name)
        else:
            layer = keras.layers.Conv2D(product.weights.shape[3], kernel, stride, "same", name=name)
        x = layer(x)
        self.layers.append((layer, product))
        return keras.layers.ReLU(6.0, name=f"{name}_relu")(x) if rectified else x

    def fill(self) -> None:
        for layer, product in self.layers:
            layer.set_weights([product.weights, product.bias])


def block(stack: Stack, before, number: int, expansion: int, stride: int, repeated: bool):
    """An inverted residual; one that repeats the block before adds to what that gave."""
    x = stack.lay(before, f"block_{number}_expand") if expansion > 1 else before
    x = stack.lay(x, f"block_{number}_depthwise", stride)
    x = stack.lay(x, f"block_{number}_project", rectified=False)
    return keras.layers.Add(name=f"block_{number}_out")([before, x]) if repeated else keras.layers.Identity(name=f"block_{number}_out")(x)


def mobilenet_v2(image, products: list[Product], last: int | None = None):
    """Features [N, H / 32, W / 32, 1280]; each block's output is the layer `block_I_out`. Sizes must be multiples of 32.

    @param last  the block to end with, counted from 0, without the convolution after the blocks; none: the whole network
    """
    stack = Stack(products)
    x = stack.lay(image, "conv1", 2)
    each = [(expansion, repeat, stride) for expansion, count, stride in BLOCKS for repeat in range(count)]
    for number, (expansion, repeat, stride) in enumerate(each[: None if last is None else last + 1]):
        x = block(stack, x, number, expansion, 1 if repeat else stride, repeat > 0)
    if last is None:
        x = stack.lay(x, "conv_last")
    stack.fill()
    return x
