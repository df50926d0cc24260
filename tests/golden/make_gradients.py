"""Writes gradients/<case>/<variant>.npz, for the models operators/<case>/<variant>/model.tflite, and gradients/cases.txt.

The gradients are TensorFlow's (GradientTape) of the function that was converted, not of the .tflite file. For `int8` the
function runs with the file's weights, dequantised: the float twin, in TensorFlow.

In each: `input` [2, H, W, 3]; `target` [2], the class; `logits` [2, classes]; `gradient/input` = dy_c/dx; and for each
marked layer, by the name of its tensor A in the file, `gradient/<name>` = dy_c/dA, [2, u, v, C], and `cam/<name>` = ReLU(sum_k alpha_k A^k), alpha_k = mean_uv dy_c/dA^k_uv (Selvaraju et al. 2017, eq. 1 and 2), [2, u, v].

    python make_gradients.py [case ...]
"""
import pathlib
import shutil
import sys

import numpy as np
import tensorflow as tf

import reference
from networks import FAMILIES, Weights

HERE = pathlib.Path(__file__).parent / "gradients"
LAYERS = {
    "mobilenet_v1": ["pw0", "pw1"],
    "mobilenet_v2": ["stem", "project1", "project2", "last"],
    "mobilenet_v3": ["stem", "gated", "last"],
    "inception": ["stem", "b", "d", "mixed", "reduced"],
    "resnet": ["stem", "sum", "d"],
    "squeezenet": ["squeeze", "fire", "classes"],
    "upsampling": ["stem", "mixed", "up", "up2"],
    "smooth_arithmetic": ["stem", "wide", "b", "pooled"],
    "mixed": ["stem", "sum", "pooled", "last"],
}


class Tapped(Weights):
    """Weights whose `tap` watches the named activations, so that the tape can be asked about them."""

    def __init__(self, case, layers, tape, override=None):
        super().__init__(reference.seed_of(case), override)
        self.layers, self.tape, self.found = layers, tape, {}

    def tap(self, name, tensor):
        if name in self.layers:
            self.tape.watch(tensor)
            self.found[name] = tensor
        return tensor


def differentiate(case, x, override):
    """Target class, logits, and {layer: (A, dy/dA)} with "input" among the layers, of one example."""
    with tf.GradientTape() as tape:
        x = tf.constant(x[None])
        tape.watch(x)
        weights = Tapped(case, LAYERS[case], tape, override)
        logits = FAMILIES[case](weights, x)[0]
        target = int(np.argmax(logits[0]))
        score = logits[0, target]
    layers = {"input": x, **weights.found}
    gradients = tape.gradient(score, layers)
    return target, logits.numpy(), {k: (layers[k].numpy(), gradients[k].numpy()) for k in layers}


def grad_cam(activation, gradient):
    return np.maximum((activation * gradient.mean((1, 2), keepdims=True)).sum(-1), 0)


def tensor_names(model, case, examples, override):
    """The file's name of each layer: the tensor of the same shape and (nearly) the same values."""
    vectors = {k.removeprefix("tensor/"): v for k, v in reference.run(model, examples).items() if k.startswith("tensor/")}
    details = {t.name.decode(): t.quantization for t in reference.read(model).subgraphs[0].tensors}
    names = {}
    for layer, (wanted, _) in differentiate(case, examples[0], override)[2].items():
        distance = {name: distance_of(values, details[name], wanted) for name, values in vectors.items()
                    if values.shape == wanted.shape}
        if layer != "input":
            names[layer] = min(distance, key=distance.get)
            assert distance[names[layer]] < 0.15, (case, layer, distance)  # rounding to 8 bits, not another layer
    assert len(set(names.values())) == len(names), names
    return names


def distance_of(values, quantization, wanted):
    if values.dtype != np.float32:
        values = (values.astype(np.float32) - quantization.zeroPoint[0]) * quantization.scale[0]
    return float(np.abs(values - wanted).mean() / np.abs(wanted).mean())


def dequantised_weights(model, case):
    """The weights a quantised file holds, as TensorFlow lays them out, by the name the network gives them."""
    parsed = reference.read(model)
    held = [v for t in parsed.subgraphs[0].tensors if (v := reference.dequantised(parsed, t)) is not None
            and v.dtype == np.float32]
    drawn = Weights(reference.seed_of(case))
    FAMILIES[case](drawn, tf.zeros((1, *reference.INPUT)))
    return {name: closest(name, wanted, held) for name, wanted in drawn.given.items()}


def closest(name, wanted, held):
    """The one of the held constants that, with its axes permuted, is `wanted` up to rounding. A bias that the converter
    merged with another constant stays as drawn: 32-bit biases lose nothing that matters here."""
    best = None
    for values in held:
        if values.size != wanted.size:
            continue
        for candidate in layouts(values, wanted.shape):
            error = np.abs(candidate - wanted).max() / np.abs(wanted).max()
            if best is None or error < best[0]:
                best = error, candidate
    if name.endswith("/bias") and best[0] > 0.02:
        return wanted
    assert best[0] < 0.02, (name, best[0])
    return np.ascontiguousarray(best[1])


def layouts(values, shape):
    """`values` in every layout of TensorFlow Lite that could have come from `shape`."""
    yield values.reshape(shape)
    if len(shape) == 2:
        yield values.reshape(shape[::-1]).T
    if len(shape) == 4 and values.ndim == 4:
        yield from (p for axes in [(1, 2, 3, 0), (1, 2, 0, 3)] if (p := values.transpose(axes)).shape == shape)
        if values.shape[0] == 1 and values.shape[3] == shape[2] * shape[3]:
            yield values.reshape(shape)


def vectors(case, model, override):
    examples = reference.examples(case)
    names = tensor_names(model, case, examples, override)
    results = [differentiate(case, x, override) for x in examples]
    found = {
        "input": examples,
        "target": np.array([r[0] for r in results], np.float32),
        "logits": np.concatenate([r[1] for r in results]),
        "gradient/input": np.concatenate([r[2]["input"][1] for r in results]),
    }
    for layer, name in names.items():
        activation = np.concatenate([r[2][layer][0] for r in results])
        gradient = np.concatenate([r[2][layer][1] for r in results])
        found |= {f"gradient/{name}": gradient, f"cam/{name}": grad_cam(activation, gradient)}
    return found


def main(wanted):
    for case in LAYERS:
        if wanted and case not in wanted:
            continue
        shutil.rmtree(HERE / case, ignore_errors=True)
        for variant in ("f32", "int8"):
            model = (HERE.parent / "operators" / case / variant / "model.tflite").read_bytes()
            override = dequantised_weights(model, case) if variant == "int8" else None
            found = vectors(case, model, override)
            (HERE / case).mkdir(parents=True, exist_ok=True)
            with open(HERE / case / f"{variant}.npz", "wb") as file:
                np.savez_compressed(file, **found)
            print(case, variant, {k: float(np.abs(v).max()) for k, v in found.items() if k.startswith("cam")}, flush=True)
    cases = sorted(str(path.relative_to(HERE).with_suffix("")) for path in HERE.glob("*/*.npz"))
    (HERE / "cases.txt").write_text("".join(case + "\n" for case in cases))


if __name__ == "__main__":
    main(sys.argv[1:])
