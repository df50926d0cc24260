"""Trains one of the shipped scene networks: scenes from the whybox command, a small CNN, int8 and float .tflite, a card.

Everything is seeded. Weights may still differ in their last digits from machine to machine, because TensorFlow sums in an
order that depends on the number of threads; the numbers in the card are measured on the files it stands beside.
"""

import io
import json
import pathlib
import subprocess
import tempfile
import zipfile
from dataclasses import dataclass, field

import keras
import numpy as np
import tensorflow as tf
from tensorflow.lite.python import schema_py_generated as schema
from tensorflow.lite.tools import flatbuffer_utils
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

ROOT = pathlib.Path(__file__).resolve().parent.parent
SIZE = 96
BATCH = 64
FIRST = "triangle"  # the network that the page opens with
# Seeds are far apart, so that no scene is in two sets.
TRAIN_SEED, VALIDATION_SEED, TEST_SEED = 1_000_000, 500_000_000, 900_000_000
VALIDATION_SCENES, TEST_SCENES, STRESS_SCENES, CALIBRATION_SCENES = 1_000, 4_000, 1_000, 500
# Keeps logits within some +-5, where int8 resolves them finely and a probability still moves when a part is hidden.
LABEL_SMOOTHING = 0.02


@dataclass(frozen=True)
class Settings:
    id: str
    name: str
    summary: str
    scene: str
    classes: tuple[str, ...]
    filters: tuple[int, ...]
    train_scenes: int
    epochs: int
    architecture: str = "plain"  # a key of ARCHITECTURES
    pools: tuple[int, ...] = (1, 2)  # plain: after which convolutions, counted from 0, the picture is halved
    params: tuple[str, ...] = ()  # of the scenes it is trained and tested on
    learning_rate: float = 3e-3
    seed: int = 7
    stress: dict[str, tuple[str, ...]] = field(default_factory=dict)  # scenes unlike those of the training, by parameters
    # How often the answer is the value of an attribute of the scene: (its place among the attributes, parameters)
    follows: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    # A bottleneck of concepts (Koh et al. 2020): name, number of values, its place among the attributes; none: no bottleneck
    concepts: tuple[tuple[str, int, int], ...] = ()
    limits: str = ""  # what else the card says about where it fails


@dataclass(frozen=True)
class Scenes:
    images: np.ndarray  # uint8 [N, 96, 96, 3]
    labels: np.ndarray  # uint8 [N]
    masks: np.ndarray  # uint8 [N, 96, 96], 0..255: how much of a pixel what decides the class covers
    attributes: np.ndarray  # uint8 [N, attributes of the kind]


def draw_scenes(whybox: pathlib.Path, kind: str, seed: int, count: int, params: tuple[str, ...] = ()) -> Scenes:
    """Scenes with seeds seed, seed + 1, ..., as `whybox scene --npy` writes them."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "scenes.npy"
        command = [whybox, "scene", "--kind", kind, "--seed", seed, "--count", count, "--size", SIZE, "--npy", file]
        for param in params:
            command += ["--param", param]
        subprocess.run([str(word) for word in command], check=True)
        beside = [np.load(file.with_suffix(f".{name}.npy")) for name in ("labels", "masks", "attributes")]
        return Scenes(np.load(file), *beside)


def normalize(images: np.ndarray) -> np.ndarray:
    """0..255 -> -1..1, the normalisation whybox assumes where a file says nothing else."""
    return images.astype(np.float32) / 127.5 - 1.0


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
    groups = [keras.layers.Dense(count, name=f"{name}-logits")(x) for name, count, _ in settings.concepts]
    groups = [keras.layers.Softmax(name=name)(group) for (name, _, _), group in zip(settings.concepts, groups)]
    return keras.layers.Concatenate(name="concepts")(groups)


def build(settings: Settings) -> keras.Model:
    """Features, global average pooling and one dense layer, so that CAM (Zhou et al. 2016) applies; or concepts between them."""
    inputs = keras.Input((SIZE, SIZE, 3), name="image")
    x = ARCHITECTURES[settings.architecture](inputs, settings)
    x = keras.layers.GlobalAveragePooling2D(name="mean")(x)
    if settings.concepts:
        x = bottleneck(x, settings)
    x = keras.layers.Dense(len(settings.classes), name="logits")(x)
    return keras.Model(inputs, keras.layers.Softmax(name="probabilities")(x))


def train(settings: Settings, scenes: Scenes, validation: Scenes) -> keras.Model:
    keras.utils.set_random_seed(settings.seed)
    model = build(settings)
    steps = len(scenes.labels) // BATCH
    schedule = keras.optimizers.schedules.CosineDecay(
        settings.learning_rate * 0.1, steps * settings.epochs, warmup_target=settings.learning_rate, warmup_steps=steps // 2
    )
    optimizer = keras.optimizers.AdamW(schedule, weight_decay=1e-3)
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=LABEL_SMOOTHING)
    concepts = [model.get_layer(name).output for name, _, _ in settings.concepts]
    # Class and concepts are learnt together ("joint" in Koh et al. 2020, 3), all losses with the same weight.
    whole = keras.Model(model.input, [model.output, *concepts])

    @tf.function
    def step(images, labels, attributes):
        with tf.GradientTape() as tape:
            answer, *groups = whole(images, training=True) if concepts else [model(images, training=True)]
            value = loss(tf.one_hot(labels, len(settings.classes)), answer)
            for group, (_, count, place) in zip(groups, settings.concepts):
                value += loss(tf.one_hot(attributes[:, place], count), group)
        optimizer.apply_gradients(zip(tape.gradient(value, model.trainable_variables), model.trainable_variables))
        return value

    rng = np.random.default_rng(settings.seed)
    for epoch in range(settings.epochs):
        order, total = rng.permutation(len(scenes.labels)), 0.0
        for first in range(0, steps * BATCH, BATCH):
            picked = order[first : first + BATCH]
            total += float(step(*map(tf.constant, (normalize(scenes.images[picked]), scenes.labels[picked], scenes.attributes[picked]))))
        right = predict_keras(model, validation.images).argmax(1) == validation.labels
        print(f"epoch {epoch + 1}: loss {total / steps:.4f}, validation accuracy {right.mean():.4f}", flush=True)
    return model


def predict_keras(model: keras.Model, images: np.ndarray) -> np.ndarray:
    parts = [images[i : i + 500] for i in range(0, len(images), 500)]
    return np.concatenate([np.asarray(model(normalize(part), training=False)) for part in parts])


def convert(model: keras.Model, samples: np.ndarray | None) -> bytes:
    """A .tflite file for one image at a time; with sample images, int8 throughout (weights per channel)."""
    function = tf.function(lambda image: model(image, training=False))
    traced = function.get_concrete_function(tf.TensorSpec((1, SIZE, SIZE, 3), tf.float32, "image"))
    frozen = convert_variables_to_constants_v2(traced)  # else the weights stay variables, which .tflite readers refuse
    converter = tf.lite.TFLiteConverter.from_concrete_functions([frozen], model)
    if samples is not None:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: ([normalize(sample[None])] for sample in samples)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = converter.inference_output_type = tf.int8
    return converter.convert()


def metadata(settings: Settings) -> bytes:
    """TFLite model metadata: normalisation, and labels.txt as the output's labels. Needs flatc (FlatBuffers' compiler)."""
    normalization = {"options_type": "NormalizationOptions", "options": {"mean": [127.5], "std": [127.5]}}
    labels = {"name": "labels.txt", "description": "one class per line", "type": "TENSOR_AXIS_LABELS"}
    facts = {
        "name": settings.name,
        "description": settings.summary,
        "license": "Apache-2.0",
        "subgraph_metadata": [
            {
                "input_tensor_metadata": [{"name": "image", "process_units": [normalization]}],
                "output_tensor_metadata": [{"name": "probability", "associated_files": [labels]}],
            }
        ],
    }
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "facts.json"
        source.write_text(json.dumps(facts))
        subprocess.run(["flatc", "--binary", "-o", folder, ROOT / "core" / "model" / "metadata.fbs", source], check=True)
        return source.with_suffix(".bin").read_bytes()


def with_metadata(file: bytes, settings: Settings) -> bytes:
    """The file with metadata in it and labels.txt in a zip behind it, as TensorFlow Lite's own tools pack them."""
    model = flatbuffer_utils.convert_bytearray_to_object(bytearray(file))
    # What the converter notes about itself (its version, how it was called) is of no use here.
    kept = [entry for entry in model.metadata or [] if entry.name != b"CONVERSION_METADATA"]
    buffer = schema.BufferT()
    buffer.data = np.frombuffer(metadata(settings), np.uint8)
    entry = schema.MetadataT()
    entry.name, entry.buffer = "TFLITE_METADATA", len(model.buffers)
    model.buffers.append(buffer)
    model.metadata = kept + [entry]
    packed = io.BytesIO(bytes(flatbuffer_utils.convert_object_to_bytearray(model)))
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo("labels.txt", (2000, 1, 1, 0, 0, 0)), "\n".join(settings.classes) + "\n")
    return packed.getvalue()


def predict_tflite(file: bytes, images: np.ndarray) -> np.ndarray:
    """Probabilities [N, classes] by TensorFlow Lite's own interpreter."""
    interpreter = tf.lite.Interpreter(model_content=file, num_threads=1)
    interpreter.allocate_tensors()
    source, target = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    values = normalize(images)
    if source["dtype"] == np.int8:
        scale, zero = source["quantization"]
        values = np.clip(np.round(values / scale + zero), -128, 127).astype(np.int8)
    rows = []
    for value in values:
        interpreter.set_tensor(source["index"], value[None])
        interpreter.invoke()
        rows.append(interpreter.get_tensor(target["index"])[0])
    scale, zero = target["quantization"]
    rows = np.asarray(rows, np.float32)
    return (rows - zero) * scale if target["dtype"] == np.int8 else rows


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
    cell = SIZE // heat.shape[1]
    cells = scenes.masks[picked].reshape(len(picked), heat.shape[1], cell, heat.shape[2], cell).max((2, 4)) > 127
    padded = np.pad(cells, ((0, 0), (1, 1), (1, 1)))
    rows, columns = heat.shape[1:]
    near = np.any([padded[:, y : y + rows, x : x + columns] for y in range(3) for x in range(3)], axis=0)
    flat = heat.reshape(len(picked), -1)
    hit = near.reshape(len(picked), -1)[np.arange(len(picked)), flat.argmax(1)].mean()
    share = ((heat * near).sum((1, 2)) / np.maximum(heat.sum((1, 2)), 1e-9)).mean()
    return {"hit": float(hit), "share": float(share), "expected": float(near.mean()), "grid": rows, "scenes": len(picked)}


def measure(file: bytes, settings: Settings, test: Scenes) -> dict:
    probabilities = predict_tflite(file, test.images)
    classes = probabilities.argmax(1)
    right = classes == test.labels
    return {
        "bytes": len(file),
        "accuracy": float(right.mean()),
        "right_by_class": [float(right[test.labels == index].mean()) for index in range(len(settings.classes))],
        "ece": calibration_error(probabilities, test.labels),
        "classes": classes,
    }


def by_area(classes: np.ndarray, test: Scenes) -> list[tuple[float, float, float]]:
    """Accuracy by the visible area of what decides, in quarters of the scenes that show it: (from, to, accuracy)."""
    area = (test.masks / 255).mean((1, 2))
    shown, right = area > 0, classes == test.labels
    limits = np.quantile(area[shown], [0, 0.25, 0.5, 0.75, 1])
    inside = [shown & (area >= low) & (area <= high) for low, high in zip(limits, limits[1:])]
    return [(low, high, float(right[i].mean())) for low, high, i in zip(limits, limits[1:], inside)]


def confusions(classes: np.ndarray, test: Scenes, settings: Settings, count: int = 3) -> list[tuple[str, str, float]]:
    """The commonest mistakes: (true class, answer, share of the true class)."""
    found = []
    for true in range(len(settings.classes)):
        answers = np.bincount(classes[test.labels == true], minlength=len(settings.classes)) / (test.labels == true).sum()
        found += [(settings.classes[true], settings.classes[i], float(v)) for i, v in enumerate(answers) if i != true and v > 0]
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


def percent(value: float, digits: int = 2) -> str:
    return f"{100 * value:.{digits}f} %"


def concept_accuracy(model: keras.Model, settings: Settings, test: Scenes) -> dict[str, float]:
    """How often the likeliest value of a concept is the scene's, in the float network."""
    if not settings.concepts:
        return {}
    inside = keras.Model(model.input, [model.get_layer(name).output for name, _, _ in settings.concepts])
    parts = [inside(normalize(test.images[i : i + 500]), training=False) for i in range(0, len(test.images), 500)]
    groups = [np.concatenate([np.asarray(part[i]) for part in parts]) for i in range(len(settings.concepts))]
    return {name: float((group.argmax(1) == test.attributes[:, place]).mean())
            for group, (name, _, place) in zip(groups, settings.concepts)}


def table(head: tuple[str, str], rows: list[tuple[str, str]]) -> str:
    return "\n".join([f"| {head[0]} | {head[1]} |", "|---|---|"] + [f"| {name} | {value} |" for name, value in rows])


def paragraphs_of_failure(settings: Settings, test: Scenes, results: dict[str, dict], stress: dict, follows: dict) -> str:
    int8 = results["int8"]
    areas = [(f"{percent(low, 1)} to {percent(high, 1)}", percent(value)) for low, high, value in by_area(int8["classes"], test)]
    text = "Accuracy of the int8 file by the visible area of what decides, in quarters of the test scenes that show it:\n\n"
    text += table(("share of the picture", "right"), areas)
    mistakes = [(f"{true} → {answer}", percent(share)) for true, answer, share in confusions(int8["classes"], test, settings)]
    if mistakes:
        text += "\n\nIts commonest mistakes, as shares of the true class:\n\n" + table(("scene → answer", "share"), mistakes)
    if stress:
        rows = [(name, percent(value, 1)) for name, value in stress.items()]
        text += f"\n\nOn {STRESS_SCENES:,} scenes each of kinds it was not trained on:\n\n" + table(("scenes", "right"), rows)
    if follows:
        rows = [(name, percent(value, 1)) for name, value in follows.items()]
        text += f"\n\nHow often its answer follows one cue, on {STRESS_SCENES:,} scenes each:\n\n" + table(("cue", "followed"), rows)
    return text


def card(settings: Settings, model: keras.Model, test: Scenes, results: dict[str, dict], heat: dict, stress: dict, follows: dict) -> str:
    known = [(name, percent(rate)) for name, rate in concept_accuracy(model, settings, test).items()]
    between = f"\n**Concepts** between features and class, and how often each is right:\n\n{table(('concept', 'right'), known)}\n" if known else ""
    int8, float32 = results["int8"], results["float"]
    agree = (int8["classes"] == float32["classes"]).mean()
    classes = "\n".join(
        f"| {name}: right | {percent(a)} | {percent(b)} |"
        for name, a, b in zip(settings.classes, int8["right_by_class"], float32["right_by_class"])
    )
    given = f" with {', '.join(settings.params)}" if settings.params else " with default parameters"
    shape = "one after the other" if settings.architecture == "plain" else "in residual blocks"
    channels = " - ".join(str(count) for count in settings.filters)
    limits = f" {settings.limits}" if settings.limits else ""
    return f"""# {settings.name}

{settings.summary}

| | int8 | float |
|---|---|---|
| file | `{settings.id}_int8.tflite` | `{settings.id}_float.tflite` |
| size | {int8["bytes"]:,} bytes | {float32["bytes"]:,} bytes |
| accuracy | {percent(int8["accuracy"])} | {percent(float32["accuracy"])} |
{classes}
| expected calibration error, 15 bins | {int8["ece"]:.4f} | {float32["ece"]:.4f} |

Both files hold the same weights; they name the same class in {percent(agree)} of the test scenes.

**Data.** {settings.train_scenes:,} training scenes of kind `{settings.scene}` at {SIZE} x {SIZE} pixels, drawn by this project's
own generator from seeds {TRAIN_SEED:,} onwards{given}; {TEST_SCENES:,} test scenes of the same sort from seed
{TEST_SEED:,} onwards that training never saw. No photograph and no person's data is involved.

**Network.** Convolutions {shape} ({channels} channels, batch normalisation folded in, ReLU), mean over the last
{heat["grid"]} x {heat["grid"]} places, one dense layer, softmax: {model.count_params():,} parameters. Input {SIZE} x {SIZE} x 3, x / 127.5 - 1.
Weights are quantised per channel, activations per tensor, with {CALIBRATION_SCENES} training scenes for their ranges. Trained with
AdamW for {settings.epochs} epochs, label smoothing {LABEL_SMOOTHING}.
{between}
**Where it looks.** Grad-CAM for the true class at the last convolution peaks on what decides (within one of its
{heat["grid"]} x {heat["grid"]} cells) in {percent(heat["hit"], 1)} of {heat["scenes"]} test scenes; {percent(heat["share"], 0)} of its heat is there, on {percent(heat["expected"], 0)} of the area.

**Where it fails.** {paragraphs_of_failure(settings, test, results, stress, follows)}

It knows scenes only: on photographs its answer means nothing. It always names one of its classes, however strange the
picture.{limits}

**Licence.** Apache-2.0, as the project.

Written by `train.py` from what it measured.
"""


def manifest_entry(settings: Settings, results: dict[str, dict]) -> dict:
    variants = {}
    for variant, result in results.items():
        variants[variant] = {
            "file": f"{settings.id}/{settings.id}_{variant}.tflite",
            "bytes": result["bytes"],
            "accuracy": round(result["accuracy"], 4),
        }
    return {
        "id": settings.id,
        "name": settings.name,
        "summary": settings.summary,
        "scene": settings.scene,
        "classes": list(settings.classes),
        "input": {"height": SIZE, "width": SIZE, "channels": 3},
        "labels": f"{settings.id}/labels.txt",
        "card": f"{settings.id}/card.md",
        "params": dict(param.split("=", 1) for param in settings.params),
        "test": {"seed": TEST_SEED, "scenes": TEST_SCENES},
        "files": variants,
    }


def update_manifest(entry: dict) -> None:
    file = ROOT / "models" / "manifest.json"
    entries = json.loads(file.read_text())["models"] if file.exists() else []
    entries = [each for each in entries if each["id"] != entry["id"]] + [entry]
    entries.sort(key=lambda each: (each["id"] != FIRST, each["id"]))
    file.write_text(json.dumps({"models": entries}, indent=2) + "\n")


def make(settings: Settings, whybox: pathlib.Path = ROOT / "build" / "native" / "whybox") -> None:
    """Trains, converts, measures and writes every file of one shipped model."""
    scenes = draw_scenes(whybox, settings.scene, TRAIN_SEED, settings.train_scenes, settings.params)
    validation = draw_scenes(whybox, settings.scene, VALIDATION_SEED, VALIDATION_SCENES, settings.params)
    model = train(settings, scenes, validation)
    extremes = np.stack([np.zeros_like(scenes.images[0]), np.full_like(scenes.images[0], 255)])
    samples = np.concatenate([scenes.images[:CALIBRATION_SCENES], extremes])  # so that every pixel value has its own step
    files = {"int8": convert(model, samples), "float": convert(model, None)}
    files = {variant: with_metadata(file, settings) for variant, file in files.items()}
    folder = ROOT / "models" / settings.id
    folder.mkdir(exist_ok=True)
    for variant, file in files.items():
        (folder / f"{settings.id}_{variant}.tflite").write_bytes(file)
    (folder / "labels.txt").write_text("\n".join(settings.classes) + "\n")
    test = draw_scenes(whybox, settings.scene, TEST_SEED, TEST_SCENES, settings.params)
    results = {variant: measure(file, settings, test) for variant, file in files.items()}
    heat = heat_on_truth(model, settings, test)
    stress, follows = (each(files["int8"], settings, whybox) for each in (measure_stress, measure_follows))
    (folder / "card.md").write_text(card(settings, model, test, results, heat, stress, follows))
    update_manifest(manifest_entry(settings, results))
    print((folder / "card.md").read_text())
