"""A `.tflite` network as a PyTorch module, so that the libraries of that world can explain it.

Every node is a module instance of its own (a layer of `torch.nn` wherever there is one that computes the same), because
Captum, Zennit and pytorch-grad-cam work by hooks on modules. A fused activation is a module of its own as well. Quantised
weights are dequantised; quantize and dequantize nodes vanish; zeros that a node pads for a convolution become that
convolution's own padding, as PyTorch's networks have it; the network ends at its logits, before softmax or logistic.

    python torch_network.py     compares outputs with those under operators/, logits and gradients with gradients/
"""
import pathlib
import sys

import numpy as np
import tflite
import torch
import zennit.layer
from torch import nn
from torch.nn import functional as F

KINDS = {v: k.lower() for k, v in vars(tflite.BuiltinOperator).items() if not k.startswith("_")}
TYPES = {tflite.TensorType.FLOAT32: np.float32, tflite.TensorType.FLOAT16: np.float16, tflite.TensorType.INT32: np.int32,
         tflite.TensorType.INT64: np.int64, tflite.TensorType.INT8: np.int8, tflite.TensorType.UINT8: np.uint8}
RANGES = {tflite.ActivationFunctionType.RELU: (0.0, np.inf), tflite.ActivationFunctionType.RELU6: (0.0, 6.0),
          tflite.ActivationFunctionType.RELU_N1_TO_1: (-1.0, 1.0)}
PRODUCTS = {"conv_2d": (0, 1, 2), "depthwise_conv_2d": (0, 1, 2), "fully_connected": (0, 1, 2), "transpose_conv": (2, 1, 3)}


# Layers that torch.nn lacks -----------------------------------------------------------------------------------------------


class Rectifier(nn.ReLU):
    """A clamp to [low, high]. A ReLU by descent, so that rules for rectifiers find it."""

    def __init__(self, low, high):
        super().__init__()
        self.low, self.high = low, high

    def forward(self, x):
        return x.clamp(self.low, self.high)


class Conv2d(nn.Conv2d):
    """A convolution whose zero padding (left, right, top, bottom) need not be symmetric."""

    def __init__(self, *args, pads, **options):
        symmetric = pads[0] == pads[1] and pads[2] == pads[3]
        super().__init__(*args, padding=(pads[2], pads[0]) if symmetric else 0, **options)
        self.pads, self.symmetric = pads, symmetric

    def forward(self, x):
        return super().forward(x if self.symmetric else F.pad(x, self.pads))


class ConvTranspose2d(nn.ConvTranspose2d):
    """A transposed convolution cut to `size` from (top, left), where the convolution it transposes had its padding."""

    def __init__(self, *args, top, left, size, **options):
        super().__init__(*args, **options)
        self.top, self.left, self.size = top, left, size

    def forward(self, x):
        y = super().forward(x)
        return y[:, :, self.top:self.top + self.size[0], self.left:self.left + self.size[1]]


class AvgPool2d(nn.AvgPool2d):
    """Averages over the pixels there are: padding does not count."""

    def __init__(self, size, stride, pads):
        super().__init__(size, stride)
        self.pads = pads

    def forward(self, x):
        present = super().forward(F.pad(torch.ones_like(x[:1, :1]), self.pads))
        return super().forward(F.pad(x, self.pads)) / present


class Resize(nn.Module):
    """Interpolation, as one matrix for rows and one for columns."""

    def __init__(self, rows, columns):
        super().__init__()
        self.register_buffer("rows", torch.tensor(rows))
        self.register_buffer("columns", torch.tensor(columns))

    def forward(self, x):
        return torch.einsum("yi,xj,ncij->ncyx", self.rows, self.columns, x)


class Scale(nn.Module):
    """times * x + shift, with constants."""

    def __init__(self, times, shift):
        super().__init__()
        self.register_buffer("times", torch.tensor(times))
        self.register_buffer("shift", torch.tensor(shift))

    def forward(self, x):
        return self.times * x + self.shift


class Product(nn.Module):
    """a * b of two activations, or a times the `factor` that it keeps."""

    def __init__(self, gate):
        super().__init__()
        self.gate = gate  # which operand is broadcast over the positions, None if neither is
        self.gate_is_constant = False
        self.factor = None

    def forward(self, a, b=None):
        return a * (self.factor if b is None else b)


def interpolation(source, target, bilinear, align_corners, half_pixel_centers):
    """[target, source]: row i holds the weights of output i (TensorFlow Lite's reference kernels' conventions)."""
    scale = (source - 1) / (target - 1) if align_corners and target > 1 else source / target
    weights = np.zeros((target, source))
    for i in range(target):
        if bilinear:
            x = (i + 0.5) * scale - 0.5 if half_pixel_centers else i * scale
            low = int(np.floor(x))
            weights[i, np.clip(low, 0, source - 1)] += 1 - (x - low)
            weights[i, np.clip(low + 1, 0, source - 1)] += x - low
        else:
            x = (i + 0.5) * scale if half_pixel_centers else i * scale
            weights[i, min(int(np.floor(x + 0.5) if align_corners else np.floor(x)), source - 1)] = 1
    return weights


# The file -----------------------------------------------------------------------------------------------------------------


class Tensor:
    def __init__(self, model, tensor):
        self.name = tensor.Name().decode()
        self.shape = tuple(tensor.ShapeAsNumpy()) if tensor.ShapeLength() else ()
        self.type = TYPES.get(tensor.Type())
        data = model.Buffers(tensor.Buffer()).DataAsNumpy()
        self.stored = None if isinstance(data, int) or not len(data) else np.frombuffer(data.tobytes(), self.type)
        if self.stored is not None:
            self.stored = self.stored.reshape(self.shape)
        q = tensor.Quantization()
        quantised = q is not None and q.ScaleLength() > 0
        self.scale = q.ScaleAsNumpy().astype(np.float32) if quantised else None
        self.zero = q.ZeroPointAsNumpy() if quantised else None
        self.axis = q.QuantizedDimension() if quantised else 0

    def values(self):
        """A constant's real values, scale * (stored - zero), in float32."""
        if self.scale is None or self.stored.dtype == np.int32:
            return self.stored if self.scale is None else np.float32(self.stored) * self.scale
        extent = [1] * self.stored.ndim
        if len(self.scale) > 1:
            extent[self.axis] = -1
        return np.float32(self.stored - self.zero.reshape(extent)) * self.scale.reshape(extent)


class Node:
    def __init__(self, model, operator):
        code = model.OperatorCodes(operator.OpcodeIndex())
        self.kind = KINDS[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())]
        self.inputs = [int(i) for i in operator.InputsAsNumpy()]
        self.output = int(operator.Outputs(0))
        self.options = self.parse(operator.BuiltinOptions())

    def parse(self, table):
        name = {"average_pool_2d": "Pool2DOptions", "max_pool_2d": "Pool2DOptions", "conv_2d": "Conv2DOptions",
                "depthwise_conv_2d": "DepthwiseConv2DOptions", "mean": "ReducerOptions",
                "resize_nearest_neighbor": "ResizeNearestNeighborOptions", "leaky_relu": "LeakyReluOptions"}.get(
                    self.kind, "".join(word.capitalize() for word in self.kind.split("_")) + "Options")
        if table is None or not hasattr(tflite, name):
            return None
        options = getattr(tflite, name)()
        options.Init(table.Bytes, table.Pos)
        return options


class File:
    """Tensors and nodes."""

    def __init__(self, path):
        model = tflite.Model.GetRootAs(pathlib.Path(path).read_bytes(), 0)
        graph = model.Subgraphs(0)
        self.tensors = [Tensor(model, graph.Tensors(i)) for i in range(graph.TensorsLength())]
        self.nodes = [Node(model, graph.Operators(i)) for i in range(graph.OperatorsLength())]
        self.input, self.output = int(graph.Inputs(0)), int(graph.Outputs(0))

    def logits(self):
        """What the softmax or logistic at the end reads; the output where there is none."""
        writers = {node.output: node for node in self.nodes}
        at = self.output
        while at in writers and writers[at].kind in ("quantize", "dequantize", "reshape"):
            at = writers[at].inputs[0]
        if at in writers and writers[at].kind in ("softmax", "logistic"):
            return writers[at].inputs[0]
        return self.output

    def constant(self, node, index):
        """Real values of a constant operand in float64, None if it is absent or computed."""
        if index >= len(node.inputs) or node.inputs[index] < 0:
            return None
        tensor = self.tensors[node.inputs[index]]
        if tensor.stored is None:
            return None
        data, weights, bias = PRODUCTS.get(node.kind, (None, None, None))
        if index == bias and tensor.stored.dtype != np.float32:  # counts in steps of input scale x weight scale
            values = np.float32(tensor.stored) * self.tensors[node.inputs[data]].scale * self.tensors[node.inputs[weights]].scale
        else:
            values = tensor.values()
        return values.astype(np.float64)

    def shape(self, node, index=0):
        return self.tensors[node.inputs[index]].shape


# Nodes to modules ---------------------------------------------------------------------------------------------------------


def same_pads(extent, size, stride, dilation, padding):
    """(before, after) along one axis."""
    if padding == tflite.Padding.VALID:
        return 0, 0
    total = max(0, (-(-extent // stride) - 1) * stride + (size - 1) * dilation + 1 - extent)
    return total // 2, total - total // 2


def window_pads(shape, size, strides, dilations, padding):
    """(left, right, top, bottom), PyTorch's order."""
    rows, columns = (same_pads(shape[1 + i], size[i], strides[i], dilations[i], padding) for i in (0, 1))
    return (*columns, *rows)


def filled(layer, weight, bias):
    layer.weight.data = torch.tensor(np.ascontiguousarray(weight))
    if bias is not None:
        layer.bias.data = torch.tensor(bias)
    return layer


def convolution(file, node):
    """With the padding of the node before it, where `padded_for` said that it is left to this one."""
    o, shape, depthwise = node.options, file.shape(node), node.kind == "depthwise_conv_2d"
    weight, bias = file.constant(node, 1), file.constant(node, 2)
    weight = weight.transpose(3, 0, 1, 2) if depthwise else weight.transpose(0, 3, 1, 2)
    size, strides, dilations = weight.shape[2:], (o.StrideH(), o.StrideW()), (o.DilationHFactor(), o.DilationWFactor())
    pads = window_pads(shape, size, strides, dilations, o.Padding())
    before = next((n for n in file.nodes if n.output == node.inputs[0] and padded_for(file, n)), None)
    if before is not None:
        pads = tuple(a + b for a, b in zip(pads, amounts_of(file, before)))
    layer = Conv2d(shape[3], weight.shape[0], size, strides, dilation=dilations, groups=shape[3] if depthwise else 1,
                   bias=bias is not None, pads=pads, dtype=torch.float64)
    return filled(layer, weight, bias)


def transposed(file, node):
    o, weight, bias = node.options, file.constant(node, 1), file.constant(node, 3)
    size, strides, extent = weight.shape[1:3], (o.StrideH(), o.StrideW()), file.tensors[node.output].shape
    left, _, top, _ = window_pads(extent, size, strides, (1, 1), o.Padding())
    layer = ConvTranspose2d(weight.shape[3], weight.shape[0], size, strides, bias=bias is not None, dtype=torch.float64,
                            top=top, left=left, size=extent[1:3])
    return filled(layer, weight.transpose(3, 0, 1, 2), bias)


def dense(file, node):
    weight, bias = file.constant(node, 1), file.constant(node, 2)
    return filled(nn.Linear(*weight.shape[::-1], bias=bias is not None, dtype=torch.float64), weight, bias)


def pooling(file, node):
    o, shape = node.options, file.shape(node)
    size, strides = (o.FilterHeight(), o.FilterWidth()), (o.StrideH(), o.StrideW())
    pads = window_pads(shape, size, strides, (1, 1), o.Padding())
    if node.kind == "average_pool_2d":
        return AvgPool2d(size, strides, pads)
    if pads[0] == pads[1] and pads[2] == pads[3]:
        return nn.MaxPool2d(size, strides, (pads[2], pads[0]))
    # A number that loses to every activation, not infinity, whose differences Captum's DeepLift would turn into NaN.
    return nn.Sequential(nn.ConstantPad2d(pads, -1e9), nn.MaxPool2d(size, strides))


def amounts_of(file, node):
    """(left, right, top, bottom)"""
    amounts = file.constant(node, 1).astype(int)
    assert not amounts[0].any() and not amounts[3].any(), "padding of batch or channels"
    return (*amounts[2], *amounts[1])


def padded_for(file, node):
    """Whether the node pads zeros that only convolutions read."""
    readers = [n.kind for n in file.nodes if node.output in n.inputs]
    return node.kind == "pad" and set(readers) <= {"conv_2d", "depthwise_conv_2d"} and node.output != file.output


def padding(file, node):
    if padded_for(file, node):
        return None
    value = float(file.constant(node, 2).ravel()[0]) if node.kind == "padv2" else 0.0
    return nn.ConstantPad2d(amounts_of(file, node), value)


def resizing(file, node):
    o, shape, extent = node.options, file.shape(node), file.tensors[node.output].shape
    convention = (node.kind == "resize_bilinear", o.AlignCorners(), o.HalfPixelCenters())
    return Resize(interpolation(shape[1], extent[1], *convention), interpolation(shape[2], extent[2], *convention))


def channels_first(values, rank):
    """A constant operand in the layout of an activation of that rank."""
    values = values.reshape((1,) * (rank - values.ndim) + values.shape)
    return np.moveaxis(values, -1, 1) if rank == 4 else values


def gate_of(file, node):
    extents = [int(np.prod(file.shape(node, i)[:3])) for i in (0, 1)]
    return None if extents[0] == extents[1] else int(np.argmin(extents))


def arithmetic(file, node):
    """Constant operands are inside the module."""
    rank = len(file.tensors[node.output].shape)
    a, b = (None if v is None else channels_first(v, rank) for v in (file.constant(node, 0), file.constant(node, 1)))
    if a is None and b is None:
        return Product(gate_of(file, node)) if node.kind == "mul" else zennit.layer.Sum()
    known = b if a is None else a
    if node.kind == "mul":
        return Scale(known, np.zeros(1))
    sign = -1.0 if node.kind == "sub" else 1.0
    return Scale(np.ones(1), sign * known) if a is None else Scale(np.full(1, sign), known)


def parametric(file, node):
    slope = file.constant(node, 1).ravel()
    return filled(nn.PReLU(slope.size, dtype=torch.float64), slope, None)


MODULES = {
    "conv_2d": convolution, "depthwise_conv_2d": convolution, "transpose_conv": transposed, "fully_connected": dense,
    "average_pool_2d": pooling, "max_pool_2d": pooling, "pad": padding, "padv2": padding, "prelu": parametric,
    "add": arithmetic, "sub": arithmetic, "mul": arithmetic, "resize_bilinear": resizing, "resize_nearest_neighbor": resizing,
    "mean": lambda file, node: nn.AdaptiveAvgPool2d(1), "logistic": lambda file, node: nn.Sigmoid(),
    "tanh": lambda file, node: nn.Tanh(), "hard_swish": lambda file, node: nn.Hardswish(),
    "leaky_relu": lambda file, node: nn.LeakyReLU(node.options.Alpha()), "relu": lambda file, node: nn.ReLU(),
    "relu6": lambda file, node: Rectifier(0.0, 6.0), "relu_n1_to_1": lambda file, node: Rectifier(-1.0, 1.0),
    "softmax": lambda file, node: nn.Softmax(1), "relu_0_to_1": lambda file, node: Rectifier(0.0, 1.0),
}
SHAPES = ("reshape", "squeeze", "expand_dims", "quantize", "dequantize")


def channels_last(x):
    return x.permute(0, 2, 3, 1) if x.ndim == 4 else x


def shaped(x, shape):
    """`x` with the elements of its [N, H, W, C] order in another shape."""
    x = channels_last(x).reshape(x.shape[0], *shape[1:])
    return x.permute(0, 3, 1, 2) if x.ndim == 4 else x


class Network(nn.Module):
    """[N, C, H, W] -> logits [N, classes], in float64."""

    def __init__(self, path, whole=False):
        super().__init__()
        self.file = File(path)
        self.output = self.file.output if whole else self.file.logits()
        self.copies = True
        self.layers = nn.ModuleList()
        self.steps = []  # (node, index of its module or None, index of its activation or None)
        for node in self.file.nodes:
            if self.steps and self.steps[-1][0].output == self.output:
                break
            module = None if node.kind in (*SHAPES, "concatenation") else MODULES[node.kind](self.file, node)
            module = None if module is None else self.add(module)
            fused = getattr(node.options, "FusedActivationFunction", lambda: 0)()
            self.steps.append((node, module, self.add(rectifier(fused)) if fused else None))

    def add(self, module):
        self.layers.append(module)
        return len(self.layers) - 1

    def apply_node(self, node, module, operands):
        shape = self.file.tensors[node.output].shape
        if node.kind == "concatenation":
            axis = node.options.Axis() % len(shape)
            return torch.cat(operands, {0: 0, 1: 2, 2: 3, 3: 1}[axis] if len(shape) == 4 else axis)
        if module is None:
            return operands[0] if node.kind == "pad" else shaped(operands[0], shape)
        layer = self.layers[module]
        if isinstance(layer, zennit.layer.Sum):
            a, b = torch.broadcast_tensors(operands[0], -operands[1] if node.kind == "sub" else operands[1])
            return layer(torch.stack([a, b], -1))
        if node.kind == "fully_connected":
            return layer(channels_last(operands[0]).reshape(operands[0].shape[0], -1))
        if isinstance(layer, Product) and layer.gate_is_constant:
            layer.factor = operands.pop(layer.gate).detach()
        y = layer(*operands)
        return y.reshape(y.shape[0], *shape[1:]) if node.kind == "mean" and len(shape) == 2 else y

    def forward(self, x, keep=None):
        """`keep`: a dict that receives every activation by the name of its tensor.

        A module gets a copy of its operands: Captum hangs its hooks on tensors, and would take what all readers of a tensor
        send back for what one does, and what a module's reader sends for what comes before that reader's rule. Gradients need no
        such `copies`.
        """
        own = torch.clone if self.copies else lambda operand: operand
        values = {self.file.input: x}
        for node, module, activation in self.steps:
            y = self.apply_node(node, module, [own(values[i]) for i in node.inputs if i in values])
            values[node.output] = y if activation is None else self.layers[activation](own(y))
            if keep is not None:
                keep[self.file.tensors[node.output].name] = values[node.output]
        return values[self.output]

    def layer_of(self, name):
        """The module that writes the tensor of that name; None where it is a concatenation or a reshape."""
        for node, module, activation in self.steps:
            if self.file.tensors[node.output].name == name:
                index = module if activation is None else activation
                return None if index is None else self.layers[index]
        raise KeyError(name)


def rectifier(fused):
    low, high = RANGES[fused]
    return nn.ReLU() if (low, high) == (0.0, np.inf) else Rectifier(low, high)


# Against TensorFlow -------------------------------------------------------------------------------------------------------

HERE = pathlib.Path(__file__).parent


def part_of_largest(got, wanted):
    return float(np.abs(got - wanted).max() / np.abs(wanted).max())


def output_difference(folder):
    """From the output of the reference kernels."""
    network, vectors = Network(folder / "model.tflite", whole=True), np.load(folder / "vectors.npz")
    with torch.no_grad():
        y = network(torch.tensor(vectors["input"].astype(np.float64)).permute(0, 3, 1, 2))
    return part_of_largest(channels_last(y).numpy(), vectors["output"])


def gradient_difference(vectors):
    """From TensorFlow's logits and gradients, of the float file or of an 8-bit one's float twin."""
    network = Network(HERE / "operators" / vectors.relative_to(HERE / "gradients").with_suffix("") / "model.tflite")
    vectors = np.load(vectors)
    x = torch.tensor(vectors["input"].astype(np.float64)).permute(0, 3, 1, 2).requires_grad_()
    logits = network(x)
    chosen = sum(row[int(c)] for row, c in zip(logits, vectors["target"].ravel()))
    gradient = channels_last(torch.autograd.grad(chosen, x)[0]).numpy()
    return max(part_of_largest(logits.detach().numpy(), vectors["logits"]),
               part_of_largest(gradient, vectors["gradient/input"]))


def main():
    found = {str(p.parent.relative_to(HERE)): output_difference(p.parent) for p in HERE.glob("operators/*/f32/model.tflite")}
    found |= {str(p.relative_to(HERE)): gradient_difference(p) for p in HERE.glob("gradients/*/*.npz")}
    for name, difference in sorted(found.items()):
        print(f"{name:40} {difference:.1e}{'' if difference <= 1e-5 else ' TOO FAR'}")
    return max(found.values()) > 1e-5


if __name__ == "__main__":
    sys.exit(main())
