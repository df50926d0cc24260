"""Cards: what a network is, what it was measured to do, and where it fails. No number in them is typed."""

import itertools
import json

from measuring import by_area, confusions
from scenes import Scenes
from settings import CALIBRATION_SCENES, ROOT, STRESS_SCENES, TEST_SEED, TRAIN_SEED, Settings

FIRST = "triangle"  # the network that the page opens with


def percent(value: float, digits: int = 2) -> str:
    return f"{100 * value:.{digits}f} %"


def table(head: tuple[str, str], rows: list[tuple[str, str]]) -> str:
    return "\n".join([f"| {head[0]} | {head[1]} |", "|---|---|"] + [f"| {name} | {value} |" for name, value in rows])


def mistakes(results: dict[str, dict], labels, classes: tuple[str, ...]) -> str:
    rows = [(f"{true} → {answer}", percent(share)) for true, answer, share in confusions(results["int8"]["classes"], labels, classes)]
    return "Its commonest mistakes, as shares of the true class:\n\n" + table(("picture → answer", "share"), rows) if rows else ""


def paragraphs_of_failure(settings: Settings, test: Scenes, results: dict[str, dict], stress: dict, follows: dict) -> str:
    areas = [(f"{percent(low, 1)} to {percent(high, 1)}", percent(value)) for low, high, value in by_area(results["int8"]["classes"], test)]
    texts = ["Accuracy of the int8 file by the visible area of what decides, in quarters of the test scenes that show it:\n\n"
             + table(("share of the picture", "right"), areas), mistakes(results, test.labels, settings.classes)]
    if stress:
        rows = [(name, percent(value, 1)) for name, value in stress.items()]
        texts.append(f"On {STRESS_SCENES:,} scenes each of kinds it was not trained on:\n\n" + table(("scenes", "right"), rows))
    if follows:
        rows = [(name, percent(value, 1)) for name, value in follows.items()]
        texts.append(f"How often its answer follows one cue, on {STRESS_SCENES:,} scenes each:\n\n" + table(("cue", "followed"), rows))
    return "\n\n".join(text for text in texts if text)


def figures(settings: Settings, results: dict[str, dict]) -> str:
    """The table at the head of a card."""
    int8, float32 = results["int8"], results["float"]
    classes = "\n".join(
        f"| {name}: right | {percent(a)} | {percent(b)} |"
        for name, a, b in zip(settings.classes, int8["right_by_class"], float32["right_by_class"])
    )
    agree = (int8["classes"] == float32["classes"]).mean()
    return f"""| | int8 | float |
|---|---|---|
| file | `{settings.id}_int8.tflite` | `{settings.id}_float.tflite` |
| size | {int8["bytes"]:,} bytes | {float32["bytes"]:,} bytes |
| accuracy | {percent(int8["accuracy"])} | {percent(float32["accuracy"])} |
{classes}
| expected calibration error, 15 bins | {int8["ece"]:.4f} | {float32["ece"]:.4f} |

Both files hold the same weights; they name the same class for {percent(agree)} of the test pictures."""


def scene_data(settings: Settings) -> str:
    given = f" with {', '.join(settings.params)}" if settings.params else " with default parameters"
    return f"""**Data.** {settings.train_scenes:,} training scenes of kind `{settings.scene}` at {settings.size} x {settings.size} pixels, drawn by this project's
own generator from seeds {TRAIN_SEED:,} onwards{given}; {settings.test_scenes:,} test scenes of the same sort from seed
{TEST_SEED:,} onwards that training never saw. No photograph and no person's data is involved."""


def quantisation(settings: Settings) -> str:
    return f"""Input {settings.size} x {settings.size} x 3, x / 127.5 - 1.
Weights are quantised per channel, activations per tensor, with {CALIBRATION_SCENES} training pictures for their ranges."""


def looks(heat: dict) -> str:
    return f"""**Where it looks.** Grad-CAM for the true class at the last convolution peaks on what decides (within one of its
{heat["grid"]} x {heat["grid"]} cells) in {percent(heat["hit"], 1)} of {heat["scenes"]} test scenes; {percent(heat["share"], 0)} of its heat is there, on {percent(heat["expected"], 0)} of the area."""


def scene_card(settings: Settings, results: dict[str, dict], paragraphs: list[str], failures: str) -> str:
    limits = f" {settings.limits}" if settings.limits else ""
    return "\n\n".join([
        f"# {settings.name}", settings.summary, figures(settings, results), scene_data(settings), *paragraphs,
        f"**Where it fails.** {failures}",
        f"It knows scenes only: on photographs its answer means nothing. It always names one of its classes, however strange the\npicture.{limits}",
        "**Licence.** Apache-2.0, as the project.",
        "Written by `train.py` from what it measured.\n",
    ])


def manifest_entry(settings: Settings, results: dict[str, dict], test: dict) -> dict:
    variants = {}
    for variant, result in results.items():
        variants[variant] = {
            "file": f"{settings.id}/{settings.id}_{variant}.tflite",
            "bytes": result["bytes"],
            "accuracy": round(result["accuracy"], 4),
        }
    entry = {
        "id": settings.id,
        "name": settings.name,
        "summary": settings.summary,
        **({"scene": settings.scene} if settings.scene else {}),
        "classes": list(settings.classes),
        "input": {"height": settings.size, "width": settings.size, "channels": 3},
        "labels": f"{settings.id}/labels.txt",
        "card": f"{settings.id}/card.md",
        "params": dict(param.split("=", 1) for param in settings.params),
        "test": test,
        "files": variants,
    }
    further = {"outputs": settings.outputs} if settings.outputs else {}
    if settings.concepts:
        further["concepts"] = concept_entries(settings)
    return entry | further | settings.facts


def concept_entries(settings: Settings) -> list[dict]:
    """Which elements of the concepts' tensor say what."""
    firsts = itertools.accumulate((len(each.values) for each in settings.concepts), initial=0)
    return [{"id": each.id, "name": each.name, "values": list(each.values), "first": first}
            for each, first in zip(settings.concepts, firsts)]


def update_manifest(entry: dict) -> None:
    file = ROOT / "models" / "manifest.json"
    entries = json.loads(file.read_text())["models"] if file.exists() else []
    entries = [each for each in entries if each["id"] != entry["id"]] + [entry]
    entries.sort(key=lambda each: (each["id"] != FIRST, each["id"]))
    file.write_text(json.dumps({"models": entries}, indent=2) + "\n")
