"""From a Keras model to the .tflite files that ship, and what TensorFlow Lite's interpreter says of them."""

import io
import json
import pathlib
import subprocess
import tempfile
import zipfile

import keras
import numpy as np
import tensorflow as tf
from tensorflow.lite.python import schema_py_generated as schema
from tensorflow.lite.tools import flatbuffer_utils
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

from scenes import normalize
from settings import ROOT, Settings


def convert(model: keras.Model, samples: np.ndarray | None) -> bytes:
    """A .tflite file for one image at a time; with sample images, int8 throughout (weights per channel)."""
    function = tf.function(lambda image: model(image, training=False))
    traced = function.get_concrete_function(tf.TensorSpec((1, *model.input.shape[1:]), tf.float32, "image"))
    frozen = convert_variables_to_constants_v2(traced)  # else the weights stay variables, which .tflite readers refuse
    converter = tf.lite.TFLiteConverter.from_concrete_functions([frozen], model)
    if samples is not None:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: ([normalize(sample[None])] for sample in samples)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = converter.inference_output_type = tf.int8
    return converter.convert()


def metadata(settings: Settings) -> bytes:
    """TFLite model metadata: normalisation, and labels.txt as the output's labels. Needs flatc (FlatBuffers' compiler)."""
    normalization = {"options_type": "NormalizationOptions", "options": {"mean": [127.5], "std": [127.5]}}
    labels = {"name": "labels.txt", "description": "one class per line", "type": "TENSOR_AXIS_LABELS"}
    outputs = [{"name": "probability", "associated_files": [labels]}, *({"name": name} for name in settings.outputs)]
    facts = {
        "name": settings.name,
        "description": settings.summary,
        "license": "Apache-2.0",
        "subgraph_metadata": [
            {"input_tensor_metadata": [{"name": "image", "process_units": [normalization]}], "output_tensor_metadata": outputs}
        ],
    }
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "facts.json"
        source.write_text(json.dumps(facts))
        subprocess.run(["flatc", "--binary", "-o", folder, ROOT / "core" / "model" / "metadata.fbs", source], check=True)
        return source.with_suffix(".bin").read_bytes()


def in_order(model) -> list[int]:
    """Tensors of a file's outputs as the Keras model has them: the converter lists them otherwise, but its signature says which is which."""
    outputs = model.signatureDefs[0].outputs
    return [output.tensorIndex for output in sorted(outputs, key=lambda each: int(each.name.decode().removeprefix("output_")))]


def finished(file: bytes, settings: Settings) -> bytes:
    """The file with its outputs in order and named, metadata in it and labels.txt in a zip behind it, as TensorFlow Lite's own tools pack them."""
    model = flatbuffer_utils.convert_bytearray_to_object(bytearray(file))
    network = model.subgraphs[0]
    network.outputs = in_order(model)
    for index, name in zip(network.outputs, ("probabilities", *settings.outputs), strict=True):
        network.tensors[index].name = name.encode()
    # What the converter notes about itself (its version, how it was called) is of no use here.
    kept = [entry for entry in model.metadata or [] if entry.name != b"CONVERSION_METADATA"]
    buffer = schema.BufferT()
    buffer.data = np.frombuffer(metadata(settings), np.uint8)
    entry = schema.MetadataT()
    entry.name, entry.buffer = "TFLITE_METADATA", len(model.buffers)
    model.buffers.append(buffer)
    model.metadata = kept + [entry]
    packed = io.BytesIO(bytes(flatbuffer_utils.convert_object_to_bytearray(model)))
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo("labels.txt", (2000, 1, 1, 0, 0, 0)), "\n".join(settings.classes) + "\n")
    return packed.getvalue()


def predict_tflite(file: bytes, images: np.ndarray, output: int = 0) -> np.ndarray:
    """An output for each picture of 0..255, [N, ...], by TensorFlow Lite's own interpreter."""
    interpreter = tf.lite.Interpreter(model_content=file, num_threads=1)
    interpreter.allocate_tensors()
    source, target = interpreter.get_input_details()[0], interpreter.get_output_details()[output]
    values = normalize(images)
    if source["dtype"] == np.int8:
        scale, zero = source["quantization"]
        values = np.clip(np.round(values / scale + zero), -128, 127).astype(np.int8)
    rows = []
    for value in values:
        interpreter.set_tensor(source["index"], value[None])
        interpreter.invoke()
        rows.append(interpreter.get_tensor(target["index"])[0])
    scale, zero = target["quantization"]
    rows = np.asarray(rows, np.float32)
    return (rows - zero) * scale if target["dtype"] == np.int8 else rows
