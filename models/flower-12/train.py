"""python models/flower-12/train.py [path of the whybox command]: trains and writes the files beside this one."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import recipe  # noqa: E402

recipe.make(
    recipe.Settings(
        id="flower-12",
        name="Flower, two parts",
        summary="Says which colours the petals and the stem of a plant have: only both together make the class.",
        scene="flower-double",
        classes=tuple(
            f"{petals} petals, {stem} stem" for petals in ("red", "blue", "yellow", "white") for stem in ("green", "violet", "orange")
        ),
        filters=(16, 24, 32, 32),
        architecture="residual",
        train_scenes=10_000,
        epochs=4,
        stress={
            "plant half as large": ("scale=50",),
            "plant upside down": ("turn=180", "y=-45"),
            "five bystanders": ("bystanders=5",),
            "60 strokes of clutter": ("clutter=60",),
            "grain of 40 grey levels": ("grain=40",),
            "plain backgrounds": ("background=plain",),
        },
    ),
    *map(pathlib.Path, sys.argv[1:2]),
)
