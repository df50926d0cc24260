"""The networks' layers."""

import keras
import numpy as np

from scenes import normalize
from settings import Settings


def convolution(x, count: int, name: str, kernel: int = 3, stride: int = 1, rectified: bool = True):
    """Convolution and batch normalisation, which is folded into it when it is converted, and a rectifier."""
    x = keras.layers.Conv2D(count, kernel, stride, "same", use_bias=False, name=f"conv{name}")(x)
    x = keras.layers.BatchNormalization(momentum=0.97, name=f"norm{name}")(x)
    return keras.layers.ReLU(name=f"relu{name}")(x) if rectified else x


def plain(x, settings: Settings):
    """Convolutions one after the other, halved by a stride first and by max pooling then, as in VGG (Simonyan 2015)."""
    for index, count in enumerate(settings.filters):
        kernel, stride = (5, 2) if index == 0 else (3, 1)
        x = convolution(x, count, str(index + 1), kernel, stride)
        if index in settings.pools:
            x = keras.layers.MaxPooling2D(name=f"pool{index + 1}")(x)
    return x


def residual(x, settings: Settings):
    """A stem and one residual block (He 2016) for each further count of channels, halved where the count grows."""
    x = convolution(x, settings.filters[0], "1", 5, 2)
    for index, count in enumerate(settings.filters[1:], start=2):
        grows = count != x.shape[-1]
        shortcut = convolution(x, count, f"{index}s", 1, 2, rectified=False) if grows else x
        x = convolution(x, count, f"{index}a", 3, 2 if grows else 1)
        x = convolution(x, count, f"{index}b", rectified=False)
        x = keras.layers.Add(name=f"sum{index}")([x, shortcut])
        x = keras.layers.ReLU(name=f"relu{index}")(x)
    return x


ARCHITECTURES = {"plain": plain, "residual": residual}


def bottleneck(x, settings: Settings):
    """Each concept's values as probabilities, side by side: all that the class is made from."""
    groups = [keras.layers.Dense(len(concept.values), name=f"{concept.id}-logits")(x) for concept in settings.concepts]
    groups = [keras.layers.Softmax(name=concept.id)(group) for concept, group in zip(settings.concepts, groups)]
    return keras.layers.Concatenate(name="concepts")(groups)


def build(settings: Settings) -> keras.Model:
    """Features, global average pooling and one dense layer, so that CAM (Zhou et al. 2016) applies; or concepts between them."""
    inputs = keras.Input((settings.size, settings.size, 3), name="image")
    x = ARCHITECTURES[settings.architecture](inputs, settings)
    x = keras.layers.GlobalAveragePooling2D(name="mean")(x)
    if settings.concepts:
        x = bottleneck(x, settings)
    outputs = [keras.layers.Softmax(name="probabilities")(keras.layers.Dense(len(settings.classes), name="logits")(x))]
    return keras.Model(inputs, outputs + ([x] if settings.concepts else []))


def predict(model: keras.Model, images: np.ndarray, outputs=None) -> list[np.ndarray]:
    """The model's outputs, or those given, for pictures of 0..255."""
    inside = keras.Model(model.input, list(model.outputs if outputs is None else outputs))
    # Keras gives a tensor, not a list of one, where there is one output.
    parts = [keras.tree.flatten(inside(normalize(images[i : i + 100]), training=False)) for i in range(0, len(images), 100)]
    return [np.concatenate([np.asarray(part[i]) for part in parts]) for i in range(len(inside.outputs))]
