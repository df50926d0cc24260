"""Writes shipped/<model>.npz: `input`, `output` and every activation (`tensor/<name>`) of the int8 networks that ship, by the
reference kernels, for a picture of areas and edges. The networks themselves are in models/; `crc32` (4 bytes, least
significant first) says which file it was.

    python make_shipped.py [name of a model]...

Without a name: all of them. Of a network with large activations only those of at most LARGEST elements are kept, to keep files small.
"""
import pathlib
import sys
import zlib

import numpy as np
import tensorflow as tf

import reference

ROOT = pathlib.Path(__file__).parents[2]
HERE = pathlib.Path(__file__).parent / "shipped"
MUCH, LARGEST = 1_500_000, 60_000


def blobs(shape):
    """A picture with edges and areas, in 0..255: blurred noise, cut at two levels."""
    noise = np.random.default_rng(7).standard_normal((1, *shape)).astype(np.float32)
    smooth = tf.nn.avg_pool2d(noise, 9, 1, "SAME").numpy()[0]
    levels = (smooth > 0).astype(np.float32) + (smooth > smooth.std()) + 0.2 * noise[0]
    return np.clip(80 + 60 * levels, 0, 255).astype(np.int64)


def main():
    HERE.mkdir(exist_ok=True)
    for path in sorted(ROOT.glob("models/*/*_int8.tflite")):
        if sys.argv[1:] and path.parent.name not in sys.argv[1:]:
            continue
        model = path.read_bytes()
        detail = tf.lite.Interpreter(model_content=model).get_input_details()[0]
        scale, zero_point = detail["quantization"]
        pixels = blobs(detail["shape"][1:])
        inputs = scale * (pixels + int(np.iinfo(detail["dtype"]).min) - zero_point)
        vectors = reference.run(model, inputs[None].astype(np.float32))
        if sum(values.size for values in vectors.values()) > MUCH:
            vectors = {name: values for name, values in vectors.items() if values.size <= LARGEST or name == "input"}
        vectors["crc32"] = np.frombuffer(zlib.crc32(model).to_bytes(4, "little"), np.uint8)
        print(path.name, {k: v.shape for k, v in vectors.items()})
        with open(HERE / f"{path.parent.name}.npz", "wb") as file:
            np.savez_compressed(file, **vectors)


main()
