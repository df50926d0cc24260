"""Conversion by the TensorFlow Lite converter, and runs of its interpreter with the reference kernels."""
import zlib

import numpy as np
import tensorflow as tf
from tensorflow.lite.python import schema_py_generated as schema
from tensorflow.lite.tools import flatbuffer_utils

from networks import INPUT, Weights

EXAMPLES = 2


def seed_of(case):
    return zlib.crc32(case.encode())


def examples(case, count=EXAMPLES):
    """Inputs in [-1, 1], [count, H, W, C]."""
    return np.random.default_rng(seed_of(case) + 1).uniform(-1, 1, (count, *INPUT)).astype(np.float32)


def convert(network, case, variant="f32", io=tf.float32, override=None):
    @tf.function(input_signature=[tf.TensorSpec((1, *INPUT), tf.float32, name="image")])
    def run(x):
        tensors = network(Weights(seed_of(case), override), x)
        return tensors[-1] if isinstance(tensors, tuple) else tensors

    converter = tf.lite.TFLiteConverter.from_concrete_functions([run.get_concrete_function()])
    if variant != "f32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if variant == "f16":
        converter.target_spec.supported_types = [tf.float16]
    if variant == "int8":
        converter.representative_dataset = lambda: ([x[None]] for x in examples(case, 40))
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = converter.inference_output_type = io
    return converter.convert()


def run(model, inputs, taps=True):
    """`input` and `output` of every example, and (to keep files small) every activation of the first as `tensor/<name>`,
    by the reference kernels."""
    interpreter = tf.lite.Interpreter(
        model_content=bytes(model),
        experimental_op_resolver_type=tf.lite.experimental.OpResolverType.BUILTIN_REF,
        experimental_preserve_all_tensors=True,
    )
    interpreter.allocate_tensors()
    source, sink = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    written = {int(t) for op in interpreter._get_ops_details() for t in op["outputs"]}
    kept = {d["name"]: d["index"] for d in interpreter.get_tensor_details() if d["index"] in written}
    constants = constant_outputs(model)
    found = {name: [] for name in kept if name not in constants}
    for x in encode(inputs, source):
        interpreter.set_tensor(source["index"], x[None])
        interpreter.invoke()
        for name, values in found.items():
            values.append(interpreter.get_tensor(kept[name]).copy())
    vectors = {"input": encode(inputs, source), "output": np.concatenate(found[sink["name"]])}
    return vectors | ({f"tensor/{name}": values[0] for name, values in found.items()} if taps else {})


def encode(inputs, detail):
    if detail["dtype"] == np.float32:
        return inputs
    scale, zero_point = detail["quantization"]
    limits = np.iinfo(detail["dtype"])
    return np.clip(np.round(inputs / scale) + zero_point, limits.min, limits.max).astype(detail["dtype"])


def read(model):
    return flatbuffer_utils.convert_bytearray_to_object(bytearray(model))


def write(model):
    return bytes(flatbuffer_utils.convert_object_to_bytearray(model))


def operator_names(model):
    names = {v: k for k, v in vars(schema.BuiltinOperator).items() if not k.startswith("_")}
    parsed = read(model)
    return [names[max(parsed.operatorCodes[op.opcodeIndex].builtinCode,
                      parsed.operatorCodes[op.opcodeIndex].deprecatedBuiltinCode)].lower()
            for op in parsed.subgraphs[0].operators]


def constant_outputs(model):
    """Names of tensors computed from constants alone (float16 weights behind DEQUANTIZE): weights, no activations."""
    graph = read(model).subgraphs[0]
    live = set(graph.inputs)
    names = set()
    for op in graph.operators:
        if any(i in live for i in op.inputs):
            live.update(op.outputs)
        else:
            names.update(graph.tensors[i].name.decode() for i in op.outputs)
    return names


def stored(parsed, tensor):
    """Values of a constant tensor, or None."""
    data = parsed.buffers[tensor.buffer].data
    if data is None or len(data) == 0:
        return None
    kinds = {schema.TensorType.FLOAT32: np.float32, schema.TensorType.FLOAT16: np.float16,
             schema.TensorType.INT32: np.int32, schema.TensorType.INT8: np.int8, schema.TensorType.UINT8: np.uint8,
             schema.TensorType.INT64: np.int64}
    return np.frombuffer(bytes(data), kinds[tensor.type]).reshape(tensor.shape)


def dequantised(parsed, tensor):
    """A constant's real values: scale * (stored - zero_point), per channel where it is so quantised."""
    values = stored(parsed, tensor)
    quantization = tensor.quantization
    if values is None or quantization is None or quantization.scale is None or len(quantization.scale) == 0:
        return values
    extent = [1] * values.ndim
    if len(quantization.scale) > 1:
        extent[quantization.quantizedDimension] = -1
    scale = np.asarray(quantization.scale, np.float32).reshape(extent)
    zero = np.asarray(quantization.zeroPoint, np.int64).reshape(extent)
    return ((values.astype(np.float64) - zero) * scale).astype(np.float32)


def with_float_weights(model):
    """The model with its int8 weights dequantised: what a dynamically quantised network computes without the rounding of
    activations, which is each runtime's own choice."""
    parsed = read(model)
    for tensor in parsed.subgraphs[0].tensors:
        if tensor.type == schema.TensorType.INT8 and stored(parsed, tensor) is not None:
            values = dequantised(parsed, tensor)
            tensor.type, tensor.quantization = schema.TensorType.FLOAT32, None
            parsed.buffers[tensor.buffer].data = np.frombuffer(values.tobytes(), np.uint8)
    return write(parsed)


def as_uint8(model):
    """An int8 model turned into uint8 with one scale and zero point per tensor, as quantisation-aware training gave it to
    the older MobileNets. The converter no longer writes such models. Activations keep their scale; weights get an
    asymmetric range of their own; biases follow the weights' new scale."""
    parsed = read(model)
    graph = parsed.subgraphs[0]
    products = [(op, operands_of(parsed, op)) for op in graph.operators]
    weight_scale = {op.inputs[weights]: None for op, (_, weights, _) in products if weights is not None}
    for index, tensor in enumerate(graph.tensors):
        if tensor.type != schema.TensorType.INT8:
            continue
        if index in weight_scale:
            weight_scale[index] = requantise_weights(parsed, tensor)
        else:
            shift_to_uint8(parsed, tensor)
    for op, (data, weights, bias) in products:
        if bias is not None and len(op.inputs) > bias and op.inputs[bias] >= 0:
            requantise_bias(parsed, graph.tensors[op.inputs[bias]],
                            graph.tensors[op.inputs[data]].quantization.scale[0] * weight_scale[op.inputs[weights]])
    return write(parsed)


def with_squeeze(model):
    """The model with its RESHAPE of [1, 1, 1, C] turned into SQUEEZE, which this converter no longer writes."""
    parsed = read(model)
    for op in parsed.subgraphs[0].operators:
        code = parsed.operatorCodes[op.opcodeIndex]
        if max(code.builtinCode, code.deprecatedBuiltinCode) == schema.BuiltinOperator.RESHAPE:
            code.builtinCode = code.deprecatedBuiltinCode = schema.BuiltinOperator.SQUEEZE
            op.inputs = op.inputs[:1]
            op.builtinOptionsType, op.builtinOptions = schema.BuiltinOptions.SqueezeOptions, schema.SqueezeOptionsT()
            op.builtinOptions.squeezeDims = [1, 2]
    return write(parsed)


def operands_of(parsed, op):
    """Where data, weights and bias are among the inputs of a product; None for other operators."""
    code = parsed.operatorCodes[op.opcodeIndex]
    kind = max(code.builtinCode, code.deprecatedBuiltinCode)
    if kind == schema.BuiltinOperator.TRANSPOSE_CONV:
        return 2, 1, 3
    products = (schema.BuiltinOperator.CONV_2D, schema.BuiltinOperator.DEPTHWISE_CONV_2D,
                schema.BuiltinOperator.FULLY_CONNECTED)
    return (0, 1, 2) if kind in products else (None, None, None)


def shift_to_uint8(parsed, tensor):
    values = stored(parsed, tensor)
    if values is not None:
        parsed.buffers[tensor.buffer].data = np.frombuffer((values.astype(np.int16) + 128).astype(np.uint8).tobytes(), np.uint8)
    tensor.type = schema.TensorType.UINT8
    tensor.quantization.zeroPoint = [int(z) + 128 for z in tensor.quantization.zeroPoint]


def requantise_weights(parsed, tensor):
    real = dequantised(parsed, tensor)
    low, high = min(float(real.min()), 0.0), max(float(real.max()), 0.0)
    scale = float(np.float32((high - low) / 254))  # stored values 1..255, as training with quantisation left them
    zero = int(np.clip(round(1 - low / scale), 1, 255))
    values = np.clip(np.round(real / scale) + zero, 1, 255).astype(np.uint8)
    tensor.type = schema.TensorType.UINT8
    parsed.buffers[tensor.buffer].data = np.frombuffer(values.tobytes(), np.uint8)
    tensor.quantization.scale, tensor.quantization.zeroPoint = [scale], [zero]
    tensor.quantization.quantizedDimension = 0
    return scale


def requantise_bias(parsed, tensor, scale):
    real = dequantised(parsed, tensor)
    values = np.round(real / scale).astype(np.int32)
    parsed.buffers[tensor.buffer].data = np.frombuffer(values.tobytes(), np.uint8)
    tensor.quantization.scale, tensor.quantization.zeroPoint = [float(np.float32(scale))], [0]
    tensor.quantization.quantizedDimension = 0


def save(folder, model, vectors):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.tflite").write_bytes(model)
    with open(folder / "vectors.npz", "wb") as file:
        np.savez_compressed(file, **vectors)
