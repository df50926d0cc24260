"""Writes oracles/<case>.npz and oracles/<case>-int8.npz, and oracles/cases.txt: what Captum, Zennit and pytorch-grad-cam say
about the networks under operators/ and models/, turned into PyTorch modules by torch_network.py. For 8-bit files the
module has the dequantised weights: the float twin, in PyTorch. All of it is computed in float64.

In each: `model` [n], the path of the .tflite from the repository's root in bytes; `image` [H, W, 3], the picture's bytes v,
which the network sees as x = (v - 127.5) / 127.5; `probe` [6, H, W, 3], pictures for methods that learn from some; `logits`; `target` [2], the class explained and the runner-up;
`attribution/<key>` [H, W, 3], before channels are taken together; `cam/<key>` [u, v], rectified, before it is enlarged.
Attributions of pictures larger than 32 pixels are kept for every fourth row and column, and `sum/<key>` [1] over all of
them. A key is the method's id and, each after a "|", what differs from its defaults; README.md explains them.

    python make_oracles.py [case ...]
"""
import pathlib
import sys
import zlib

import numpy as np
import torch

from oracle_cams import cams
from oracle_captum import gradients
from oracle_patterns import signals
from oracle_zennit import relevances
from torch_network import Network, channels_last

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent / "oracles"
SMALL = ["inception", "mobilenet_v1", "mobilenet_v2", "mobilenet_v3", "resnet", "smooth_arithmetic", "squeezenet",
         "upsampling", "mixed"]
SHIPPED = ["triangle", "triangle-colour"]
LARGE, STRIDE, PROBE = 32, 4, 6
# Drawn so that no rectifier, pooling or denominator of the picture's passes hangs on the rounding of float32: `main` prints how
# far the libraries' own answers in float32 are from those in float64.
SEEDS = {"mobilenet_v3": 7, "resnet": 13, "triangle": 16, "triangle-colour": 6, "upsampling": 8}


def model_of(case):
    """Path from the root: tests/golden/operators/<case>/<variant>/model.tflite or models/<case>/<case>_<variant>.tflite."""
    name, int8 = case.removesuffix("-int8"), case.endswith("-int8")
    if name in SHIPPED:
        return pathlib.Path("models") / name / f"{name}_{'int8' if int8 else 'float'}.tflite"
    return pathlib.Path("tests/golden/operators") / name / ("int8" if int8 else "f32") / "model.tflite"


def seed_of(case):
    return zlib.crc32(case.encode()) + SEEDS.get(case, 2)


def random_picture(case, shape):
    return np.random.default_rng(seed_of(case)).integers(0, 256, shape, np.uint8)


def drawn_picture(case, shape):
    """A red triangle and a bluish disc on a floor, all grained: among equal pixels a max pooling has no one winner."""
    rng = np.random.default_rng(seed_of(case))
    y, x = np.mgrid[:shape[0], :shape[1]] / shape[0]
    picture = np.stack([140 + 30 * np.sin(5 * x + 3 * i) * np.cos(4 * y - i) for i in range(3)], -1)
    picture[(y > 0.25) & (y < 0.6) & (np.abs(x - 0.35) < (y - 0.25) * 0.55)] = 200, 40, 50
    picture[(y - 0.7) ** 2 + (x - 0.7) ** 2 < 0.02] = 60, 90, 180
    return np.clip(np.round(picture + rng.normal(0, 12, shape)), 0, 255).astype(np.uint8)


def normalised(pictures, precision):
    return torch.tensor((pictures.astype(np.float64) - 127.5) / 127.5).permute(0, 3, 1, 2).to(precision)


class Question:
    """A network, a picture, and what is asked about them."""

    def __init__(self, case, precision=torch.float64):
        self.path = model_of(case)
        name = case.removesuffix("-int8")
        self.network = Network(ROOT / self.path).eval().to(precision)
        shape = self.network.file.tensors[self.network.file.input].shape[1:]
        self.image = (drawn_picture if name in SHIPPED else random_picture)(name, shape)
        self.x = normalised(self.image[None], precision)
        self.logits = self.network(self.x)[0].detach()
        self.target, self.versus = (int(i) for i in torch.argsort(self.logits, descending=True)[:2])
        self.large = shape[0] > LARGE
        self.black = torch.full_like(self.x, -1.0)  # the normalised values of bytes 0
        self.white = torch.full_like(self.x, 1.0)   # and 255
        self.pictures = np.random.default_rng(seed_of(name) + 1000).integers(0, 256, (PROBE, *shape), np.uint8)
        self.probe = normalised(self.pictures, precision)

    def layers(self):
        """Names of activations [1, H, W, C] with more than one position that a module writes, where CAMs can look."""
        found = []
        for node, module, _ in self.network.steps:
            shape = self.network.file.tensors[node.output].shape
            if module is not None and len(shape) == 4 and shape[1] * shape[2] > 1 and not node.kind.startswith("pad"):
                found.append(self.network.file.tensors[node.output].name)
        return found


def kept(attributions, large):
    found = {}
    for key, value in attributions.items():
        value = channels_last(value.detach())[0].numpy()
        assert np.isfinite(value).all() and np.abs(value).max() > 0, key
        found[f"attribution/{key}"] = value[::STRIDE, ::STRIDE] if large else value
        if large:
            found[f"sum/{key}"] = np.array([value.sum()])
    return found


def unsteadiness(case, exact):
    """How far float32 is from the exact answers, as a part of the largest value, and for which key."""
    q = Question(case, torch.float32)
    rounded = gradients(q) | relevances(q) | signals(q)
    return max((float((rounded[k] - exact[k]).abs().max() / exact[k].abs().max()), k) for k in exact)


def vectors(case):
    q = Question(case)
    attributions = gradients(q) | relevances(q) | signals(q)
    print("{}: float32 is off by {:.1e} in {}".format(case, *unsteadiness(case, attributions)), flush=True)
    found = {"image": q.image, "model": np.frombuffer(q.path.as_posix().encode(), np.uint8)}
    if not q.large:
        found["probe"] = q.pictures
    numbers = {"logits": q.logits.numpy(), "target": np.array([q.target, q.versus])}
    numbers |= kept(attributions, q.large)
    numbers |= {f"cam/{key}": value for key, value in cams(q).items()}
    return found | {key: np.float32(value) for key, value in numbers.items()}


def main(wanted):
    HERE.mkdir(exist_ok=True)
    for case in wanted or [name + end for name in SMALL + SHIPPED for end in ("", "-int8")]:
        found = vectors(case)
        with open(HERE / f"{case}.npz", "wb") as file:
            np.savez_compressed(file, **found)
    (HERE / "cases.txt").write_text("".join(sorted(path.stem + "\n" for path in HERE.glob("*.npz"))))


if __name__ == "__main__":
    main(sys.argv[1:])
