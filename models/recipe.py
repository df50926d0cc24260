"""Trains one of the shipped scene networks: scenes from the whybox command, a small CNN, int8 and float .tflite, a card.

Everything is seeded. Weights may still differ in their last digits from machine to machine, because TensorFlow sums in an
order that depends on the number of threads; the numbers in the card are measured on the files it stands beside.
"""

import pathlib

import keras
import numpy as np

from cards import looks, manifest_entry, paragraphs_of_failure, percent, quantisation, scene_card, table, update_manifest
from measuring import accuracy_of_true_concepts, concept_accuracy, heat_on_truth, measure, measure_follows, measure_stress
from scenes import Scenes, draw_scenes
from settings import (
    CALIBRATION_SCENES, LABEL_SMOOTHING, TEST_SEED, TRAIN_SEED, VALIDATION_SCENES, VALIDATION_SEED, WHYBOX, Concept, Settings,
)
from tflite import convert, finished
from training import train

__all__ = ["Concept", "Settings", "data_for", "make", "ship", "write_files"]


def data_for(settings: Settings, whybox: pathlib.Path) -> tuple[Scenes, Scenes]:
    """Scenes for training and for looking on while it trains."""
    sets = ((TRAIN_SEED, settings.train_scenes), (VALIDATION_SEED, VALIDATION_SCENES))
    scenes, validation = (draw_scenes(whybox, settings.scene, seed, count, settings.params) for seed, count in sets)
    return scenes, validation


def write_files(settings: Settings, model: keras.Model, images: np.ndarray) -> dict[str, bytes]:
    """Converts a model and writes its files and labels. @param images  pictures for the ranges of activations"""
    extremes = np.stack([np.zeros_like(images[0]), np.full_like(images[0], 255)])
    samples = np.concatenate([images[:CALIBRATION_SCENES], extremes])  # so that every pixel value has its own step
    files = {"int8": convert(model, samples), "float": convert(model, None)}
    files = {variant: finished(file, settings) for variant, file in files.items()}
    settings.folder.mkdir(exist_ok=True)
    for variant, file in files.items():
        (settings.folder / f"{settings.id}_{variant}.tflite").write_bytes(file)
    (settings.folder / "labels.txt").write_text("\n".join(settings.classes) + "\n")
    return files


def ship(settings: Settings, model: keras.Model, scenes: Scenes, whybox: pathlib.Path, describe) -> None:
    """Writes every file of one network. @param describe  (test scenes, files) -> the card's paragraphs between data and failures"""
    files = write_files(settings, model, scenes.images)
    test = draw_scenes(whybox, settings.scene, TEST_SEED, settings.test_scenes, settings.params)
    results = {variant: measure(file, settings.classes, test.images, test.labels) for variant, file in files.items()}
    stress, follows = (each(files["int8"], settings, whybox) for each in (measure_stress, measure_follows))
    failures = paragraphs_of_failure(settings, test, results, stress, follows)
    card = scene_card(settings, results, describe(test, files), failures)
    (settings.folder / "card.md").write_text(card)
    update_manifest(manifest_entry(settings, results, {"seed": TEST_SEED, "scenes": settings.test_scenes}))
    print(card)


def network_paragraph(settings: Settings, model: keras.Model, grid: int) -> str:
    shape = "one after the other" if settings.architecture == "plain" else "in residual blocks"
    channels = " - ".join(str(count) for count in settings.filters)
    head = "each concept's values by a dense layer and a softmax of its own, then one dense layer and softmax over these alone, " \
        "fitted to true concepts beforehand" if settings.concepts else "one dense layer, softmax"
    return f"""**Network.** Convolutions {shape} ({channels} channels, batch normalisation folded in, ReLU), mean over the last
{grid} x {grid} places, {head}: {model.count_params():,} parameters. {quantisation(settings)}
Trained with AdamW for {settings.epochs} epochs, label smoothing {LABEL_SMOOTHING}."""


def concept_paragraph(settings: Settings, model: keras.Model, test: Scenes, file: bytes) -> str:
    rows = [(name, percent(rate)) for name, rate in concept_accuracy(file, settings, test).items()]
    by_hand = percent(accuracy_of_true_concepts(model, settings, test))
    return f"""**Concepts** between features and class, and how often the int8 file has each right:

{table(("concept", "right"), rows)}

With every concept set to its true value by hand, the class is right in {by_hand} of the test scenes."""


def make(settings: Settings, whybox: pathlib.Path = WHYBOX) -> None:
    """Trains, converts, measures and writes every file of one shipped network."""
    scenes, validation = data_for(settings, whybox)
    model = train(settings, scenes, validation)

    def describe(test: Scenes, files: dict[str, bytes]) -> list[str]:
        heat = heat_on_truth(model, settings, test)
        concepts = [concept_paragraph(settings, model, test, files["int8"])] if settings.concepts else []
        return [network_paragraph(settings, model, heat["grid"]), *concepts, looks(heat)]

    ship(settings, model, scenes, whybox, describe)
