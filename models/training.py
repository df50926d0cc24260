"""Training: seeded epochs, and what a scene network is fitted by."""

import keras
import numpy as np
import tensorflow as tf

from networks import build, predict
from scenes import Scenes, normalize
from settings import BATCH, LABEL_SMOOTHING, Settings

HEAD_RATE, HEAD_STEPS = 0.05, 400  # of the layer from concepts to the class: a hundred or two weights, all scenes at every step


def optimizer_for(learning_rate: float, steps: int) -> keras.optimizers.Optimizer:
    """AdamW whose rate rises over the first twentieth of all steps and falls by a cosine then."""
    schedule = keras.optimizers.schedules.CosineDecay(
        learning_rate * 0.1, steps, warmup_target=learning_rate, warmup_steps=max(steps // 20, 1)
    )
    return keras.optimizers.AdamW(schedule, weight_decay=1e-3)


def run_epochs(step, scenes: Scenes, epochs: int, seed: int, report, batch: int = BATCH, altered=None) -> None:
    """Calls step(images, labels, attributes) for every batch of every epoch in a seeded order, report() after each epoch.

    @param altered  (picture, generator) -> a copy to train on in its place
    """
    rng = np.random.default_rng(seed)
    steps = len(scenes.labels) // batch
    for epoch in range(epochs):
        order, total = rng.permutation(len(scenes.labels)), 0.0
        for first in range(0, steps * batch, batch):
            picked = order[first : first + batch]
            images = np.stack([altered(image, rng) for image in scenes.images[picked]]) if altered else scenes.images[picked]
            total += float(step(*map(tf.constant, (normalize(images), scenes.labels[picked], scenes.attributes[picked]))))
        print(f"epoch {epoch + 1}: loss {total / steps:.4f}, {report()}", flush=True)


def accuracy_on(model: keras.Model, validation: Scenes) -> str:
    right = predict(model, validation.images, model.outputs[:1])[0].argmax(1) == validation.labels
    return f"validation accuracy {right.mean():.4f}"


def descend(optimizer: keras.optimizers.Optimizer, variables, loss):
    """One step of training, compiled: loss(images, labels, attributes) -> a number."""

    @tf.function
    def step(images, labels, attributes):
        with tf.GradientTape() as tape:
            value = loss(images, labels, attributes)
        optimizer.apply_gradients(zip(tape.gradient(value, variables), variables))
        return value

    return step


def true_concepts(settings: Settings, scenes: Scenes) -> np.ndarray:
    """What a bottleneck would say that is always right and sure, [N, V]."""
    return np.concatenate([np.eye(len(each.values), dtype=np.float32)[scenes.attributes[:, each.place]] for each in settings.concepts], 1)


def fit_head(layer: keras.layers.Dense, settings: Settings, scenes: Scenes) -> None:
    """The class from true concepts ("independent" in Koh et al. 2020, 3), so that it follows concepts that are set by hand."""
    concepts, truth = tf.constant(true_concepts(settings, scenes)), tf.one_hot(scenes.labels, len(settings.classes))
    crossed = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=LABEL_SMOOTHING)
    step = descend(keras.optimizers.Adam(HEAD_RATE), layer.trainable_variables, lambda values, labels, _: crossed(labels, layer(values)))
    for _ in range(HEAD_STEPS):
        step(concepts, truth, truth)


def train(settings: Settings, scenes: Scenes, validation: Scenes) -> keras.Model:
    keras.utils.set_random_seed(settings.seed)
    model = build(settings)
    if settings.concepts:
        fit_head(model.get_layer("logits"), settings, scenes)
        model.get_layer("logits").trainable = False
    crossed = keras.losses.CategoricalCrossentropy(label_smoothing=LABEL_SMOOTHING)
    # Concepts are learnt for themselves and for the class that a last layer already makes of them, all losses with the same weight.
    whole = keras.Model(model.input, [model.outputs[0], *(model.get_layer(concept.id).output for concept in settings.concepts)])

    def loss(images, labels, attributes):
        answer, *groups = keras.tree.flatten(whole(images, training=True))
        value = crossed(tf.one_hot(labels, len(settings.classes)), answer)
        for group, concept in zip(groups, settings.concepts):
            value += crossed(tf.one_hot(attributes[:, concept.place], len(concept.values)), group)
        return value

    optimizer = optimizer_for(settings.learning_rate, len(scenes.labels) // BATCH * settings.epochs)
    step = descend(optimizer, model.trainable_variables, loss)
    run_epochs(step, scenes, settings.epochs, settings.seed, lambda: accuracy_on(model, validation))
    return model
