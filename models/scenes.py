"""Scenes from the whybox command, in bulk."""

import pathlib
import subprocess
import tempfile
from dataclasses import dataclass

import numpy as np

from settings import SIZE


@dataclass(frozen=True)
class Scenes:
    images: np.ndarray  # uint8 [N, 96, 96, 3]
    labels: np.ndarray  # uint8 [N]
    masks: np.ndarray  # uint8 [N, 96, 96], 0..255: how much of a pixel what decides the class covers
    attributes: np.ndarray  # uint8 [N, attributes of the kind]


def draw_scenes(whybox: pathlib.Path, kind: str, seed: int, count: int, params: tuple[str, ...] = (), size: int = SIZE) -> Scenes:
    """Scenes with seeds seed, seed + 1, ..., as `whybox scene --npy` writes them."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "scenes.npy"
        command = [whybox, "scene", "--kind", kind, "--seed", seed, "--count", count, "--size", size, "--npy", file]
        for param in params:
            command += ["--param", param]
        subprocess.run([str(word) for word in command], check=True)
        beside = [np.load(file.with_suffix(f".{name}.npy")) for name in ("labels", "masks", "attributes")]
        return Scenes(np.load(file), *beside)


def normalize(images: np.ndarray) -> np.ndarray:
    """0..255 -> -1..1, the normalisation whybox assumes where a file says nothing else."""
    return images.astype(np.float32) / 127.5 - 1.0
