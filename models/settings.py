"""What a network of the zoo is, and the numbers that all of them share."""

import pathlib
from dataclasses import dataclass, field

ROOT = pathlib.Path(__file__).resolve().parent.parent
WHYBOX = ROOT / "build" / "native" / "whybox"
SIZE = 96
BATCH = 64
# Seeds are far apart, so that no scene is in two sets.
TRAIN_SEED, VALIDATION_SEED, TEST_SEED = 1_000_000, 500_000_000, 900_000_000
VALIDATION_SCENES, TEST_SCENES, STRESS_SCENES, CALIBRATION_SCENES = 1_000, 4_000, 1_000, 500
# Keeps logits within some +-5, where int8 resolves them finely and a probability still moves when a part is hidden.
LABEL_SMOOTHING = 0.02


@dataclass(frozen=True)
class Concept:
    """An attribute of the scenes that a bottleneck names; id and values are the scene kind's."""

    id: str
    name: str
    values: tuple[str, ...]
    place: int  # among the kind's attributes


@dataclass(frozen=True)
class Settings:
    id: str
    name: str
    summary: str
    scene: str
    classes: tuple[str, ...]
    train_scenes: int
    epochs: int
    filters: tuple[int, ...] = ()
    architecture: str = "plain"  # a key of networks.ARCHITECTURES
    pools: tuple[int, ...] = (1, 2)  # plain: after which convolutions, counted from 0, the picture is halved
    test_scenes: int = TEST_SCENES
    params: tuple[str, ...] = ()  # of the scenes it is trained and tested on
    learning_rate: float = 3e-3
    seed: int = 7
    size: int = SIZE
    stress: dict[str, tuple[str, ...]] = field(default_factory=dict)  # scenes unlike those of the training, by parameters
    # How often the answer is the value of an attribute of the scene: (its place among the attributes, parameters)
    follows: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    concepts: tuple[Concept, ...] = ()  # a bottleneck of them (Koh et al. 2020); none: no bottleneck
    outputs: dict[str, str] = field(default_factory=dict)  # after the probabilities: tensor -> what it holds (README.md)
    facts: dict = field(default_factory=dict)  # further entries of the manifest
    limits: str = ""  # what else the card says about where it fails

    @property
    def folder(self) -> pathlib.Path:
        return ROOT / "models" / self.id
