"""Writes attributions/<case>.npz, for the models operators/<case>/f32/model.tflite, and attributions/cases.txt.

Maps of the methods that read gradients, from TensorFlow's gradients of the function that was converted, in the float64
arithmetic of NumPy from there on.

In each: `image` [12, 10, 3], the picture's bytes v, which the network sees as (v - 127.5) / 127.5; `target` [1], the class;
`map/<method>` and, for methods that take a layer, `map/<method>/<name of its tensor>`, [12, 10], the map with the method's
default parameters.

    python make_attributions.py [case ...]
"""
import contextlib
import pathlib
import sys
from unittest import mock

import numpy as np
import tensorflow as tf

import networks
import reference
from make_gradients import LAYERS, differentiate, tensor_names

HERE = pathlib.Path(__file__).parent / "attributions"
STEPS = 50
# Every rectifier in these is a node of its own or fused in the file, too: elsewhere hard_swish and prelu are made of rectifiers
# in TensorFlow and are operators of their own in the file, where no rule applies.
RECTIFIED = ["inception", "mobilenet_v1", "mobilenet_v2", "resnet", "squeezenet"]


def picture(case):
    return np.random.default_rng(reference.seed_of(case) + 2).integers(0, 256, networks.INPUT, np.uint8)


def with_rule(activation, rule):
    """The rectifier with a backward pass of its own: max(0, R), for "guided" only where its input is inside its range."""

    @tf.custom_gradient
    def rectify(x):
        def backward(signal):
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = activation(x)
            inside = tape.gradient(y, x)
            return tf.maximum(signal, 0.0) * (inside if rule == "guided" else tf.ones_like(x))

        return activation(x), backward

    return rectify


@contextlib.contextmanager
def rectifiers(rule):
    replaced = {name: with_rule(networks.ACTIVATIONS[name], rule) for name in ("relu", "relu6", "relu_n1_to_1")}
    relu = with_rule(tf.nn.relu, rule)
    with mock.patch.dict(networks.ACTIVATIONS, replaced), mock.patch.object(tf.nn, "relu", relu):
        yield


def input_gradient(case, x, target):
    with tf.GradientTape() as tape:
        x = tf.constant(x[None], tf.float32)
        tape.watch(x)
        score = networks.FAMILIES[case](networks.Weights(reference.seed_of(case)), x)[0][0, target]
    return tape.gradient(score, x)[0].numpy().astype(np.float64)


def integrated_gradients(case, x, target, baseline):
    """Sundararajan et al. 2017, eq. 1, by Gauss-Legendre quadrature."""
    nodes, weights = np.polynomial.legendre.leggauss(STEPS)
    slopes = (w / 2 * input_gradient(case, baseline + (z + 1) / 2 * (x - baseline), target) for z, w in zip(nodes, weights))
    return (x - baseline) * sum(slopes)


def grad_cam(a, g):
    return (a * g.mean((0, 1))).sum(-1)


def grad_cam_plus_plus(a, g):
    """Chattopadhay et al. 2018, eqs. 5 and 19, without the factor exp(y)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        alpha = np.where(g != 0, g**2 / (2 * g**2 + a.sum((0, 1)) * g**3), 0)
    return (a * (alpha * np.maximum(g, 0)).sum((0, 1))).sum(-1)


def xgrad_cam(a, g):
    """Fu et al. 2020, eq. 8."""
    total = a.sum((0, 1))
    return (a * np.divide((a * g).sum((0, 1)), total, out=np.zeros_like(total), where=total != 0)).sum(-1)


def eigen_cam(a, _):
    """First right singular vector of the centred positions x channels matrix, turned towards the mean features."""
    rows = a.reshape(-1, a.shape[-1])
    centred = rows - rows.mean(0)
    direction = np.linalg.svd(centred, full_matrices=False)[2][0]
    return (centred @ direction * np.sign(rows.mean(0) @ direction)).reshape(a.shape[:2])


CAMS = {
    "grad-cam": grad_cam,
    "grad-cam-plus-plus": grad_cam_plus_plus,
    "hires-cam": lambda a, g: (a * g).sum(-1),
    "layer-cam": lambda a, g: (a * np.maximum(g, 0)).sum(-1),
    "xgrad-cam": xgrad_cam,
    "eigen-cam": eigen_cam,
}


def enlarged(coarse):
    """Bilinear with half-pixel centres; antialiased for layers that are larger than the input."""
    return tf.image.resize(np.float32(coarse)[..., None], networks.INPUT[:2], antialias=True)[..., 0].numpy()


def maps(case):
    image = picture(case)
    x = (image.astype(np.float64) - 127.5) / 127.5
    model = (HERE.parent / "operators" / case / "f32" / "model.tflite").read_bytes()
    names = tensor_names(model, case, np.float32(x)[None], None)
    target, _, layers = differentiate(case, np.float32(x), None)
    gradient = layers["input"][1][0].astype(np.float64)
    found = {
        "gradient": np.abs(gradient).max(-1),
        "input-x-gradient": (x * gradient).sum(-1),
        "integrated-gradients": integrated_gradients(case, x, target, np.full_like(x, -1)).sum(-1),
    }
    if case in RECTIFIED:
        for method, rule in {"guided-backprop": "guided", "deconvnet": "deconvnet"}.items():
            with rectifiers(rule):
                found[method] = np.abs(input_gradient(case, x, target)).max(-1)
    for layer, name in names.items():
        a, g = (values[0].astype(np.float64) for values in layers[layer])
        for method, formula in CAMS.items():
            found[f"{method}/{name}"] = enlarged(np.maximum(formula(a, g), 0))
            if method == "grad-cam" and "guided-backprop" in found:
                found[f"guided-grad-cam/{name}"] = found[f"{method}/{name}"] * found["guided-backprop"]
    return {"image": image, "target": np.float32([target])} | {f"map/{k}": np.float32(v) for k, v in found.items()}


def main(wanted):
    HERE.mkdir(exist_ok=True)
    for case in wanted or LAYERS:
        found = maps(case)
        with open(HERE / f"{case}.npz", "wb") as file:
            np.savez_compressed(file, **found)
        print(case, {k: float(np.abs(v).max()) for k, v in found.items() if k.startswith("map")}, flush=True)
    (HERE / "cases.txt").write_text("".join(sorted(path.stem + "\n" for path in HERE.glob("*.npz"))))


main(sys.argv[1:])
