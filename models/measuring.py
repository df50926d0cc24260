"""What is measured on the files that ship, and on the model they were made from."""

import pathlib

import keras
import numpy as np
import tensorflow as tf

from scenes import Scenes, draw_scenes, normalize
from settings import STRESS_SCENES, TEST_SEED, Settings
from tflite import predict_tflite
from training import true_concepts


def calibration_error(probabilities: np.ndarray, labels: np.ndarray, bins: int = 15) -> float:
    """Expected calibration error, Guo et al. 2017, eq. 3: sum over bins of |accuracy - confidence| weighted by share."""
    confidence = probabilities.max(1)
    right = probabilities.argmax(1) == labels
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    inside = [place == index for index in range(bins)]
    return float(sum(abs(right[b].mean() - confidence[b].mean()) * b.mean() for b in inside if b.any()))


def heat_on_truth(model: keras.Model, settings: Settings, scenes: Scenes, count: int = 500) -> dict[str, float]:
    """Grad-CAM at the last convolution (for a GAP head: CAM) for each scene's own class against its true mask: how often its
    highest point lies on what decides, with one cell of its grid as slack, and which share of its positive heat does."""
    picked = np.flatnonzero(scenes.masks.max((1, 2)) > 127)[:count]
    relus = [layer for layer in model.layers if layer.name.startswith("relu")]
    both = keras.Model(model.input, [relus[-1].output, model.get_layer("logits").output])
    with tf.GradientTape() as tape:
        features, logits = both(normalize(scenes.images[picked]), training=False)
        own = tf.reduce_sum(tf.gather(logits, scenes.labels[picked].astype(np.int32), axis=1, batch_dims=1))
    weights = tape.gradient(own, features).numpy().mean((1, 2))
    heat = np.maximum(np.einsum("nyxk,nk->nyx", features.numpy(), weights), 0)
    return on_truth(heat, scenes.masks[picked])


def on_truth(heat: np.ndarray, masks: np.ndarray) -> dict[str, float]:
    """How maps [N, h, w], none below 0, agree with masks [N, H, W]: how often their highest place is on the mask or beside it, which
    share of their sum is, and which share of the area that is."""
    count, rows, columns = heat.shape
    cell = masks.shape[1] // rows
    cells = masks.reshape(count, rows, cell, columns, cell).max((2, 4)) > 127
    padded = np.pad(cells, ((0, 0), (1, 1), (1, 1)))
    near = np.any([padded[:, y : y + rows, x : x + columns] for y in range(3) for x in range(3)], axis=0)
    hit = near.reshape(count, -1)[np.arange(count), heat.reshape(count, -1).argmax(1)].mean()
    share = ((heat * near).sum((1, 2)) / np.maximum(heat.sum((1, 2)), 1e-9)).mean()
    return {"hit": float(hit), "share": float(share), "expected": float(near.mean()), "grid": rows, "scenes": count}


def measure(file: bytes, classes: tuple[str, ...], images: np.ndarray, labels: np.ndarray) -> dict:
    probabilities = predict_tflite(file, images)
    answers = probabilities.argmax(1)
    right = answers == labels
    return {
        "bytes": len(file),
        "accuracy": float(right.mean()),
        "right_by_class": [float(right[labels == index].mean()) for index in range(len(classes))],
        "ece": calibration_error(probabilities, labels),
        "classes": answers,
    }


def by_area(classes: np.ndarray, test: Scenes) -> list[tuple[float, float, float]]:
    """Accuracy by the visible area of what decides, in quarters of the scenes that show it: (from, to, accuracy)."""
    area = (test.masks / 255).mean((1, 2))
    shown, right = area > 0, classes == test.labels
    limits = np.quantile(area[shown], [0, 0.25, 0.5, 0.75, 1])
    inside = [shown & (area >= low) & (area <= high) for low, high in zip(limits, limits[1:])]
    return [(low, high, float(right[i].mean())) for low, high, i in zip(limits, limits[1:], inside)]


def confusions(answers: np.ndarray, labels: np.ndarray, classes: tuple[str, ...], count: int = 3) -> list[tuple[str, str, float]]:
    """The commonest mistakes: (true class, answer, share of the true class)."""
    found = []
    for true, name in enumerate(classes):
        shares = np.bincount(answers[labels == true], minlength=len(classes)) / (labels == true).sum()
        found += [(name, classes[i], float(v)) for i, v in enumerate(shares) if i != true and v > 0]
    return sorted(found, key=lambda each: -each[2])[:count]


def measure_stress(file: bytes, settings: Settings, whybox: pathlib.Path) -> dict[str, float]:
    """Accuracy on scenes unlike those of the training."""
    rates = {}
    for name, params in settings.stress.items():
        scenes = draw_scenes(whybox, settings.scene, TEST_SEED, STRESS_SCENES, params)
        rates[name] = float((predict_tflite(file, scenes.images).argmax(1) == scenes.labels).mean())
    return rates


def measure_follows(file: bytes, settings: Settings, whybox: pathlib.Path) -> dict[str, float]:
    """How often the answer is the value of an attribute."""
    rates = {}
    for name, (place, params) in settings.follows.items():
        scenes = draw_scenes(whybox, settings.scene, TEST_SEED, STRESS_SCENES, params)
        rates[name] = float((predict_tflite(file, scenes.images).argmax(1) == scenes.attributes[:, place]).mean())
    return rates


def concept_accuracy(file: bytes, settings: Settings, test: Scenes) -> dict[str, float]:
    """How often the likeliest value of a concept is the scene's."""
    values, first, rates = predict_tflite(file, test.images, 1), 0, {}
    for concept in settings.concepts:
        group = values[:, first : first + len(concept.values)]
        rates[concept.name] = float((group.argmax(1) == test.attributes[:, concept.place]).mean())
        first += len(concept.values)
    return rates


def accuracy_of_true_concepts(model: keras.Model, settings: Settings, test: Scenes) -> float:
    """How often the class is right when every concept is set to the scene's value by hand (Koh et al. 2020, 4.3), in float."""
    weights, bias = model.get_layer("logits").get_weights()
    return float(((true_concepts(settings, test) @ weights + bias).argmax(1) == test.labels).mean())
