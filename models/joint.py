"""Decision and explanation in one network (Rio-Torto, Fernandes and Teixeira, IbPRIA 2019).

An explainer, an encoder and a decoder, draws a map z(x) in [0, 1] at the picture's size; the classifier sees x * z(x) alone. Training
minimises L = a L_class + (1 - a) L_expl with L_expl = lambda * sum |z_ij|, or with the total variation of z beside it, in the three
phases published: the classifier under a map of ones, the explainer under a classifier that does not move, both together.

Chosen differently: the sum is not divided by the number of pixels, because the weights of the paper (1e-6 and 1e-4) would then move
no more than the fourth digit of the loss; and the classifier, with its first phase, is the one that ships as `triangle`. Added, where wanted: noise
on what the classifier sees in training. A photograph dimmed to a fifth still shows everything, so that a price alone dims it all over; under noise,
what is dimmed is lost.
"""

import pathlib
from dataclasses import dataclass, replace

import keras
import numpy as np
import tensorflow as tf

from cards import percent, quantisation
from measuring import on_truth
from networks import convolution, predict
from recipe import data_for, ship
from scenes import Scenes
from settings import BATCH, LABEL_SMOOTHING, ROOT, WHYBOX, Settings
from tflite import predict_tflite
from training import descend, optimizer_for, run_epochs

CLASS_SHARE = 0.5  # a
# The map begins as nearly ones everywhere (its sigmoid at 3 is 0.95), as the first phase had it.
FIRST_MAP_LOGIT = 3.0
EXPLAINER_RATE = 3e-3


@dataclass(frozen=True)
class Joint:
    sparsity: float  # lambda
    total_variation: float = 0.0
    classifier: str = "triangle"  # the shipped network whose weights the classifier begins with
    explainer_epochs: int = 2
    together_epochs: int = 1
    down: tuple[int, ...] = (12, 16, 24)  # channels of the explainer, halved at each
    up: tuple[int, ...] = (16, 8)
    together_rate: float = 3e-4
    batch: int = BATCH
    smoothing: float = LABEL_SMOOTHING
    noise: float = 0.0  # standard deviation of what is added to the gated picture in training


def explainer(image, joint: Joint):
    """Down to an eighth of the size, or further, and up again, with what was seen on the way down beside what comes up: [1, H, W, 1]."""
    x, passed = image, []
    for number, count in enumerate(joint.down, start=1):
        x = convolution(x, count, f"-explain{number}", 5 if number == 1 else 3, 2)
        passed.append(x)
    x = convolution(x, joint.down[-1], f"-explain{len(passed) + 1}")
    for name, (beside, count) in enumerate(zip(reversed(passed[:-1]), joint.up, strict=True), start=len(passed) + 2):
        x = keras.layers.UpSampling2D(interpolation="bilinear", name=f"up{name}")(x)
        x = convolution(keras.layers.Concatenate(name=f"beside{name}")([x, beside]), count, f"-explain{name}")
    x = keras.layers.Conv2D(1, 3, padding="same", bias_initializer=keras.initializers.Constant(FIRST_MAP_LOGIT), name="map")(x)
    x = keras.layers.UpSampling2D(interpolation="bilinear", name="map-up")(x)
    return keras.layers.Activation("sigmoid", name="explanation")(x)


def shipped_products(file: pathlib.Path) -> list[tuple[np.ndarray, np.ndarray]]:
    """(weights, bias) of every convolution and dense layer of a float .tflite file, in order, as Keras has them."""
    interpreter = tf.lite.Interpreter(model_path=str(file))
    found = []
    for op in interpreter._get_ops_details():
        if op["op_name"] in ("CONV_2D", "FULLY_CONNECTED"):
            weights, bias = (interpreter.get_tensor(index) for index in op["inputs"][1:3])
            found.append((weights.transpose(1, 2, 3, 0) if weights.ndim == 4 else weights.T, bias))
    return found


def classifier(image, products: list[tuple[np.ndarray, np.ndarray]], settings: Settings):
    """The convolutions of `networks.plain`, normalisation already folded into them, with these weights: probabilities."""
    x, layers = image, []
    for index, (weights, _) in enumerate(products[:-1]):
        layers.append(keras.layers.Conv2D(weights.shape[3], weights.shape[0], 1 + (index == 0), "same", activation="relu", name=f"conv{index + 1}"))
        x = layers[-1](x)
        if index in settings.pools:
            x = keras.layers.MaxPooling2D(name=f"pool{index + 1}")(x)
    x = keras.layers.GlobalAveragePooling2D(name="mean")(x)
    layers.append(keras.layers.Dense(len(settings.classes), name="logits"))
    x = layers[-1](x)
    for layer, values in zip(layers, products):
        layer.set_weights(values)
    return keras.layers.Softmax(name="probabilities")(x)


def shipped(joint: Joint) -> pathlib.Path:
    """The float file of the network that the classifier begins as."""
    return ROOT / "models" / joint.classifier / f"{joint.classifier}_float.tflite"


def joined(size: int, joint: Joint, classify) -> keras.Model:
    """Picture to probabilities and map. @param classify  lays the classifier over the gated picture"""
    image = keras.Input((size, size, 3), name="image")
    explanation = explainer(image, joint)
    seen = keras.layers.Multiply(name="seen")([image, explanation])
    return keras.Model(image, [classify(keras.layers.GaussianNoise(joint.noise, name="noise")(seen) if joint.noise else seen), explanation])


def total_variation(maps):
    """sum |z_(i+1)j - z_ij| + |z_i(j+1) - z_ij|, mean over a batch."""
    return tf.reduce_mean(tf.image.total_variation(maps))


def loss_of(model: keras.Model, joint: Joint):
    crossed = keras.losses.CategoricalCrossentropy(label_smoothing=joint.smoothing)

    def loss(images, labels, _):
        answer, maps = model(images, training=True)
        decision = crossed(tf.one_hot(labels, answer.shape[1]), answer)
        explanation = joint.sparsity * tf.reduce_mean(tf.reduce_sum(tf.abs(maps), (1, 2, 3)))
        explanation += joint.total_variation * total_variation(maps)
        return CLASS_SHARE * decision + (1 - CLASS_SHARE) * explanation

    return loss


def train_joined(settings: Settings, joint: Joint, model: keras.Model, scenes, validation, altered=None) -> None:
    """The second phase and the third; the first is behind the classifier's weights. @param altered  as `run_epochs` has it"""
    drawing = [variable for layer in model.layers if "explain" in layer.name or layer.name == "map" for variable in layer.trainable_variables]
    phases = ((drawing, EXPLAINER_RATE, joint.explainer_epochs), (model.trainable_variables, joint.together_rate, joint.together_epochs))
    for number, (variables, rate, epochs) in enumerate(phases, start=2):
        print(f"phase {number}: {sum(int(np.prod(v.shape)) for v in variables):,} weights", flush=True)
        optimizer = optimizer_for(rate, len(scenes.labels) // joint.batch * epochs)
        step = descend(optimizer, variables, loss_of(model, joint))
        run_epochs(step, scenes, epochs, settings.seed + number, lambda: progress(model, validation), joint.batch, altered)


def progress(model: keras.Model, validation) -> str:
    answers, maps = predict(model, validation.images)
    return f"validation accuracy {(answers.argmax(1) == validation.labels).mean():.4f}, mean of the map {maps.mean():.4f}"


def train_joint(settings: Settings, joint: Joint, scenes: Scenes, validation: Scenes) -> keras.Model:
    keras.utils.set_random_seed(settings.seed)
    products = shipped_products(shipped(joint))
    model = joined(settings.size, joint, lambda seen: classifier(seen, products, settings))
    train_joined(settings, joint, model, scenes, validation)
    return model


def maps_on_truth(file: bytes, test: Scenes, count: int = 500) -> dict[str, float]:
    """How the file's maps lie on what decides, in scenes that show it, and how large they are where none does."""
    shows = test.masks.max((1, 2)) > 127
    with_, without = np.flatnonzero(shows)[:count], np.flatnonzero(~shows)[:count]
    maps = predict_tflite(file, test.images[with_], 1)[..., 0]
    inside = test.masks[with_] > 127
    facts = on_truth(maps.reshape(len(maps), 12, 8, 12, 8).mean((2, 4)), test.masks[with_])
    facts |= {"inside": float(maps[inside].mean()), "outside": float(maps[~inside].mean())}
    facts["nothing"] = float(predict_tflite(file, test.images[without], 1).mean()) if len(without) else 0.0
    return facts


FRACTIONS = {3: "an eighth", 4: "a sixteenth"}


def network_text(joint: Joint) -> str:
    down, up = (" - ".join(map(str, counts)) for counts in ((*joint.down, joint.down[-1]), joint.up))
    return f"""**Network.** An explainer (convolutions {down} channels down to {FRACTIONS[len(joint.down)]} of the size, {up} up again by bilinear steps, then
one map and a sigmoid) draws the second output, `explanation`. The picture times this map, and nothing else, goes into the classifier"""


def training_text(joint: Joint, first: str) -> str:
    """@param first  where the classifier comes from, the first phase"""
    variation = f" and {joint.total_variation:g} times its total variation" if joint.total_variation else ""
    penalty = f"{joint.sparsity:g} times the sum of the map{variation}" if joint.sparsity or variation else "nothing (lambda = 0)"
    return f"""**Training.** Decision and explanation together after Rio-Torto, Fernandes and Teixeira (2019), in their three phases: the classifier by
itself ({first}), the explainer under it for {joint.explainer_epochs} epochs, both for {joint.together_epochs}. The loss is half
the cross-entropy (label smoothing {joint.smoothing}) and half the price of the explanation, {penalty}. The sum is over all
pixels, not divided by their number: divided, no weight of the paper would weigh anything.""" + (noise_text(joint) if joint.noise else "")


def noise_text(joint: Joint) -> str:
    return f""" What the classifier sees in the second phase and the third
has noise on it (Gaussian, standard deviation {joint.noise:g} of an input of -1 to 1), which the paper has not: a photograph dimmed to a fifth still shows
everything, and the price alone dims it all over; under noise, what the map dims is lost."""


def paragraphs(settings: Settings, joint: Joint, model: keras.Model, test: Scenes, files: dict[str, bytes]) -> list[str]:
    at = maps_on_truth(files["int8"], test)
    return [f"""{network_text(joint)}
of [{joint.classifier}](../{joint.classifier}/card.md): {model.count_params():,} parameters in all. {quantisation(settings)}""",
            training_text(joint, f"that is `{joint.classifier}` as it ships"),
            f"""**Where it looks.** Where a scene shows what decides, the int8 file's map is {at["inside"]:.2f} there and {at["outside"]:.2f} elsewhere on average; where none
does, it is {at["nothing"]:.2f}. Averaged over 8 x 8 pixels it peaks on what decides, or beside it, in {percent(at["hit"], 1)} of {at["scenes"]} scenes, and {percent(at["share"], 0)}
of its sum is there, on {percent(at["expected"], 0)} of the area. The map says what the classifier may see, not what it made of it; and an explainer that knows
the answer could tell it by the map's shape alone."""]


def triangle_settings(id: str, name: str, summary: str) -> Settings:
    """Of the joint networks on triangle scenes, which differ in what their maps cost."""
    return Settings(
        id=id,
        name=name,
        summary=summary,
        scene="triangle",
        classes=("no triangle", "triangle"),
        train_scenes=4_000,
        epochs=3,
        test_scenes=2_000,
        stress={
            "things half as large": ("smallest=10", "largest=18"),
            "60 strokes of clutter": ("clutter=60",),
            "plain backgrounds": ("background=plain",),
        },
    )


def with_map(settings: Settings, joint: Joint) -> Settings:
    """Settings that tell the manifest of the map."""
    facts = {"joint": {"lambda": joint.sparsity, "total_variation": joint.total_variation}}
    return replace(settings, outputs={"explanation": "map"}, facts=facts)


def make_joint(settings: Settings, joint: Joint, whybox: pathlib.Path = WHYBOX) -> None:
    """Trains, converts, measures and writes every file of one joint network."""
    settings = with_map(settings, joint)
    scenes, validation = data_for(settings, whybox)
    model = train_joint(settings, joint, scenes, validation)
    ship(settings, model, scenes, whybox, lambda test, files: paragraphs(settings, joint, model, test, files))
