"""Prototype parts, "this looks like that" (Chen et al., NeurIPS 2019, arXiv:1806.10574).

A trunk of convolutions turns each place of the picture into D numbers z in [0, 1]; a prototype p is such a vector, and a class is voted for by
how near the nearest place comes to each prototype. Three phases, as published: trunk and prototypes with
L = cross-entropy + 0.8 * cluster - 0.08 * separation (eq. 1); every prototype moved to the nearest patch of a training scene of its class
(eq. 2), so that it can be shown; the last layer anew, its weights between prototypes and other classes kept small (eq. 3).

Chosen differently: similarity is sigmoid(4 - 4 |z - p|^2), not log((d + 1) / (d + eps)), which has no .tflite operator that this project reads;
it falls with the distance likewise. |z - p|^2 = sum z^2 - 2 z.p + |p|^2 is one 1 x 1 convolution over z^2 and z side by side.
"""

import json
import pathlib
from dataclasses import dataclass, replace

import keras
import numpy as np
import tensorflow as tf

from cards import percent, quantisation
from measuring import on_truth
from networks import convolution, predict
from recipe import data_for, ship
from scenes import Scenes, draw_scenes
from settings import BATCH, LABEL_SMOOTHING, TRAIN_SEED, WHYBOX, Settings
from tflite import predict_tflite
from training import accuracy_on, descend, optimizer_for, run_epochs

OFFSET, STEEPNESS = 4.0, 4.0  # similarity is 0.98 at distance 0, a half at |z - p|^2 = 1
CLUSTER, SEPARATION = 0.8, 0.08  # Chen et al., supplement S9
FOREIGN_WEIGHT = -0.5  # what a prototype first says of classes not its own (2.2)
FOREIGN_PRICE = 1e-4  # lambda of eq. 3
DENSE_STEPS = 400
CROP_SCALE = 2  # crops are drawn larger than the network's input, for the eye
# What one cell of the map sees: strides 2, 2 and 2 under a 5 x 5 and three 3 x 3 windows and two poolings, TensorFlow's padding.
CELL, FIELD, FIELD_START = 8, 31, -11


@dataclass(frozen=True)
class Prototypes:
    per_class: int = 2
    depth: int = 16  # D


class Distances(keras.layers.Layer):
    """|z - p|^2 to every prototype, [N, H, W, P]."""

    def __init__(self, count: int, **options):
        super().__init__(**options)
        self.count = count

    def build(self, shape):
        self.prototypes = self.add_weight(shape=(self.count, shape[-1]), initializer=keras.initializers.RandomUniform(0.0, 1.0), name="prototypes")

    def call(self, z):
        cross = tf.einsum("nhwd,pd->nhwp", z, self.prototypes)
        return tf.reduce_sum(z * z, -1, keepdims=True) - 2 * cross + tf.reduce_sum(self.prototypes**2, -1)


def trunk(image, settings: Settings, prototypes: Prototypes):
    x = image
    for index, count in enumerate(settings.filters):
        x = convolution(x, count, str(index + 1), *((5, 2) if index == 0 else (3, 1)))
        if index in settings.pools:
            x = keras.layers.MaxPooling2D(name=f"pool{index + 1}")(x)
    x = convolution(x, 2 * prototypes.depth, "-patch", 1)
    return keras.layers.Conv2D(prototypes.depth, 1, activation="sigmoid", name="patches")(x)


def own_class(settings: Settings, prototypes: Prototypes) -> np.ndarray:
    """[P, classes], 1 where a prototype is the class's own."""
    return np.repeat(np.eye(len(settings.classes), dtype=np.float32), prototypes.per_class, 0)


def head(similarities, settings: Settings):
    """The largest similarity of each prototype, weighed for each class."""
    size, count = similarities.shape[1], similarities.shape[3]
    scores = keras.layers.Reshape((count,), name="scores")(keras.layers.MaxPooling2D(size, name="nearest")(similarities))
    return keras.layers.Softmax(name="probabilities")(keras.layers.Dense(len(settings.classes), name="logits")(scores))


def build_prototypes(settings: Settings, prototypes: Prototypes) -> keras.Model:
    """For training: probabilities and distances."""
    image = keras.Input((settings.size, settings.size, 3), name="image")
    distances = Distances(len(settings.classes) * prototypes.per_class, name="distances")(trunk(image, settings, prototypes))
    similarities = keras.layers.Lambda(lambda d: tf.sigmoid(OFFSET - STEEPNESS * d), name="similarities")(distances)
    model = keras.Model(image, [head(similarities, settings), distances])
    own = own_class(settings, prototypes)
    model.get_layer("logits").set_weights([own + FOREIGN_WEIGHT * (1 - own), np.zeros(len(settings.classes), np.float32)])
    return model


def finished_model(model: keras.Model, settings: Settings) -> keras.Model:
    """The same in operators that .tflite has: probabilities and similarities."""
    vectors = model.get_layer("distances").prototypes.numpy()
    z = model.get_layer("patches").output
    both = keras.layers.Concatenate(name="squares-and-values")([keras.layers.Multiply(name="squares")([z, z]), z])
    nearness = keras.layers.Conv2D(len(vectors), 1, name="nearness")
    similarities = keras.layers.Activation("sigmoid", name="similarity")(nearness(both))
    kernel = -STEEPNESS * np.concatenate([np.ones_like(vectors), -2 * vectors], 1).T
    nearness.set_weights([kernel[None, None], OFFSET - STEEPNESS * (vectors**2).sum(1)])
    finished = keras.Model(model.input, [head(similarities, settings), similarities])
    finished.get_layer("logits").set_weights(model.get_layer("logits").get_weights())
    return finished


def loss_of(model: keras.Model, own: np.ndarray):
    """Chen et al., eq. 1: distances are those of the nearest place and, over prototypes, the nearest of the own or the other classes."""
    crossed = keras.losses.CategoricalCrossentropy(label_smoothing=LABEL_SMOOTHING)

    def loss(images, labels, _):
        answer, distances = model(images, training=True)
        nearest = tf.reduce_min(distances, (1, 2))
        mine = tf.gather(tf.transpose(tf.constant(own)), tf.cast(labels, tf.int32))
        far = float(model.get_layer("patches").output.shape[-1])  # no distance is larger
        cluster = tf.reduce_mean(tf.reduce_min(nearest + far * (1 - mine), 1))
        separation = tf.reduce_mean(tf.reduce_min(nearest + far * mine, 1))
        return crossed(tf.one_hot(labels, own.shape[1]), answer) + CLUSTER * cluster - SEPARATION * separation

    return loss


def push(model: keras.Model, settings: Settings, prototypes: Prototypes, scenes: Scenes) -> list[tuple[int, int, int]]:
    """Moves every prototype to the nearest patch of a training scene of its class, no two to the same scene: (scene, row, column) of each."""
    z, distances = predict(model, scenes.images, [model.get_layer("patches").output, model.get_layer("distances").output])
    nearest, places, taken = distances.min((1, 2)), [], set()
    for index, owner in enumerate(own_class(settings, prototypes).argmax(1)):
        order = np.argsort(np.where(scenes.labels == owner, nearest[:, index], np.inf), kind="stable")
        scene = next(int(each) for each in order if int(each) not in taken)
        taken.add(scene)
        row, column = np.unravel_index(distances[scene, :, :, index].argmin(), distances.shape[1:3])
        places.append((scene, int(row), int(column)))
    model.get_layer("distances").set_weights([np.stack([z[place] for place in places])])
    return places


def train_last(model: keras.Model, own: np.ndarray, scenes: Scenes) -> None:
    """The last layer alone, over the largest similarities (eq. 3)."""
    distances = predict(model, scenes.images, [model.get_layer("distances").output])[0].min((1, 2))
    scores = tf.constant(1 / (1 + np.exp(STEEPNESS * distances - OFFSET)), tf.float32)
    layer, truth = model.get_layer("logits"), tf.one_hot(scenes.labels, own.shape[1])
    crossed = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=LABEL_SMOOTHING)
    optimizer = keras.optimizers.Adam(0.05)
    for _ in range(DENSE_STEPS):
        with tf.GradientTape() as tape:
            price = FOREIGN_PRICE * tf.reduce_sum(tf.abs(layer.kernel * (1 - own)))
            value = crossed(truth, layer(scores)) + price
        optimizer.apply_gradients(zip(tape.gradient(value, layer.trainable_variables), layer.trainable_variables))


def box_of(row: int, column: int, size: int) -> dict[str, int]:
    """The part of the picture that a cell sees, as far as it is in the picture."""
    top, left = (max(CELL * each + FIELD_START, 0) for each in (row, column))
    bottom, right = (min(CELL * each + FIELD_START + FIELD, size) for each in (row, column))
    return {"left": left, "top": top, "width": right - left, "height": bottom - top}


def write_prototypes(settings: Settings, model: keras.Model, own: np.ndarray, places: list[tuple[int, int, int]], whybox: pathlib.Path) -> None:
    """prototypes.json and a crop of each prototype's own patch."""
    weights = model.get_layer("logits").get_weights()[0]
    (settings.folder / "prototypes").mkdir(parents=True, exist_ok=True)
    entries = []
    for index, (scene, row, column) in enumerate(places):
        box, file = box_of(row, column, settings.size), f"{settings.id}/prototypes/{index}.png"
        seed = TRAIN_SEED + scene
        picture = draw_scenes(whybox, settings.scene, seed, 1, settings.params, CROP_SCALE * settings.size).images[0]
        top, left, height, width = (CROP_SCALE * box[key] for key in ("top", "left", "height", "width"))
        crop = picture[top : top + height, left : left + width]
        (settings.folder.parent / file).write_bytes(tf.io.encode_png(crop, compression=9).numpy())
        entries.append({
            "index": index, "class": int(own[index].argmax()), "file": file,
            "scene": {"kind": settings.scene, "seed": seed, "size": settings.size}, "cell": {"row": row, "column": column}, "box": box,
            "similarity": round(float(1 / (1 + np.exp(-OFFSET))), 4), "weights": [round(float(value), 4) for value in weights[index]],
        })
    text = json.dumps({"tensor": "similarities", "prototypes": entries}, indent=2)
    (settings.folder / "prototypes.json").write_text(text + "\n")


def strongest_on_truth(file: bytes, weights: np.ndarray, test: Scenes, count: int = 500) -> dict[str, float]:
    """Where the map of the prototype that adds most to the true class's logit has its peak."""
    maps = predict_tflite(file, test.images[:count], 1)
    adds = maps.max((1, 2)) * weights[:, test.labels[:count]].T
    return on_truth(maps[np.arange(count), :, :, adds.argmax(1)], test.masks[:count])


def paragraphs(settings: Settings, prototypes: Prototypes, model: keras.Model, test: Scenes, files: dict[str, bytes]) -> list[str]:
    at = strongest_on_truth(files["int8"], model.get_layer("logits").get_weights()[0], test)
    channels = " - ".join(str(count) for count in settings.filters)
    return [f"""**Network.** Convolutions one after the other ({channels} channels, batch normalisation folded in, ReLU), two of 1 x 1 and a sigmoid: {prototypes.depth}
numbers z for each of {at["grid"]} x {at["grid"]} places, each of which sees {FIELD} x {FIELD} pixels. {prototypes.per_class} prototypes p for each class; the similarity of a place,
sigmoid({OFFSET:g} - {STEEPNESS:g} |z - p|²), is the second output, `similarities`. Its largest value for each prototype goes through one dense layer and a softmax:
{model.count_params():,} parameters. {quantisation(settings)}

**Training.** After Chen et al. (2019): {settings.epochs} epochs with their cluster and separation terms ({CLUSTER} and {SEPARATION}), every prototype moved to the nearest patch of a
training scene of its class, then the last layer alone. What each prototype is a patch of is in [prototypes.json](prototypes.json), with crops beside it.""",
            f"""**Where it looks.** The map of the prototype that adds most to the true class peaks on what decides (within one of its {at["grid"]} x {at["grid"]} cells) in
{percent(at["hit"], 1)} of {at["scenes"]} test scenes; {percent(at["share"], 0)} of its sum is there, on {percent(at["expected"], 0)} of the area."""]


def make_prototypes(settings: Settings, prototypes: Prototypes = Prototypes(), whybox: pathlib.Path = WHYBOX) -> None:
    """Trains, converts, measures and writes every file of a prototype network."""
    settings = replace(settings, outputs={"similarities": "similarities"}, facts={"prototypes": f"{settings.id}/prototypes.json"})
    scenes, validation = data_for(settings, whybox)
    keras.utils.set_random_seed(settings.seed)
    model, own = build_prototypes(settings, prototypes), own_class(settings, prototypes)
    logits = {id(variable) for variable in model.get_layer("logits").trainable_variables}
    variables = [variable for variable in model.trainable_variables if id(variable) not in logits]
    optimizer = optimizer_for(settings.learning_rate, len(scenes.labels) // BATCH * settings.epochs)
    run_epochs(descend(optimizer, variables, loss_of(model, own)), scenes, settings.epochs, settings.seed, lambda: accuracy_on(model, validation))
    places = push(model, settings, prototypes, scenes)
    print(f"after the push: {accuracy_on(model, validation)}", flush=True)
    train_last(model, own, scenes)
    model = finished_model(model, settings)
    print(f"with its last layer anew: {accuracy_on(model, validation)}", flush=True)
    write_prototypes(settings, model, own, places, whybox)
    ship(settings, model, scenes, whybox, lambda test, files: paragraphs(settings, prototypes, model, test, files))
