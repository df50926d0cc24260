"""Writes reference vectors of any .tflite image classifier in the layout of operators/.

    python make_reference.py model.tflite image.png ... out_folder       pictures at the network's size
    python make_reference.py model.tflite --random 2 out_folder          noise

With WHYBOX_REFERENCE=out_folder the hidden test "[reference]" compares the engine with them and prints a table.
"""
import pathlib
import sys

import numpy as np
import tensorflow as tf

import reference


def pictures(paths, height, width):
    """Pixels in 0..255, [count, height, width, 3]."""
    found = [tf.io.decode_image(pathlib.Path(path).read_bytes(), channels=3).numpy() for path in paths]
    assert all(image.shape[:2] == (height, width) for image in found), (height, width)
    return np.stack(found).astype(np.int64)


def with_short_names(model):
    """The converter joins the names of all it fused, which can be longer than a zip entry's name may be."""
    parsed = reference.read(model)
    for index, tensor in enumerate(parsed.subgraphs[0].tensors):
        tensor.name = f"t{index}"
    return reference.write(parsed)


def main(model_path, *arguments):
    *paths, out = arguments
    model = with_short_names(pathlib.Path(model_path).read_bytes())
    detail = tf.lite.Interpreter(model_content=model).get_input_details()[0]
    shape = tuple(detail["shape"][1:])
    if paths[0] == "--random":
        pixels = np.random.default_rng(0).integers(0, 256, (int(paths[1]), *shape))
    else:
        pixels = pictures(paths, *shape[:2])
    real = pixels / 127.5 - 1
    if detail["dtype"] != np.float32:  # a quantised input takes the pixel itself, shifted
        scale, zero_point = detail["quantization"]
        lowest = int(np.iinfo(detail["dtype"]).min)
        real = scale * (pixels + lowest - zero_point)
    reference.save(pathlib.Path(out), model, reference.run(model, real.astype(np.float32)))


main(*sys.argv[1:])
