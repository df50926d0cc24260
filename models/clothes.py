"""Clothes on photographs: MobileNetV2 with ImageNet weights, its upper blocks trained on.

The photographs and the file of weights stay where they are; WHYBOX_CLOTHING and WHYBOX_BACKBONE, or the arguments of a recipe, name them. The
photographs lie in train/ and val/ with labels.csv (path, class, split, contributor): no contributor is in both.

Blocks below `TRAINED_FROM` are frozen, so that what they make of every photograph, in some augmented copies, is computed once.
"""

import csv
import functools
import pathlib
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf
from PIL import Image

from backbone import mobilenet_v2, read_products
from cards import figures, manifest_entry, mistakes, percent, update_manifest
from measuring import measure
from recipe import write_files
from scenes import normalize
from settings import CALIBRATION_SCENES, Settings

CLASSES = ("dress", "hat", "longsleeve", "outwear", "pants", "shirt", "shoes", "shorts", "skirt", "t-shirt")
TRAINED_FROM = 13  # the first block that is trained
COPIES = 3  # of every photograph, the first as it is
HEAD_EPOCHS, HEAD_RATE = 40, 1e-3
RATE, BATCH, SMOOTHING, DROPOUT = 3e-4, 32, 0.1, 0.3
# Copies are turned, scaled and moved by up to so many degrees, shares and shares of the side, and lit by up to so much differently.
TURN, SCALE, SHIFT, LIGHT, TINT = 15.0, 0.2, 0.08, 0.3, 0.1
HELD_BACK = 0.15  # of the training photographs, where they are split at random


@dataclass(frozen=True)
class Photos:
    images: np.ndarray  # uint8 [N, size, size, 3], squashed to a square
    labels: np.ndarray  # int [N]

    @property
    def attributes(self) -> np.ndarray:
        """None are known: [N, 0]."""
        return np.zeros((len(self.labels), 0), np.uint8)


def read_photos(folder: pathlib.Path, split: str, classes: tuple[str, ...], size: int) -> Photos:
    with open(folder / "labels.csv") as file:
        rows = sorted((row["path"], classes.index(row["class"])) for row in csv.DictReader(file) if row["split"] == split)
    images = [np.asarray(Image.open(folder / path).convert("RGB").resize((size, size), Image.Resampling.BILINEAR)) for path, _ in rows]
    return Photos(np.stack(images), np.array([label for _, label in rows]))


def altered(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A copy turned, scaled, moved, perhaps mirrored, and lit differently; what comes from outside has the mean colour of the border."""
    size = image.shape[0]
    turn, scale = np.deg2rad(rng.uniform(-TURN, TURN)), np.exp(rng.uniform(-SCALE, SCALE))
    a, b = np.cos(turn) / scale, np.sin(turn) / scale
    flip = rng.choice((-1, 1))
    centre, moved = size / 2, size / 2 + size * rng.uniform(-SHIFT, SHIFT, 2)
    matrix = (flip * a, b, centre - flip * a * moved[0] - b * moved[1], -flip * b, a, centre + flip * b * moved[0] - a * moved[1])
    border = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]]).mean(0)
    picture = Image.fromarray(image).transform((size, size), Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR, fillcolor=tuple(border.astype(int)))
    values = np.asarray(picture, np.float32)
    contrast, gain = 1 + rng.uniform(-LIGHT, LIGHT), 1 + rng.uniform(-LIGHT, LIGHT) / 2 + rng.uniform(-TINT, TINT, 3)
    return np.clip(((values - values.mean()) * contrast + values.mean()) * gain, 0, 255).astype(np.uint8)


def build_clothes(classes: tuple[str, ...], size: int, weights: pathlib.Path) -> keras.Model:
    image = keras.Input((size, size, 3), name="image")
    x = keras.layers.GlobalAveragePooling2D(name="mean")(mobilenet_v2(image, read_products(weights)))
    x = keras.layers.Dense(len(classes), name="logits")(keras.layers.Dropout(DROPOUT, name="dropout")(x))
    return keras.Model(image, [keras.layers.Softmax(name="probabilities")(x)])


def parts(model: keras.Model, first: int = TRAINED_FROM) -> tuple[keras.Model, keras.Model, keras.Model]:
    """What stays, and what is trained: up to the features before block `first`, from there to their mean, and from there to the logits."""
    middle, mean = (model.get_layer(name).output for name in (f"block_{first - 1}_out", "mean"))
    return keras.Model(model.input, middle), keras.Model(middle, mean), keras.Model(mean, model.get_layer("logits").output)


def seen(lower: keras.Model, images: np.ndarray) -> np.ndarray:
    """What the frozen part makes of pictures, float16."""
    run = tf.function(lambda batch: lower(batch, training=False), reduce_retracing=True)
    return np.concatenate([run(normalize(images[i : i + 64])).numpy().astype(np.float16) for i in range(0, len(images), 64)])


def copies_of(lower: keras.Model, photos: Photos, seed: int) -> np.ndarray:
    """[COPIES, N, h, w, C]"""
    rng = np.random.default_rng(seed)
    found = []
    for index in range(COPIES):
        images = photos.images if index == 0 else np.stack([altered(image, rng) for image in photos.images])
        found.append(seen(lower, images))
        print(f"copy {index + 1} of {COPIES}", flush=True)
    return np.stack(found)


def class_weights(labels: np.ndarray, classes: int) -> np.ndarray:
    """Square root of (mean count / count): between as they come and all alike."""
    counts = np.bincount(labels, minlength=classes)
    return np.sqrt(counts.mean() / counts).astype(np.float32)


def fit(upper: keras.Model, variables, features: np.ndarray, labels: np.ndarray, epochs: int, rate: float, seed: int, report) -> None:
    """Epochs over copy 1, copy 2, ... of the photographs. @param features  [COPIES, N, ...]"""
    rng, steps, classes = np.random.default_rng(seed), len(labels) // BATCH, upper.output_shape[-1]
    weights = tf.constant(class_weights(labels, classes))
    crossed = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=SMOOTHING, reduction="none")
    schedule = keras.optimizers.schedules.CosineDecay(rate * 0.1, steps * epochs, warmup_target=rate, warmup_steps=steps)
    optimizer = keras.optimizers.AdamW(schedule, weight_decay=1e-4)

    @tf.function
    def step(batch, truth):
        with tf.GradientTape() as tape:
            each = crossed(tf.one_hot(truth, classes), upper(tf.cast(batch, tf.float32), training=True))
            value = tf.reduce_mean(each * tf.gather(weights, truth))
        optimizer.apply_gradients(zip(tape.gradient(value, variables), variables))
        return value

    for epoch in range(epochs):
        order, total = rng.permutation(len(labels)), 0.0
        for first in range(0, steps * BATCH, BATCH):
            picked = order[first : first + BATCH]
            total += float(step(features[epoch % len(features)][picked], labels[picked]))
        print(f"epoch {epoch + 1}: loss {total / steps:.4f}, {report()}", flush=True)


@dataclass(frozen=True)
class Seen:
    """Photographs as the frozen part of the network sees them."""

    images: np.ndarray
    copies: np.ndarray  # [COPIES or 1, N, h, w, C], the first as they are
    labels: np.ndarray

    def some(self, places: np.ndarray) -> "Seen":
        return Seen(self.images[places], self.copies[:, places], self.labels[places])


def both_seen(lower: keras.Model, photos: Photos, honest: Photos, seed: int) -> tuple[Seen, Seen]:
    """Copies of the photographs to train on, and those to measure as they are."""
    return Seen(photos.images, copies_of(lower, photos, seed), photos.labels), Seen(honest.images, seen(lower, honest.images)[None], honest.labels)


@functools.cache  # networks trained in one process share it
def both_splits(classes: tuple[str, ...], size: int, seed: int, folder: pathlib.Path, weights: pathlib.Path) -> tuple[Seen, Seen]:
    """Photographs of `train` and of `val`."""
    lower, _, _ = parts(build_clothes(classes, size, weights))
    return both_seen(lower, *(read_photos(folder, split, classes, size) for split in ("train", "val")), seed)


def train_clothes(settings: Settings, weights: pathlib.Path, known: Seen, validation: Seen) -> keras.Model:
    keras.utils.set_random_seed(settings.seed)
    model = build_clothes(settings.classes, settings.size, weights)
    train_upper(settings, model, TRAINED_FROM, known, validation)
    return model


def train_upper(settings: Settings, model: keras.Model, first: int, known: Seen, validation: Seen) -> None:
    """The last layer first, over features that stay as they are; then all blocks from `first`."""
    _, pooled, head = parts(model, first)
    upper = keras.Sequential([pooled, head])
    looked_at = validation.copies[0]

    def report() -> str:
        logits = np.concatenate([upper(looked_at[i : i + 128].astype(np.float32), training=False) for i in range(0, len(looked_at), 128)])
        return f"validation accuracy {(logits.argmax(1) == validation.labels).mean():.4f}"

    means = np.stack([seen_pooled(pooled, copy) for copy in known.copies])
    fit(head, head.trainable_variables, means, known.labels, HEAD_EPOCHS, HEAD_RATE, settings.seed, lambda: "")
    print(f"with its last layer trained: {report()}", flush=True)
    fit(upper, upper.trainable_variables, known.copies, known.labels, settings.epochs, RATE, settings.seed, report)


def seen_pooled(pooled: keras.Model, features: np.ndarray) -> np.ndarray:
    run = tf.function(lambda batch: pooled(tf.cast(batch, tf.float32), training=False), reduce_retracing=True)
    return np.concatenate([run(features[i : i + 64]).numpy() for i in range(0, len(features), 64)])


def halves(photos: Seen, share: float, seed: int) -> tuple[Seen, Seen]:
    """A random split, which pays no heed to who took a photograph: for training, and held back."""
    order = np.random.default_rng(seed).permutation(len(photos.labels))
    cut = round(len(order) * (1 - share))
    return photos.some(order[:cut]), photos.some(order[cut:])


DATA = """**Data.** The clothing dataset collected by Alexey Grigorev from 351 volunteers and Tagias.com (GitHub: alexeygrigorev/clothing-dataset),
CC0 1.0; 4,187 of its photographs, one garment on each, lying, hanging or held. They are not part of this project.
{split} Each is squashed to {size} x {size} pixels. People are from few countries and homes; garments of other cultures, on a body, or
several at once, it has hardly seen."""

NETWORK = """**Network.** MobileNetV2, width 1.0 (Sandler et al. 2018), mean over the last 5 x 5 places, one dense layer, softmax: {count:,} parameters.
It starts from weights for ImageNet, Google's own, published as `tf2_mobilenet_v2_1.0_224_ptq.tflite` in GitHub's google-coral/test_data
under Apache-2.0: int8, dequantised, normalisation folded in. Input {size} x {size} x 3, x / 127.5 - 1. The last layer was trained for {head} epochs over
features that stay as they are, then blocks {first} to 16 with it for {epochs} epochs by AdamW, every epoch over one of {copies} copies of each photograph
(turned up to {turn:g}°, scaled, moved, mirrored, lit differently); label smoothing {smoothing}, classes weighed by the square root of what they are
short of. Weights are quantised per channel, activations per tensor, with {calibration} training photographs for their ranges."""


def network_paragraph(settings: Settings, model: keras.Model) -> str:
    return NETWORK.format(count=model.count_params(), size=settings.size, head=HEAD_EPOCHS, first=TRAINED_FROM, epochs=settings.epochs,
                          copies=COPIES, turn=TURN, smoothing=SMOOTHING, calibration=CALIBRATION_SCENES)


def by_people(known: Photos | Seen, held_back: Photos | Seen) -> str:
    return f"{len(known.labels):,} photographs by 177 people to train on, {len(held_back.labels)} by 93 others to measure: nobody's are in both."


def photo_card(settings: Settings, results: dict, truth: np.ndarray, split: str, paragraphs: list[str], further: str = "") -> str:
    """A card. @param paragraphs  between data and failures  @param further  to begin these with"""
    return "\n\n".join([
        f"# {settings.name}", settings.summary, figures(settings, results), DATA.format(split=split, size=settings.size), *paragraphs,
        f"**Where it fails.** {further}{mistakes(results, truth, settings.classes)}",
        f"It always names one of its classes, whatever is on the photograph.{' ' + settings.limits if settings.limits else ''}",
        "**Licence.** Apache-2.0, as the project; the weights it started from are Apache-2.0, the photographs CC0.",
        "Written by `train.py` from what it measured.\n",
    ])


def measured(files: dict[str, bytes], settings: Settings, photos: Photos | Seen) -> dict[str, dict]:
    return {variant: measure(file, settings.classes, photos.images, photos.labels) for variant, file in files.items()}


def ship(settings: Settings, model: keras.Model, known: Photos | Seen, held_back: Photos | Seen, honest: Photos | Seen, describe) -> None:
    """Converts, measures and writes every file of one network on photographs. @param describe  (files, results, accuracy on honest ones) -> card"""
    files = write_files(settings, model, known.images[np.random.default_rng(settings.seed).permutation(len(known.labels))])
    results = measured(files, settings, held_back)
    apart = held_back is not honest
    away = {variant: round(result["accuracy"], 4) for variant, result in (measured(files, settings, honest) if apart else results).items()}
    card = describe(files, results, away)
    (settings.folder / "card.md").write_text(card)
    held = {"photos": "held back at random" if apart else "val", "count": len(held_back.labels)}
    photographs = {"photos": {"split": "val", "count": len(honest.labels), "accuracy": away}}
    update_manifest(manifest_entry(settings, results, held) | photographs)
    print(card)


def make_clothes(settings: Settings, folder: pathlib.Path, weights: pathlib.Path, leaky: bool = False) -> None:
    """Trains, converts, measures and writes every file. @param leaky  held-back photographs are drawn at random, from people it knows"""
    photos, honest = both_splits(settings.classes, settings.size, settings.seed, folder, weights)
    known, held_back = halves(photos, HELD_BACK, settings.seed) if leaky else (photos, honest)
    model = train_clothes(settings, weights, known, held_back)

    def describe(_, results: dict, away: dict) -> str:
        split, further = by_people(known, held_back), ""
        if leaky:
            split = f"""{len(known.labels):,} photographs to train on and {len(held_back.labels):,} held back, **drawn at random**: the same people, floors and walls are in both."""
            further = f"""Its accuracy does not hold: on {len(honest.labels)} photographs by people it knows nothing of it is {percent(away["int8"])} (int8; float {percent(away["float"])}), not
{percent(results["int8"]["accuracy"])}. Whoever photographs a wardrobe does so on one floor, and a network may learn the floor. """
        return photo_card(settings, results, held_back.labels, split, [network_paragraph(settings, model)], further)

    ship(settings, model, known, held_back, honest, describe)
