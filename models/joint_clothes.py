"""Decision and explanation in one network (joint.py), on the photographs of clothes.py.

The classifier is what ships as `clothes`, cut off after a block so that the file stays small, with a convolution, mean and dense layer of its
own; its first phase is that of `clothes`: the frozen lower part computed once. What follows trains on a new copy of every photograph
in every epoch.
"""

import pathlib

import keras
import numpy as np

from backbone import mobilenet_v2, read_products
from cards import percent, quantisation, table
from clothes import (
    COPIES, DROPOUT, HEAD_EPOCHS, TURN, Photos, altered, both_seen, by_people, parts, photo_card, read_photos, ship, train_upper,
)
from joint import Joint, joined, network_text, shipped, train_joined, training_text, with_map
from measuring import measure
from networks import predict
from settings import Settings
from tflite import predict_tflite

LAST_BLOCK = 14  # of the classifier
TRAINED_FROM = 11  # the first block that the first phase trains
FEATURES = 320  # of the convolution after the last block


def classifier(image, products, classes: tuple[str, ...]):
    """Blocks 0 to LAST_BLOCK with these weights, a convolution of 1 x 1, mean and dense layer: probabilities."""
    x = mobilenet_v2(image, products, LAST_BLOCK)
    x = keras.layers.Conv2D(FEATURES, 1, activation="relu", name="conv_last")(x)
    x = keras.layers.GlobalAveragePooling2D(name="mean")(x)
    x = keras.layers.Dense(len(classes), name="logits")(keras.layers.Dropout(DROPOUT, name="dropout")(x))
    return keras.layers.Softmax(name="probabilities")(x)


def train_alone(settings: Settings, products, photos: Photos, honest: Photos) -> keras.Model:
    """The first phase: the classifier under a map of ones."""
    image = keras.Input((settings.size, settings.size, 3), name="image")
    model = keras.Model(image, classifier(image, products, settings.classes))
    lower, _, _ = parts(model, TRAINED_FROM)
    train_upper(settings, model, TRAINED_FROM, *both_seen(lower, photos, honest, settings.seed))
    return model


def train(settings: Settings, joint: Joint, photos: Photos, honest: Photos) -> keras.Model:
    keras.utils.set_random_seed(settings.seed)
    products = read_products(shipped(joint))
    alone = train_alone(settings, products, photos, honest)
    model = joined(settings.size, joint, lambda seen: classifier(seen, products, settings.classes))
    for layer in alone.layers:
        model.get_layer(layer.name).set_weights(layer.get_weights())
    train_joined(settings, joint, model, photos, honest, altered)
    return model


def gated(images: np.ndarray, maps: np.ndarray) -> np.ndarray:
    """Pictures of 0..255 as the classifier gets them: what a map of 0 leaves is the middle grey. @param maps  [N, H, W, 1]"""
    return np.round(127.5 + (images - 127.5) * maps).astype(np.uint8)


def others(photos: Photos, seed: int) -> np.ndarray:
    """For every photograph another one of another class, at random."""
    rng = np.random.default_rng(seed)
    return np.array([rng.choice(np.flatnonzero(photos.labels != label)) for label in photos.labels])


def witness(settings: Settings, joint: Joint, photos: Photos, maps: np.ndarray, swapped: np.ndarray) -> list[tuple[str, float]]:
    """What the shipped network, which never saw a gated picture, makes of photographs under maps."""
    file = shipped(joint).with_name(f"{joint.classifier}_int8.tflite").read_bytes()
    flat = np.broadcast_to(maps.mean((1, 2, 3), keepdims=True), maps.shape)
    kinds = (("the photograph", np.ones_like(maps)), ("times its map", maps), ("times its map's mean, all over", flat),
             ("times another photograph's map", maps[swapped]), ("times 1 - its map", 1 - maps))
    return [(name, measure(file, settings.classes, gated(photos.images, each), photos.labels)["accuracy"]) for name, each in kinds]


def swayed(model: keras.Model, photos: Photos, maps: np.ndarray, swapped: np.ndarray) -> tuple[float, float]:
    """How often the own classifier names what it sees, and how often whom the map was drawn for, where another's map gates a photograph."""
    alone = keras.Model(model.get_layer("seen").output, model.outputs[0])
    answers = predict(alone, gated(photos.images, maps[swapped]))[0].argmax(1)
    return float((answers == photos.labels).mean()), float((answers == photos.labels[swapped]).mean())


def where_it_looks(settings: Settings, joint: Joint, model: keras.Model, photos: Photos, file: bytes) -> str:
    maps, swapped = predict_tflite(file, photos.images, 1), others(photos, settings.seed)
    rows = [(name, percent(rate)) for name, rate in witness(settings, joint, photos, maps, swapped)]
    sees, follows = swayed(model, photos, maps, swapped)
    return f"""**Where it looks.** The int8 file's map is {maps.mean():.2f} on average; {percent((maps < 0.25).mean(), 0)} of all places are below 0.25, {percent((maps > 0.75).mean(), 0)} above 0.75, and within
a photograph it varies by {maps.std((1, 2, 3)).mean():.2f} (standard deviation). No mask of a garment is known to hold it to. [{joint.classifier}](../{joint.classifier}/card.md), with whose weights the
classifier began but which never saw a gated picture, was asked instead. It names rightly

{table((f"what `{joint.classifier}` (int8) sees", "right"), rows)}

An explainer that knows the answer could also tell it by the map's shape. Where the map of a photograph of another class gates a photograph,
the network's own classifier names the photograph in {percent(sees, 1)}, the class that the map was drawn for in {percent(follows, 1)}."""


def paragraphs(settings: Settings, joint: Joint, model: keras.Model, photos: Photos, file: bytes) -> list[str]:
    first = f"""begun with the weights of `{joint.classifier}`: {HEAD_EPOCHS} epochs for what is new, {settings.epochs} for blocks {TRAINED_FROM} to {LAST_BLOCK} with it, over {COPIES} copies
of each photograph"""
    return [f"""{network_text(joint)}:
MobileNetV2 as in [{joint.classifier}](../{joint.classifier}/card.md), but only its blocks 0 to {LAST_BLOCK}, then {FEATURES} features of 1 x 1, their mean, one dense layer, softmax.
{model.count_params():,} parameters in all. {quantisation(settings)}""",
            f"{training_text(joint, first)} The second phase and the third see a new copy of every photograph in every epoch\n"
            f"(turned up to {TURN:g}°, scaled, moved, mirrored, lit differently).",
            where_it_looks(settings, joint, model, photos, file)]


def make_joint_clothes(settings: Settings, joint: Joint, folder: pathlib.Path) -> None:
    """Trains, converts, measures and writes every file."""
    settings = with_map(settings, joint)
    photos, honest = (read_photos(folder, split, settings.classes, settings.size) for split in ("train", "val"))
    model = train(settings, joint, photos, honest)

    def describe(files: dict[str, bytes], results: dict, _) -> str:
        rate, count = results["int8"]["accuracy"], len(honest.labels)
        further = f"On {count} photographs an accuracy of {percent(rate, 0)} has a standard error of {100 * (rate * (1 - rate) / count) ** 0.5:.1f} points. "
        texts = paragraphs(settings, joint, model, honest, files["int8"])
        return photo_card(settings, results, honest.labels, by_people(photos, honest), texts, further)

    ship(settings, model, photos, honest, honest, describe)
